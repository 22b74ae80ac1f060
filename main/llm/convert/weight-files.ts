/** Opens the weights of a checkpoint folder, whatever form they have, as tensors that can be read row by row. */
import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../../core/codegen/config.ts';
import { FailureError, fail } from '../../../core/failure.ts';
import { readSafetensorsHeader, safetensorsDataStart } from '../../../core/tensors/safetensors-header.ts';
import type { StoredTensor } from '../../checkpoint/stored-tensor.ts';
import { torchTensorsIn } from '../../checkpoint/torch-file.ts';
import { readTextFile } from '../../files/text-file.ts';
import { type OpenFile, openFile } from '../file-bytes.ts';

export interface Weights {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** Names of the files that hold them. */
  readonly files: readonly string[];
  close(): Promise<void>;
}

const lfsPointer = 'version https://git-lfs';

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

async function safetensorsIn(file: OpenFile): Promise<StoredTensor[]> {
  try {
    const dataStart = safetensorsDataStart(await file.read(0, 8), file.size);
    const header = readSafetensorsHeader(await file.read(0, dataStart), file.size);
    return header.entries.map(({ name, dtype, shape, begin, bytes }) => ({
      name,
      dtype,
      shape,
      file,
      offset: dataStart + begin,
      bytes,
      strides: null,
      check: null,
    }));
  } catch (error) {
    if (!(error instanceof FailureError)) throw error;
    return fail('checkpoint', `${file.name}: ${error.failure.message}`);
  }
}

/** The tensors of a PyTorch file; the conversion reads rows, so each must lie in one piece. */
async function rowsOfTorchFile(file: OpenFile): Promise<readonly StoredTensor[]> {
  const tensors = await torchTensorsIn(file);
  const strided = tensors.find(({ strides }) => strides !== null);
  if (strided === undefined) return tensors;
  return fail(
    'checkpoint',
    `${file.name} keeps tensor ${strided.name} transposed or with gaps. Save the weights again with each tensor made .contiguous().`,
  );
}

const indexSchema = z.object({ weight_map: z.record(z.string(), z.string()) });

/** Names of the files that an index gives, each once, and which tensors it expects. */
async function readIndex(path: string): Promise<ReadonlyMap<string, string>> {
  const name = basename(path);
  const parsed = indexSchema.safeParse(parseJson(name, readTextFile(path)));
  if (!parsed.success) {
    return fail('checkpoint', `${name} has no weight_map from tensors to files. Copy or download it again.`);
  }
  for (const file of Object.values(parsed.data.weight_map)) {
    if (file !== basename(file) || file.includes('\\') || file === '..') {
      fail('checkpoint', `${name} names the file ${file}, which is not in the checkpoint's folder.`);
    }
  }
  return new Map(Object.entries(parsed.data.weight_map));
}

const forms = [
  { single: 'model.safetensors', index: 'model.safetensors.index.json', read: safetensorsIn },
  { single: 'pytorch_model.bin', index: 'pytorch_model.bin.index.json', read: rowsOfTorchFile },
] as const;

const otherForms = /^(tf_model.*\.h5|flax_model.*\.msgpack|rust_model\.ot|.*\.onnx|.*\.ckpt)$/;

async function noWeights(folder: string): Promise<never> {
  const names = await readdir(folder);
  const other = names.find((name) => otherForms.test(name));
  const shard = names.find((name) => /\.(safetensors|bin)$/.test(name));
  const known = forms.flatMap(({ single, index }) => [single, index]).join(', ');
  const hint =
    shard !== undefined
      ? ` ${shard} is there, but without its index.`
      : other !== undefined
        ? ` ${other} is of another framework: load it with transformers and save_pretrained it.`
        : '';
  return fail('checkpoint', `${folder} has no weights: none of ${known}.${hint}`);
}

/**
 * Opens a checkpoint's weights: safetensors first, then PyTorch's, each as one file or as several with an index.
 * @throws FailureError `checkpoint` naming the file, the tensor and the remedy.
 */
export async function openWeights(folder: string): Promise<Weights> {
  const opened: OpenFile[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(opened.map((file) => file.close()));
  };
  try {
    for (const { single, index, read } of forms) {
      const indexed = await exists(join(folder, index));
      if (!indexed && !(await exists(join(folder, single)))) continue;
      const placeOf = indexed ? await readIndex(join(folder, index)) : null;
      const names = placeOf === null ? [single] : [...new Set(placeOf.values())].sort();
      const tensors = new Map<string, StoredTensor>();
      for (const name of names) {
        if (!(await exists(join(folder, name)))) {
          fail('checkpoint', `${index} names ${name}, which is not in ${folder}. Copy or download it.`);
        }
        const file = await openFile(join(folder, name));
        opened.push(file);
        if (new TextDecoder('latin1').decode(await file.read(0, lfsPointer.length)) === lfsPointer) {
          fail('checkpoint', `${name} is a Git LFS pointer, not the weights. Run \`git lfs pull\` in ${folder}.`);
        }
        for (const tensor of await read(file)) {
          if (tensors.has(tensor.name)) fail('checkpoint', `${tensor.name} is in two files, ${name} the second.`);
          tensors.set(tensor.name, tensor);
        }
      }
      for (const [tensor, name] of placeOf ?? []) {
        if (tensors.has(tensor)) continue;
        fail('checkpoint', `${index} says that ${name} has ${tensor}, but it has not. Copy or download ${name} again.`);
      }
      return { tensors, files: names, close };
    }
    return await noWeights(folder);
  } catch (error) {
    await close();
    throw error;
  }
}
