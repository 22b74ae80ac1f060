/** Nothing is kept that nothing uses: files, exports, dependencies (knip.jsonc). */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

function knip(folder: string): { status: number | null; output: string } {
  const entry = join(root, 'node_modules', 'knip', 'bin', 'knip.js');
  const run = spawnSync(process.execPath, [entry, '--no-progress'], { cwd: folder, encoding: 'utf8' });
  return { status: run.status, output: `${run.stdout}${run.stderr}` };
}

it('finds none in the project', () => {
  expect(knip(root)).toMatchObject({ status: 0 });
});

it('finds a file, an export and a dependency that nothing uses', () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmatic-dead-'));
  try {
    cpSync(join(root, 'knip.jsonc'), join(folder, 'knip.jsonc'));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    const manifest = { name: 'planted', type: 'module', dependencies: { zod: '*' }, main: 'main/doors/electron.ts' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    mkdirSync(join(folder, 'main', 'doors'), { recursive: true });
    writeFileSync(join(folder, 'main', 'doors', 'electron.ts'), "import { used } from '../used.ts';\nused();\n");
    writeFileSync(join(folder, 'main', 'used.ts'), 'export function used(): void {}\nexport const dead = 1;\n');
    writeFileSync(join(folder, 'main', 'alone.ts'), 'export const alone = 1;\n');
    const { status, output } = knip(folder);
    expect(status).toBe(1);
    for (const each of ['main/alone.ts', 'dead', 'zod']) expect(output).toContain(each);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
