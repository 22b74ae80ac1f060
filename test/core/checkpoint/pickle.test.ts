import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPickle } from '../../../core/checkpoint/pickle.ts';
import { readTorchTensors } from '../../../core/checkpoint/torch-tensors.ts';
import { FailureError } from '../../../core/failure.ts';

const latin = (text: string): number[] => [...text].map((letter) => letter.charCodeAt(0));
const pickle = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from([0x80, 2, ...parts.flatMap((part) => (typeof part === 'string' ? latin(part) : part)), 0x2e]);
const text = (value: string): number[] => [0x58, value.length, 0, 0, 0, ...latin(value)];

const read = (bytes: Uint8Array) => readPickle(bytes, { file: 'w.bin', allowed: (name) => name === 'a.b' });

function refusal(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof FailureError && error.failure.kind === 'checkpoint') return error.failure.message;
    throw error;
  }
  return expect.fail('It was not refused.');
}

describe('a pickle', () => {
  it('gives back numbers, texts, tuples, lists and dicts', () => {
    expect(read(pickle([0x4a, 0xfe, 0xff, 0xff, 0xff]))).toBe(-2);
    expect(read(pickle([0x4d, 0x34, 0x12]))).toBe(0x1234);
    expect(read(pickle([0x8a, 2, 0x00, 0x80]))).toBe(-32768);
    expect(read(pickle([0x8a, 5, 0, 0, 0, 0, 1]))).toBe(2 ** 32);
    expect(read(pickle([0x47, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0]))).toBe(1.5);
    expect(read(pickle(text('wte')))).toBe('wte');
    expect(read(pickle('(K\x01\x88t'))).toEqual({ kind: 'tuple', items: [1, true] });
    expect(read(pickle(']K\x01aNa'))).toEqual({ kind: 'list', items: [1, null] });
    expect(read(pickle('}', text('a'), 'K\x05s'))).toEqual({ kind: 'dict', entries: new Map([['a', 5]]) });
  });

  it('reads what Python 2 wrote: byte texts, and an ordered dict of pairs', () => {
    const byPairs = (bytes: Uint8Array) =>
      readPickle(bytes, { file: 'w.bin', allowed: (name) => /^collections\.(OrderedDict|defaultdict)$/.test(name) });
    expect(read(pickle('U\x03wte'))).toBe('wte');
    expect(read(pickle('T\x03\0\0\0wte'))).toBe('wte');
    const pairs = pickle('ccollections\nOrderedDict\n', ']](U\x01aK\x05ea](U\x01bK\x06ea\x85R');
    expect(byPairs(pairs)).toEqual({
      kind: 'dict',
      entries: new Map([
        ['a', 5],
        ['b', 6],
      ]),
    });
    const empty = pickle('ccollections\ndefaultdict\n', 'ccollections\nOrderedDict\n', '\x85R', 'U\x01aK\x05s');
    expect(byPairs(empty)).toEqual({ kind: 'dict', entries: new Map([['a', 5]]) });
  });

  it('refers to what it remembered', () => {
    expect(read(pickle(text('x'), 'q\x07h\x07\x86'))).toEqual({ kind: 'tuple', items: ['x', 'x'] });
    expect(refusal(() => read(pickle('h\x07')))).toContain('refers to value 7');
  });

  it('keeps a call of an allowed name as a value and does not make it', () => {
    expect(read(pickle('ca\nb\n', 'K\x01\x85R'))).toEqual({ kind: 'call', name: 'a.b', args: [1] });
  });

  it.each([
    ['os.system', pickle('cos\nsystem\n', text('touch pwned'), '\x85R')],
    ['posix.system', Uint8Array.from([0x80, 4, 0x8c, 5, ...latin('posix'), 0x8c, 6, ...latin('system'), 0x93, 0x2e])],
    ['builtins.eval', pickle('cbuiltins\neval\n', text('1'), '\x85R')],
    ['torch._utils._rebuild_tensor', pickle('ctorch._utils\n_rebuild_tensor\n')],
    ['INST', pickle('(ios\nsystem\n')],
    ['OBJ', pickle('(o')],
    ['NEWOBJ', pickle('ca\nb\n)\x81')],
    ['EXT1', pickle('\x82\x01')],
  ])('refuses %s by its name and says that nothing was executed', (name, bytes) => {
    const message = refusal(() => read(bytes));
    expect(message).toContain(name);
    expect(message).toContain('nothing in it was executed');
    expect(message).toContain('w.bin');
  });

  it.each([
    ['an opcode that no checkpoint needs', pickle('\x99'), 'opcode 0x99'],
    ['a text longer than the file', pickle([0x58, 255, 255, 255, 127]), 'needs 2147483647 bytes'],
    ['a value where there is none', pickle('\x85'), 'takes a value where there is none'],
    ['a group that was not begun', pickle('t'), 'was not begun'],
    ['a key without a value', pickle('}(K\x01u'), 'a key without a value'],
    ['no end', Uint8Array.of(0x80, 2, 0x4e), 'needs 1 bytes'],
    ['nothing', new Uint8Array(0), 'needs 1 bytes'],
    ['a number larger than any size', pickle([0x8a, 8, 0, 0, 0, 0, 0, 0, 0, 0x7f]), 'larger than any size'],
  ])('refuses %s', (_, bytes, message) => {
    expect(refusal(() => read(bytes))).toContain(message);
  });

  it('never fails otherwise than with a reason, whatever the bytes', () => {
    const opcodes = fc.constantFrom(
      ...latin('()]}tuseaqhjrXKMJNQRbc.0'),
      0x85,
      0x86,
      0x87,
      0x88,
      0x8a,
      0x8c,
      0x93,
      0x94,
    );
    const byte = fc.oneof(opcodes, fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 60 }), (bytes) => {
        for (const of of [read, (each: Uint8Array) => readTorchTensors('w.bin', each)]) {
          try {
            of(Uint8Array.from(bytes));
          } catch (error) {
            expect(error).toBeInstanceOf(FailureError);
          }
        }
      }),
      { numRuns: 20_000 },
    );
  });
});
