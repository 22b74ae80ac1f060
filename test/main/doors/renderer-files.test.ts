import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRendererFile, securityHeaders } from '../../../main/doors/renderer-files.ts';

let home: string;
let folder: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-renderer-'));
  folder = join(home, 'renderer');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html>');
  writeFileSync(join(folder, 'assets', 'index-1a.js'), 'export {};');
  writeFileSync(join(folder, 'assets', 'a b.css'), '');
  writeFileSync(join(folder, 'assets', 'program.exe'), 'x');
  writeFileSync(join(folder, '.hidden.json'), '{}');
  writeFileSync(join(home, 'secret.json'), '{}');
  symlinkSync(join(home, 'secret.json'), join(folder, 'link.json'));
  // A folder whose name begins with the served one's.
  mkdirSync(join(home, 'renderer-old'));
  writeFileSync(join(home, 'renderer-old', 'index.html'), 'old');
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const text = async (path: string): Promise<string | null> => {
  const file = await readRendererFile(folder, path);
  return file === null ? null : new TextDecoder().decode(file.body);
};

describe('the built renderer', () => {
  it('answers / with the page, and a file with its type', async () => {
    expect(await text('/')).toBe('<!doctype html>');
    expect(await readRendererFile(folder, '/assets/index-1a.js')).toMatchObject({
      type: 'text/javascript; charset=utf-8',
    });
    expect(await text('/assets/a%20b.css')).toBe('');
  });

  it.each([
    '/../secret.json',
    '/..%2fsecret.json',
    '/%2e%2e/secret.json',
    '/assets/../../secret.json',
    '/assets/..%5c..%5csecret.json',
    '/..\\secret.json',
    '//secret.json',
    '/../renderer-old/index.html',
    '/link.json',
    '/.hidden.json',
    '/assets',
    '/assets/',
    '/assets/program.exe',
    '/C:/secret.json',
    '/index.html%00.js',
    '/%ff',
    '/%',
    '',
    'index.html',
    '/absent.js',
  ])('has nothing at %j', async (path) => {
    expect(await readRendererFile(folder, path)).toBeNull();
  });

  it('allows no inline script, no evaluated text and no foreign source', () => {
    const policy = new Map(
      (securityHeaders['content-security-policy'] ?? '').split('; ').map((rule) => {
        const [name = '', ...sources] = rule.split(' ');
        return [name, sources];
      }),
    );
    expect(policy.get('default-src')).toEqual(["'none'"]);
    expect(policy.get('script-src')).toEqual(["'self'"]);
    const local = new Set(["'none'", "'self'", 'data:', 'blob:']);
    expect([...policy.values()].flat().filter((source) => !local.has(source))).toEqual([]);
  });
});
