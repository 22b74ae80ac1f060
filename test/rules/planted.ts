/** A folder with the project's own rule files and planted source files, so that a rule is tested on a violation. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod';

const root = join(import.meta.dirname, '..', '..');
const { imports } = z
  .object({ imports: z.record(z.string(), z.string()) })
  .parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
const ruleFiles = [
  'biome.json',
  'tsconfig.base.json',
  'core/tsconfig.json',
  'core/purity.grit',
  'main/children.grit',
  'main/connections.grit',
  'main/shown.grit',
  'main/telemetry.grit',
  'main/tsconfig.json',
  'preload/tsconfig.json',
  'renderer/tsconfig.json',
];

/** Runs a tool of node_modules/.bin in a folder holding the rules and the given files; returns its output and status. */
export function runOnPlanted(
  files: Readonly<Record<string, string>>,
  tool: 'biome' | 'tsc',
  words: readonly string[],
): { readonly status: number; readonly output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'llmatic-rules-'));
  try {
    for (const file of ruleFiles) cpSync(join(root, file), join(folder, file));
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', imports }));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const entry = tool === 'biome' ? 'node_modules/@biomejs/biome/bin/biome' : 'node_modules/typescript/bin/tsc';
    const run = spawnSync(process.execPath, [join(folder, entry), ...words], { cwd: folder, encoding: 'utf8' });
    return { status: run.status ?? 1, output: `${run.stdout}${run.stderr}` };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
