/**
 * A model in several files, as llama.cpp's gguf-split writes it: NAME-00001-of-00003.gguf has the metadata, each has its
 * tensors, and `split.no` and `split.count` say which it is. llama.cpp opens the first and finds the others beside it.
 */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fail } from '../../core/failure.ts';
import { type GgufHeader, type GgufTensor, readGguf } from '../../core/gguf/read.ts';
import { openFile } from './file-bytes.ts';

const numbered = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/;
const named = 3;

interface Place {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

/** Which part of a model a file is, by its header; null for a whole one. */
function placeOf({ metadata }: GgufHeader, name: string): Place | null {
  const count = metadata.get('split.count') ?? 0;
  const index = metadata.get('split.no') ?? 0;
  if (typeof count !== 'number' || typeof index !== 'number' || (count > 1 && !(index >= 0 && index < count))) {
    return fail('model-file', `${name} is damaged: split.no and split.count do not say which part of a model it is.`);
  }
  return count > 1 ? { index, count } : null;
}

const fiveDigits = (number: number): string => String(number).padStart(5, '0');

function partName(stem: string, index: number, count: number): string {
  return `${stem}-${fiveDigits(index + 1)}-of-${fiveDigits(count)}.gguf`;
}

/** The files of the model whose first part is at `path`, in order. @throws FailureError (`model-file`) naming what is missing */
function partFiles(path: string, { index, count }: Place): string[] {
  const name = basename(path);
  const stem = numbered.exec(name)?.[1];
  if (index > 0) {
    const first = stem === undefined ? `the one that ends in ${partName('', 0, count)}` : partName(stem, 0, count);
    return fail('model-file', `${name} is part ${index + 1} of ${count} of a model. Give its first part, ${first}.`);
  }
  if (stem === undefined || name !== partName(stem, 0, count)) {
    const ending = partName('', 0, count);
    return fail(
      'model-file',
      `${name} is the first of ${count} parts of a model, but its name does not end in ${ending}, by which the others are found. Give all of them the names that they were published under.`,
    );
  }
  const names = Array.from({ length: count }, (_, at) => partName(stem, at, count));
  const missing = names.filter((each) => !existsSync(join(dirname(path), each)));
  if (missing.length > 0) {
    const more = missing.length > named ? ` and ${missing.length - named} more` : '';
    fail(
      'model-file',
      `${name} is the first of ${count} parts of a model; beside it there is no ${missing.slice(0, named).join(', ')}${more}. Download all parts into one folder.`,
    );
  }
  return names.map((each) => join(dirname(path), each));
}

/** Whether a file's name is that of a later part whose first part is among `names`. */
export function isLaterPart(name: string, names: readonly string[]): boolean {
  const [, stem = '', number, count] = numbered.exec(name) ?? [];
  return number !== undefined && Number(number) > 1 && names.includes(partName(stem, 0, Number(count)));
}

export interface ModelParts {
  /** One, or all parts in order. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** Metadata of the first, tensors of all. */
  readonly header: GgufHeader;
}

async function headerOf(path: string): Promise<{ readonly header: GgufHeader; readonly bytes: number }> {
  const file = await openFile(path);
  try {
    return { header: await readGguf(file), bytes: file.size };
  } finally {
    await file.close();
  }
}

/**
 * Reads the headers of a model's file, or of all its parts.
 * @throws FailureError (`model-file`) for a later part, a missing one, or one of another model
 */
export async function readParts(path: string): Promise<ModelParts> {
  const first = await headerOf(path);
  const place = placeOf(first.header, basename(path));
  if (place === null) return { files: [path], ...first };
  const files = partFiles(path, place);
  const tensors: GgufTensor[] = [...first.header.tensors];
  const names = new Set(tensors.map((tensor) => tensor.name));
  let { bytes } = first;
  for (const [index, file] of files.entries()) {
    if (index === 0) continue;
    const part = await headerOf(file);
    const found = placeOf(part.header, basename(file));
    const twice = part.header.tensors.find((tensor) => names.has(tensor.name));
    if (found?.index !== index || found.count !== place.count || twice !== undefined) {
      const why = twice === undefined ? 'its header says so' : `tensor ${twice.name} is in an earlier part too`;
      fail(
        'model-file',
        `${basename(file)} is not part ${index + 1} of the model of ${basename(path)}: ${why}. Download it again.`,
      );
    }
    for (const tensor of part.header.tensors) {
      names.add(tensor.name);
      tensors.push(tensor);
    }
    bytes += part.bytes;
  }
  const wanted = first.header.metadata.get('split.tensors.count');
  if (typeof wanted === 'number' && wanted !== tensors.length) {
    const said = `${basename(path)} tells of ${wanted} tensors, its ${files.length} parts hold ${tensors.length}`;
    fail('model-file', `${said}: they are not parts of one model. Download them again.`);
  }
  return { files, bytes, header: { ...first.header, tensors } };
}
