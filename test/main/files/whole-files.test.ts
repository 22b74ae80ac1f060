// Outputs are there whole or not at all, and nothing of a person's is written over unasked.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../../core/failure.ts';
import { checkWritable, writeWholeFile } from '../../../main/files/whole-file.ts';
import { writeWholeFolder } from '../../../main/files/whole-folder.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-whole-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function failing(work: () => unknown) {
  try {
    work();
  } catch (error) {
    return failureOf(error);
  }
  throw new Error('It did not fail.');
}

describe('a file', () => {
  test('is written under its name, also where the name is as long as names may be', () => {
    const name = join(folder, 'n'.repeat(255));
    writeWholeFile(name, 'content', false);
    expect(readFileSync(name, 'utf8')).toBe('content');
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('is not written over one that is there, unless it may be; then it keeps its permissions', () => {
    const file = join(folder, 'notes');
    writeFileSync(file, 'mine');
    chmodSync(file, 0o600);
    expect(failing(() => writeWholeFile(file, 'ours', false))).toMatchObject({
      kind: 'exists',
      message: `${file} is there already. Give another file, or let it be replaced with --force.`,
    });
    expect(failing(() => checkWritable(file, (found) => found !== file)).kind).toBe('exists');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    writeWholeFile(file, 'ours', true);
    expect(readFileSync(file, 'utf8')).toBe('ours');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['notes']);
  });

  test('goes through links to the file behind them, and links stay links', () => {
    writeFileSync(join(folder, 'real'), 'old');
    symlinkSync('real', join(folder, 'link'));
    symlinkSync('new', join(folder, 'dangling'));
    symlinkSync('round', join(folder, 'round'));
    writeWholeFile(join(folder, 'link'), 'a', true);
    writeWholeFile(join(folder, 'dangling'), 'b', true);
    expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('a');
    expect(readFileSync(join(folder, 'new'), 'utf8')).toBe('b');
    expect(failing(() => writeWholeFile(join(folder, 'round'), 'c', true)).message).toContain('leads back to itself');
    expect(readdirSync(folder).sort()).toEqual(['dangling', 'link', 'new', 'real', 'round']);
  });

  test('that is a device is written to, never replaced by a file', () => {
    checkWritable('/dev/null', false);
    writeWholeFile('/dev/null', 'gone', false);
    expect(statSync('/dev/null').isFile()).toBe(false);
  });

  test.each([
    ['nowhere/file', 'its folder does not exist'],
    ['plain/file', 'it would lie below something that is not a folder'],
    ['n'.repeat(256), 'its name is too long'],
    ['sub', 'is a folder'],
  ])('%s is refused with its cause, before the work and after it', (name, why) => {
    writeFileSync(join(folder, 'plain'), '');
    mkdirSync(join(folder, 'sub'));
    const path = join(folder, name);
    for (const refused of [() => checkWritable(path, true), () => writeWholeFile(path, '', true)]) {
      const { kind, message } = failing(refused);
      expect(kind).toBe('file');
      expect(message).toContain(path);
      expect(message).toContain(why);
    }
    expect(readdirSync(folder).sort()).toEqual(['plain', 'sub']);
  });

  test('of a process that quits in the midst leaves nothing behind', () => {
    const module = join(import.meta.dirname, '../../../main/files/whole-file.ts');
    const script = `
      const { temporaryName, writeNewFile } = await import(${JSON.stringify(module)});
      const temporary = temporaryName(${JSON.stringify(folder)});
      writeNewFile(temporary, 'half');
      process.exit(130);`;
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', script]);
    expect(status).toBe(130);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a folder of files', () => {
  const content = { 'net.py': 'class Net: pass\n', 'README.md': '# Net\n' };

  test('is made with those above it, and may be written again', () => {
    const place = join(folder, 'a', 'b');
    writeWholeFolder(place, content, false);
    writeWholeFolder(place, content, false);
    expect(readdirSync(place).sort()).toEqual(['README.md', 'net.py']);
    expect(readdirSync(join(folder, 'a'))).toEqual(['b']);
  });

  test("joins what is there, and replaces nobody's file unasked", () => {
    writeFileSync(join(folder, 'README.md'), 'mine');
    writeFileSync(join(folder, 'other'), 'mine too');
    expect(failing(() => writeWholeFolder(folder, content, false))).toEqual({
      kind: 'exists',
      message: `${folder} holds README.md already, with other content. Give another folder, or let it be replaced with --force.`,
    });
    expect(readdirSync(folder).sort()).toEqual(['README.md', 'other']);
    writeWholeFolder(folder, content, true);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('# Net\n');
    expect(readFileSync(join(folder, 'other'), 'utf8')).toBe('mine too');
    expect(readdirSync(folder).sort()).toEqual(['README.md', 'net.py', 'other']);
  });

  test('with a folder in the place of a file is refused also where files may be replaced', () => {
    mkdirSync(join(folder, 'net.py'));
    expect(failing(() => writeWholeFolder(folder, content, true)).message).toContain('net.py is a folder');
    expect(readdirSync(folder)).toEqual(['net.py']);
  });

  test('leaves nothing half made, nor folders above it, when one of its files cannot be written', () => {
    const long = { ...content, ['n'.repeat(256)]: '' };
    expect(failing(() => writeWholeFolder(join(folder, 'a', 'b'), long, false))).toMatchObject({
      kind: 'file',
      message: expect.stringContaining('its name is too long'),
    });
    expect(failing(() => writeWholeFolder(folder, long, false)).kind).toBe('file');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that cannot be made is named with its cause', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    const refusal = (...names: string[]) => failing(() => writeWholeFolder(join(folder, ...names), content, false));
    expect(refusal('file').message).toBe(`${file} is a file, not a folder. Give another folder.`);
    expect(refusal('file', 'a', 'b').message).toContain('file is no folder');
    expect(refusal('a', 'n'.repeat(256)).message).toContain('its name is too long');
    expect(refusal('a', 'n'.repeat(256), 'b').message).toContain('its name is too long');
    expect(readdirSync(folder)).toEqual(['file']);
  });
});
