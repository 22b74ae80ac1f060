/** Where the package lies: the nearest folder above the code with a package.json, in a checkout and compiled alike. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { fail } from '../core/failure.ts';

export function packageFolder(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
  }
  return fail('file', `No package.json lies above ${import.meta.dirname}: the installation is incomplete.`);
}

/**
 * The same file where native code can open it: inside an Electron app's archive only Electron's own file system reads
 * `app.asar/...`; what native code opens lies unpacked beside it.
 */
export function unpackedFile(file: string): string {
  return file.replace(/(?<=[\\/]app\.asar)(?=[\\/])/, '.unpacked');
}

const packageSchema = z.object({ version: z.string(), dependencies: z.record(z.string(), z.string()).default({}) });

/** Version of LLMatic itself and of the libraries that decide results. */
export function versions(): Record<string, string> {
  const text = readFileSync(join(packageFolder(), 'package.json'), 'utf8');
  const { version, dependencies } = packageSchema.parse(JSON.parse(text));
  const deciding = ['onnxruntime-node', 'node-llama-cpp', 'web-tree-sitter', 'tree-sitter-python'];
  return {
    llmatic: version,
    node: process.versions.node,
    ...Object.fromEntries(
      deciding.flatMap((name) => (dependencies[name] === undefined ? [] : [[name, dependencies[name]]])),
    ),
  };
}
