// Weights files of test/golden/weights, which PyTorch wrote: the same numbers as PyTorch loads, or one sentence.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FailureError } from '../../../core/failure.ts';
import type { Network } from '../../../core/network/ir.ts';
import { readSafetensors } from '../../../core/tensors/safetensors.ts';
import { weightsFor } from '../../../core/training/weights.ts';
import { readGivenWeights } from '../../../main/checkpoint/given-weights.ts';
import { readNetworkFile } from '../../../main/interpreter.ts';

const golden = join(import.meta.dirname, '../../golden/weights');
const files = join(golden, 'files');
const work = mkdtempSync(join(tmpdir(), 'llmatic-weights-'));
let network: Network;

beforeAll(async () => {
  ({ network } = await readNetworkFile(join(golden, 'net.py'), { input: [3, 8, 8] }));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function refusal(path: string): Promise<{ kind: string; message: string }> {
  try {
    await readGivenWeights(network, path);
  } catch (error) {
    if (error instanceof FailureError) return error.failure;
    throw error;
  }
  return expect.fail(`${path} was not refused.`);
}

function given(name: string, bytes: Uint8Array | string): string {
  const path = join(work, name);
  writeFileSync(path, bytes);
  return path;
}

describe('a file of PyTorch', () => {
  it.each([
    ['a state dict', 'plain.pt', 'weights'],
    ['of DataParallel', 'parallel.pth', 'weights'],
    ['of torch.compile', 'compiled.pt', 'weights'],
    ['of DataParallel over torch.compile', 'parallel-compiled.pt', 'weights'],
    ['of torch.compile over DataParallel', 'compiled-parallel.pt', 'weights'],
    ['of a network with a compiled part', 'part-compiled.pt', 'weights'],
    ['of an averaged model', 'averaged.pt', 'weights'],
    ['of torch.compile as safetensors', 'compiled.safetensors', 'weights'],
    ['beside optimizer, scheduler and epoch', 'checkpoint.pth', 'weights'],
    ["as PyTorch's tutorial saves it", 'tutorial.pt', 'weights'],
    ['under net', 'kuangliu.pth', 'weights'],
    ['two dicts deep, under a name of its own', 'nested.pt', 'weights'],
    ['beside its average', 'with-average.pt', 'weights'],
    ['in channels-last memory', 'channels-last.pt', 'weights'],
    ['transposed in memory', 'transposed.pt', 'weights'],
    ['all in one storage', 'one-storage.pt', 'weights'],
    ['as parameters', 'parameters.pt', 'weights'],
    ['in double precision', 'double.pt', 'weights'],
    ['from before version 1.6', 'legacy.pth', 'weights'],
    ['pickled by protocol 4', 'protocol-4.pt', 'weights'],
    ['from before version 1.6 by protocol 4', 'legacy-protocol-4.pth', 'weights'],
    ['in half precision', 'half.pt', 'half'],
    ['in bfloat16', 'bfloat16.pt', 'bfloat16'],
  ])('%s is read to the bit: %s', async (_, name, expected) => {
    const wanted = weightsFor(network, readSafetensors(readFileSync(join(files, `${expected}.safetensors`))));
    const { weights, safetensors } = await readGivenWeights(network, join(files, name));
    expect(weights).toEqual(wanted);
    expect(weightsFor(network, readSafetensors(safetensors))).toEqual(wanted);
  });

  it.each(['no-count.pt', 'legacy-one-storage.pth'])('without num_batches_tracked has it as zero: %s', async (name) => {
    const wanted = weightsFor(network, readSafetensors(readFileSync(join(files, 'weights.safetensors'))));
    const zero = { type: 'int64', shape: [], data: BigInt64Array.of(0n) } as const;
    const { weights } = await readGivenWeights(network, join(files, name));
    expect(weights).toEqual(new Map(wanted).set('features.1.num_batches_tracked', zero));
  });

  it.each(['masked.pt', 'masked.safetensors'])('with booleans and a layer under two names: %s', async (name) => {
    const { network: masked } = await readNetworkFile(join(golden, 'masked.py'), { input: [3, 2, 2] });
    const { weights } = await readGivenWeights(masked, join(files, name));
    const exported = readSafetensors(readFileSync(join(files, 'masked.safetensors')));
    expect([...(weights.get('mask')?.data ?? [])].map(Number)).toEqual([
      1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 1,
    ]);
    for (const part of ['first.weight', 'first.bias', 'head.weight', 'head.bias']) {
      expect(weights.get(part)).toEqual(exported.get(part));
    }
  });

  it('is known by its bytes, whatever its name; safetensors that fit stay as they are', async () => {
    const safetensors = readFileSync(join(files, 'weights.safetensors'));
    const renamed = await readGivenWeights(network, given('named.pt', safetensors));
    expect(Buffer.from(renamed.safetensors).equals(safetensors)).toBe(true);
    const torch = given('named.safetensors', readFileSync(join(files, 'parallel.pth')));
    expect((await readGivenWeights(network, torch)).weights).toEqual(renamed.weights);
  });

  it('keeps `module.` where the network itself has a part of that name', async () => {
    const text = readFileSync(join(golden, 'net.py'), 'utf8').replaceAll('self.features', 'self.module');
    const own = await readNetworkFile(given('own.py', text), { input: [3, 8, 8] });
    const tensors = readSafetensors(readFileSync(join(files, 'weights.safetensors')));
    const { writeSafetensors } = await import('../../../core/tensors/safetensors.ts');
    const under = (prefix: string) =>
      new Map([...tensors].map(([name, value]) => [prefix + name.replace('features', 'module'), value]));
    const plain = await readGivenWeights(own.network, given('own.safetensors', writeSafetensors(under(''))));
    const wrapped = await readGivenWeights(own.network, given('own2.safetensors', writeSafetensors(under('module.'))));
    expect([...plain.weights.keys()]).toContain('module.0.weight');
    expect(wrapped.weights).toEqual(plain.weights);
  });
});

describe('what is no state dict of the network gets one sentence', () => {
  it.each([
    ['whole.pt', /whole\.pt is a whole pickled object \(net\.Net\).*nothing in it was executed.*model\.state_dict\(\)/],
    ['whole-legacy.pt', /whole-legacy\.pt is a whole pickled object \(net\.Net\).*model\.state_dict\(\)/],
    ['whole-inside.pt', /asks for net\.Net.*nothing in it was executed.*model\.state_dict\(\)/],
    ['script.pt', /TorchScript archive.*torch\.jit\.load\("script\.pt"\)\.state_dict\(\)/],
    ['exported.pt2', /program of torch\.export.*torch\.export\.load\("exported\.pt2"\)\.state_dict/],
    ['two.pt', /holds 2 state dicts, at \["generator"\], \["critic"\].*torch\.load\(\.\.\.\)\["generator"\]/],
    ['tensor.pt', /holds a single tensor, not a state dict/],
    ['list.pt', /holds a list, not a state dict/],
    ['no-tensors.pt', /holds no tensors by name \(its keys: "epoch", "loss"\)/],
    ['lacking.pt', /"head\.bias" \[5\] is missing/],
    ['extra.pt', /: "aux\.weight" \[2\] is not a weight of the network/],
    ['complex.pt', /torch\.ComplexFloatStorage/],
    ['whole-numbers.pt', /"head\.bias" holds int32, not float32/],
    ['arrays.npz', /archive of NumPy arrays \(\.npz\).*safetensors\.numpy\.save_file/],
    ['arrays.pkl', /is a pickle, but not one of torch\.save.*nothing in it was executed/],
    ['attack.pt', /asks for (builtins|__builtin__)\.eval.*nothing in it was executed/],
    ['attack-plain.pkl', /is a pickle, but not one of torch\.save/],
  ])('%s', async (name, message) => {
    const refused = await refusal(join(files, name));
    expect(refused.message).toMatch(message);
    expect(refused.message.startsWith(join(files, name))).toBe(true);
    expect(refused.message.split(name).length - 1).toBeLessThanOrEqual(2);
    expect(existsSync('executed')).toBe(false);
  });

  it.each([
    ['empty.pt', '', /is empty \(0 bytes\)/],
    ['pointer.pt', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n', /Git LFS pointer.*git lfs pull/],
    ['page.pth', '<!DOCTYPE html><html></html>', /is a web page, not weights/],
    ['net.h5', Buffer.from('894844460d0a1a0a00', 'hex'), /HDF5, as Keras writes it/],
    ['model.gguf', 'GGUF\u0003', /GGUF/],
    ['array.npy', Buffer.from('934e554d50590100', 'hex'), /one NumPy array/],
    ['net.pt.gz', Buffer.from('1f8b0800', 'hex'), /compressed with gzip/],
    ['words.pt', 'these are no weights', /not a PyTorch checkpoint/],
    ['words.safetensors', 'these are no weights', /Not a sound safetensors file/],
  ])('%s', async (name, bytes, message) => {
    const { message: told } = await refusal(given(name, bytes));
    expect(told).toMatch(message);
    expect(told).toContain(join(work, name));
  });

  it('a folder, and what is not there', async () => {
    mkdirSync(join(work, 'folder.pt'));
    expect((await refusal(join(work, 'folder.pt'))).message).toMatch(/folder\.pt is a folder, not a file/);
    expect((await refusal(join(work, 'none.pt'))).message).toMatch(/none\.pt does not exist/);
  });

  it.each(['plain.pt', 'legacy.pth', 'weights.safetensors'])('%s cut off anywhere', async (name) => {
    const whole = readFileSync(join(files, name));
    for (let length = 1; length < whole.length; length += 97) {
      const { kind, message } = await refusal(given(`cut-${name}`, whole.subarray(0, length)));
      expect(['checkpoint', 'file']).toContain(kind);
      expect(message).toContain(`cut-${name}`);
      expect(message).toMatch(/\. (Copy|Download|Save|Give).*\.$/);
    }
  });

  it('one turned bit in the zip archive is found or harmless', async () => {
    const whole = readFileSync(join(files, 'plain.pt'));
    const { weights } = await readGivenWeights(network, join(files, 'plain.pt'));
    for (let at = 0; at < whole.length; at += 13) {
      const turned = Buffer.from(whole);
      turned[at]! ^= 1 << (at % 8);
      const read = await readGivenWeights(network, given('turned.pt', turned)).catch((error: unknown) => {
        if (error instanceof FailureError && error.failure.kind !== 'internal') return null;
        throw error;
      });
      if (read !== null) expect(read.weights).toEqual(weights);
    }
  });
});
