// Where paths are meant from; the environment is that of npm 10 and 11 (`npm run env`).
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callingFolder } from '../../../main/doors/calling-folder.ts';

let base: string;
let checkout: string;
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'llmatic-calling-')));
  checkout = join(base, 'checkout');
  mkdirSync(join(checkout, 'experiments'), { recursive: true });
  mkdirSync(join(base, 'elsewhere'));
  writeFileSync(join(checkout, 'package.json'), '{}');
  symlinkSync('checkout', join(base, 'link'));
});
afterAll(() => rmSync(base, { recursive: true, force: true }));

const environment = (from: string, change: Record<string, string | undefined> = {}) => ({
  INIT_CWD: from,
  npm_lifecycle_event: 'llmatic',
  npm_package_json: join(checkout, 'package.json'),
  ...change,
});

describe('the folder that a command is called from', () => {
  test('is the one that npm run was called in: below the checkout, elsewhere with --prefix, through a link', () => {
    const below = join(checkout, 'experiments');
    expect(callingFolder(environment(below), checkout, checkout)).toBe(below);
    expect(callingFolder(environment(below, { npm_lifecycle_event: 'demo' }), checkout, checkout)).toBe(below);
    const elsewhere = join(base, 'elsewhere');
    expect(callingFolder(environment(elsewhere), checkout, checkout)).toBe(elsewhere);
    expect(callingFolder(environment(below), join(base, 'link'), checkout)).toBe(below);
  });

  test('is the working folder otherwise', () => {
    const below = join(checkout, 'experiments');
    expect(callingFolder({}, checkout, checkout)).toBeNull();
    expect(callingFolder(environment(checkout), checkout, checkout)).toBeNull();
    // Another script, of this package or of another, that calls the command line from a folder of its own choice.
    expect(callingFolder(environment(below, { npm_lifecycle_event: 'test' }), checkout, checkout)).toBeNull();
    const other = { npm_package_json: join(base, 'elsewhere', 'package.json') };
    expect(callingFolder(environment(below, other), checkout, checkout)).toBeNull();
    expect(callingFolder(environment(below), join(base, 'elsewhere'), checkout)).toBeNull();
    expect(callingFolder(environment(join(base, 'gone')), checkout, checkout)).toBeNull();
  });
});
