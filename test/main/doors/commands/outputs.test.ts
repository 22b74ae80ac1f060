// What commands write over and what they leave alone.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { failureOf } from '../../../../core/failure.ts';
import { writeNpy } from '../../../../core/tensors/npy.ts';
import { writeSafetensors } from '../../../../core/tensors/safetensors.ts';
import { type OutputKind, outputOption } from '../../../../main/doors/commands/outputs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-outputs-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const tensor = { type: 'float32', shape: [1], data: Float32Array.of(1) } as const;
const ours: Record<OutputKind, Uint8Array> = {
  safetensors: writeSafetensors(new Map([['a', tensor]])),
  npy: writeNpy(tensor),
  'JSON lines': Buffer.from('{"a": 1}\n'),
};

describe('an output', () => {
  test('writes over a file of its own kind and over an empty one, never over any other', () => {
    const file = join(folder, 'out');
    for (const [kind, content] of Object.entries(ours) as [OutputKind, Uint8Array][]) {
      for (const before of [content, new Uint8Array(0)]) {
        writeFileSync(file, before);
        outputOption({ save: file }, 'save', kind, [])?.write(Buffer.from('new'));
        expect(readFileSync(file, 'utf8')).toBe('new');
      }
      for (const before of ['my notes', 'x', ...Object.values(ours).filter((other) => other !== content)]) {
        writeFileSync(file, before);
        expect(() => outputOption({ save: file }, 'save', kind, [])).toThrow(/^--save .* is there already, and is no/);
        expect(readFileSync(file).equals(Buffer.from(before))).toBe(true);
      }
      outputOption({ save: file, force: true }, 'save', kind, [])?.write(Buffer.from('forced'));
      expect(readFileSync(file, 'utf8')).toBe('forced');
    }
  });

  test('that became another file during the work is left alone then too', () => {
    const file = join(folder, 'out');
    const output = outputOption({ save: file }, 'save', 'npy', []);
    writeFileSync(file, 'made meanwhile');
    expect(() => output?.write(ours.npy)).toThrow(/Give another file/);
    expect(readFileSync(file, 'utf8')).toBe('made meanwhile');
  });

  test('is none of the files that are read, under any name', () => {
    const input = join(folder, 'x.npy');
    writeFileSync(input, ours.npy);
    symlinkSync('x.npy', join(folder, 'link.npy'));
    for (const name of ['x.npy', 'link.npy', '../'.concat(folder.split('/').at(-1) ?? '', '/x.npy')]) {
      const options = { output: join(folder, name), force: true };
      try {
        outputOption(options, 'output', 'npy', [null, input]);
        expect.unreachable();
      } catch (error) {
        expect(failureOf(error)).toMatchObject({ kind: 'usage', message: expect.stringContaining('that are read') });
      }
    }
  });
});
