/**
 * Weights that a person gives for a network: safetensors, or PyTorch's .pt, .pth and .bin. What a file is follows from
 * its bytes, whatever its name.
 */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { withoutWrappers } from '../../core/checkpoint/wrapped-names.ts';
import { FailureError, fail } from '../../core/failure.ts';
import type { Network } from '../../core/network/ir.ts';
import { readSafetensors, writeSafetensors } from '../../core/tensors/safetensors.ts';
import { elementCount, type Tensor } from '../../core/tensors/tensor.ts';
import { weightsFor } from '../../core/training/weights.ts';
import { whyOfFile } from '../files/file-trouble.ts';
import { type OpenFile, openFile } from '../llm/file-bytes.ts';
import { readStored } from './read-stored.ts';
import { torchTensorsIn } from './torch-file.ts';
import { formBytes, weightsForm } from './weights-form.ts';

/** Bytes of a file's tensors that are read: as many as an array holds, far more than any network here. */
const mostBytes = 2 ** 31 - 1;

export interface GivenWeights {
  /** The network's parameters and buffers, each under its first name. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** The same file as safetensors, under the network's own names. */
  readonly safetensors: Uint8Array;
}

async function torchTensors(file: OpenFile): Promise<ReadonlyMap<string, Tensor>> {
  const stored = await torchTensorsIn(file);
  const elements = stored.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  if (elements * 8 > mostBytes) {
    fail('checkpoint', `${file.name} holds ${elements} numbers, more than are read as the weights of one network.`);
  }
  const tensors = new Map<string, Tensor>();
  for (const tensor of stored) tensors.set(tensor.name, await readStored(tensor));
  return tensors;
}

async function openWeightsFile(path: string): Promise<OpenFile> {
  const found = await stat(path).catch((error: unknown) => fail('file', `${path} ${whyOfFile(error)}.`));
  if (found.isDirectory()) fail('file', `${path} is a folder, not a file. Give the weights file in it.`);
  if (!found.isFile()) fail('file', `${path} is not a file that can be read as weights.`);
  return openFile(path);
}

/** The failure with the file's path in its message, once. */
function ofPath(path: string, { failure }: FailureError): FailureError {
  const { message } = failure;
  if (message.startsWith(path)) return new FailureError(failure);
  const name = basename(path);
  const placed = message.startsWith(name) ? path + message.slice(name.length) : `${path}: ${message}`;
  return new FailureError({ ...failure, message: placed });
}

/**
 * Reads a weights file for a network, all of its weights; names may have the prefixes of PyTorch's wrappers.
 * @throws FailureError `file`, `checkpoint` or `unsupported` where the file cannot be read, `weights` naming each tensor that is
 * missing, misshaped or foreign
 */
export async function readGivenWeights(network: Network, path: string): Promise<GivenWeights> {
  const file = await openWeightsFile(path);
  try {
    const form = weightsForm(path, await file.read(0, Math.min(formBytes, file.size)));
    const bytes = form === 'safetensors' ? new Uint8Array(await readFile(path)) : null;
    const tensors = bytes === null ? await torchTensors(file) : readSafetensors(bytes);
    const own = new Set([...network.parameters, ...network.buffers].map(({ name }) => name));
    for (const { name } of network.aliases ?? []) own.add(name);
    const named = withoutWrappers(tensors, (name) => own.has(name));
    const weights = weightsFor(network, named);
    return { weights, safetensors: bytes !== null && named === tensors ? bytes : writeSafetensors(named) };
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    throw ofPath(path, error);
  } finally {
    await file.close();
  }
}
