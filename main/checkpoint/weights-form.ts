/** What a weights file is, by its first bytes: one of the two forms that are read, or another that people have. */
import { fail } from '../../core/failure.ts';

export type WeightsForm = 'safetensors' | 'torch';

/** Bytes of a file's beginning that tell its form. */
export const formBytes = 64;

/** Eight bytes of a header's length, then the header, a JSON object. */
function isSafetensors(start: Uint8Array): boolean {
  return start[8] === 0x7b && start[5] === 0 && start[6] === 0 && start[7] === 0;
}

const toSafetensors = 'save it as safetensors by the names of the state_dict';

/** Other files that are given as weights: how they begin, and what to say after their name. */
const others: readonly { readonly begins: RegExp; readonly is: string }[] = [
  {
    begins: /^version https:\/\/git-lfs/,
    is: 'is a Git LFS pointer, not the weights. Run `git lfs pull` in its folder',
  },
  {
    begins: /^\x89HDF\r\n/,
    is: `is HDF5, as Keras writes it, which is not read. Load it into the PyTorch network and ${toSafetensors}`,
  },
  {
    begins: /^GGUF/,
    is: 'is a GGUF file, a language model. Give the weights of the network: safetensors, .pt or .pth',
  },
  {
    begins: /^\x93NUMPY/,
    is: 'is one NumPy array, not weights by name. Save all arrays in one file with safetensors.numpy.save_file, by the names of the state_dict',
  },
  { begins: /^\s*<(!DOCTYPE|html)/i, is: 'is a web page, not weights: the download failed. Download it again' },
];

/**
 * @param start the file's first {@link formBytes} bytes, or all where it has fewer
 * @throws FailureError `checkpoint` for an empty file and the other forms, with the remedy
 */
export function weightsForm(path: string, start: Uint8Array): WeightsForm {
  if (start.length === 0) return fail('checkpoint', `${path} is empty (0 bytes). Copy or download it again.`);
  if (isSafetensors(start)) return 'safetensors';
  if (start[0] === 0x50 && start[1] === 0x4b) return 'torch';
  if (start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 0) <= 5) return 'torch';
  if (start[0] === 0x1f && start[1] === 0x8b) {
    return fail('checkpoint', `${path} is compressed with gzip. Unpack it and give the file inside.`);
  }
  const text = Buffer.from(start).toString('latin1');
  const other = others.find(({ begins }) => begins.test(text));
  if (other !== undefined) return fail('checkpoint', `${path} ${other.is}.`);
  // Neither begins as it should: the reader that its name asks for says what is wrong.
  return /\.(pt|pth|bin|ckpt|pkl|tar)$/i.test(path) ? 'torch' : 'safetensors';
}
