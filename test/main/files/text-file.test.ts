// Encodings of people's files. The verdicts on Python's sources are CPython's: PEP 263 and its tokenizer.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../../../core/failure.ts';
import { parseJsonText } from '../../../core/json-text.ts';
import { readJsonFile } from '../../../main/files/json-file.ts';
import { decodePython, decodeText, readTextFile } from '../../../main/files/text-file.ts';

function bytes(text: string, encoding: BufferEncoding = 'utf8'): Uint8Array {
  return Buffer.from(text, encoding);
}

function utf16(text: string, order: 'little' | 'big'): Buffer {
  const swapped = Buffer.from(text, 'utf16le');
  return order === 'little' ? swapped : swapped.swap16();
}

function refusal(read: () => unknown) {
  try {
    return { read: read() };
  } catch (error) {
    return failureOf(error);
  }
}

describe('a text file', () => {
  test('is read with and without a byte order mark, whatever its line ends', () => {
    expect(decodeText(bytes('\ufeffa\r\nü'), 'f')).toBe('a\r\nü');
    expect(decodeText(bytes('a\nü'), 'f')).toBe('a\nü');
    expect(decodeText(bytes(''), 'f')).toBe('');
    expect(decodeText(bytes('\ufeff'), 'f')).toBe('');
  });

  test('in UTF-16 or UTF-32 is called so, with a mark or without', () => {
    const text = '{"recipe": {"epochs": 3}}';
    const marked = [Buffer.from([0xff, 0xfe]), Buffer.from([0xfe, 0xff])] as const;
    for (const each of [
      Buffer.concat([marked[0], utf16(text, 'little')]),
      Buffer.concat([marked[1], utf16(text, 'big')]),
      utf16(text, 'little'),
      utf16(text, 'big'),
    ]) {
      expect(refusal(() => decodeText(each, 'my.json'))).toEqual({
        kind: 'file',
        message: 'my.json is text in UTF-16, and UTF-8 is read here. Save it as UTF-8.',
      });
    }
    const wide = Buffer.from([0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0]);
    expect(refusal(() => decodeText(wide, 'f'))).toMatchObject({ message: expect.stringContaining('UTF-32') });
  });

  test('in another encoding is refused with the line of its first foreign byte', () => {
    const text = `one\ntwo\n${'x'.repeat(5000)}\nGröße\n`;
    expect(refusal(() => decodeText(bytes(text, 'latin1'), 'f'))).toMatchObject({ kind: 'file', line: 4 });
  });

  test('that does not end, or is a folder, is refused', () => {
    expect(refusal(() => readTextFile('/dev/zero'))).toMatchObject({ message: expect.stringContaining('64 MB') });
    expect(refusal(() => readTextFile(tmpdir()))).toMatchObject({ message: `${tmpdir()} is a folder, not a file.` });
  });
});

describe("a source of Python's", () => {
  test('is read in the encoding that its first two lines declare', () => {
    for (const [name, encoding] of [
      ['latin-1', 'latin1'],
      ['iso-8859-1', 'latin1'],
      ['utf-8', 'utf8'],
      ['UTF_8', 'utf8'],
    ] as const) {
      const text = `#!/usr/bin/env python\n# -*- coding: ${name} -*-\n# Größe\n`;
      expect(decodePython(bytes(text, encoding), 'net.py')).toBe(text);
    }
    const cyrillic = Buffer.concat([bytes('# coding=cp1251\n# '), Buffer.from([0xc4, 0xe0])]);
    expect(decodePython(cyrillic, 'net.py')).toBe('# coding=cp1251\n# Да');
  });

  test('is refused where Python refuses it: undeclared, unknown, or at odds with its mark', () => {
    expect(refusal(() => decodePython(bytes('import torch\n# Größe\n', 'latin1'), 'net.py'))).toMatchObject({
      line: 2,
    });
    expect(refusal(() => decodePython(bytes('x = 1\n# coding: latin-1\n# ö', 'latin1'), 'n'))).toMatchObject({
      line: 3,
    });
    expect(refusal(() => decodePython(bytes('# coding: klingon\n'), 'net.py'))).toMatchObject({
      line: 1,
      message: expect.stringContaining('klingon'),
    });
    expect(refusal(() => decodePython(bytes('\ufeff# coding: latin-1\n'), 'net.py'))).toMatchObject({ line: 1 });
  });
});

describe('JSON', () => {
  test.each([
    ['{"a": 1,}', 1, 9],
    ['{"a": 1}\n x', 2, 2],
    ['root:x:0:0\ndaemon', 1, 1],
    ["{\n  'a': 1}", 2, 3],
    ['[1, 2\n, tru e]', 2, 6],
    ['"a\nb"', 1, 3],
  ])('%j is refused with the place where Python’s json refuses it too', (text, line, column) => {
    const failure = refusal(() => parseJsonText(text, 'f.json'));
    expect(failure).toEqual({
      kind: 'input',
      message: `f.json is not JSON: line ${line}, column ${column}.`,
      line,
      column,
    });
  });

  test('that ends too early or holds nothing is told as that', () => {
    expect(refusal(() => parseJsonText('{\n"recipe": ', 'f'))).toMatchObject({
      message: 'f is not JSON: it ends too early, in line 2.',
    });
    expect(refusal(() => parseJsonText(' \n', 'f'))).toMatchObject({ message: 'f is not JSON: it is empty.' });
  });

  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'llmatic-json-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('is read with a byte order mark', () => {
    const file = join(folder, 'marked.json');
    writeFileSync(file, '\ufeff{"a": [1]}\r\n');
    expect(readJsonFile(file)).toEqual({ a: [1] });
  });
});
