// Lines to a file on a disk that fills up and has room again; a disk here is a number of bytes that are free.
import { describe, expect, test } from 'vitest';
import { lineWriter } from '../../../main/files/line-writer.ts';

function disk(free: number) {
  const state = { free, text: '' };
  const write = (_: number, bytes: Uint8Array, at: number): number => {
    const written = Math.min(bytes.length - at, state.free);
    if (written === 0) throw Object.assign(new Error('write'), { code: 'ENOSPC' });
    state.text += new TextDecoder().decode(bytes.subarray(at, at + written));
    state.free -= written;
    return written;
  };
  return { state, write };
}

describe('lines to a file', () => {
  test('are written whole where a write takes a part', () => {
    const { state, write } = disk(1000);
    const writer = lineWriter(1, (file, bytes, at) => write(file, bytes.subarray(0, at + 3), at));
    expect(writer.line('a line of some length')).toBe(true);
    expect(state.text).toBe('a line of some length\n');
    expect(writer.end()).toBeNull();
  });

  test('are each whole or missing when the disk was full for a while, and the end says how many are missing', () => {
    const { state, write } = disk(8);
    const writer = lineWriter(1, write);
    expect(writer.line('first')).toBe(true);
    expect(writer.line('second')).toBe(false);
    expect(writer.line('third')).toBe(false);
    state.free = 1000;
    expect(writer.line('fourth')).toBe(true);
    expect(state.text).toBe('first\nsecond\nfourth\n');
    expect(writer.end()).toBe('1 line is missing: the disk is full');
  });

  test('that could not be ended count as missing', () => {
    const { write } = disk(8);
    const writer = lineWriter(1, write);
    writer.line('first');
    writer.line('second');
    expect(writer.end()).toMatch(/^1 line is missing/);
  });
});
