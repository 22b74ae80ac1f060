/** Opens a model's file: refuses what is not a GGUF with the reason, reads its header, hashes it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { fail } from '../../core/failure.ts';
import { type GgufHeader, readGguf } from './gguf.ts';

const checkpointEndings = ['.bin', '.safetensors', '.pt', '.pth', '.ckpt'];

export interface ModelFile {
  /** File name without folder. */
  readonly name: string;
  readonly bytes: number;
  readonly header: GgufHeader;
}

/**
 * Reads the header of a model's file.
 * @throws FailureError `file` when it cannot be read, `model-file` when it is not a sound GGUF.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const found = await stat(path).catch(() => null);
  if (found === null) fail('file', `There is no model at ${path}. Give the path of a .gguf file.`);
  if (found.isDirectory() || checkpointEndings.includes(extname(path).toLowerCase())) {
    fail(
      'model-file',
      `${path} is a ${found.isDirectory() ? 'folder' : 'checkpoint of weights'}, not a GGUF file. Checkpoints are not converted by this version (\`model convert\` is to come): convert it with llama.cpp's tools and give the .gguf file.`,
    );
  }
  if (!found.isFile()) fail('file', `${path} is not a regular file. Give the path of a .gguf file.`);
  const name = basename(path);
  const handle = await open(path, 'r').catch((error: Error) =>
    fail('file', `${path} cannot be opened: ${error.message}`),
  );
  try {
    const size = found.size;
    const header = await readGguf({
      name,
      size,
      async read(offset, length) {
        const bytes = new Uint8Array(length);
        let filled = 0;
        while (filled < length) {
          const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        return bytes.subarray(0, filled);
      },
    });
    return { name, bytes: size, header };
  } finally {
    await handle.close();
  }
}

/** SHA-256 of a file in hexadecimal, read as a stream. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}
