/**
 * ONNX Runtime, with its reports to its maker switched off before it is loaded. This file alone loads it, which lint
 * enforces (biome.json) and a test looks for; docs/privacy.md says what is switched off, and how that is seen.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import type * as library from 'onnxruntime-node';
import { fail } from '../../core/failure.ts';
import { unpackedFile } from '../package-folder.ts';
import { quietEnvironment } from '../quiet-environment.ts';
import { disableEvents } from './windows-events.ts';

export type RuntimeSession = library.InferenceSession;
export type RuntimeSessionOptions = library.InferenceSession.SessionOptions;
export type RuntimeProvider = library.InferenceSession.ExecutionProviderConfig;
export type RuntimeTensor = library.Tensor;

// A thread's environment is a copy of its own, which native code does not read.
if (!isMainThread) fail('internal', 'ONNX Runtime was loaded in a thread. Load it in a process of its own.');
Object.assign(process.env, quietEnvironment);

if (process.platform === 'win32') {
  const folder = dirname(fileURLToPath(import.meta.resolve('onnxruntime-node')));
  const binaries = join(folder, '..', 'bin', 'napi-v6', process.platform, process.arch);
  await disableEvents(unpackedFile(join(binaries, 'onnxruntime.dll')));
}

/** The library. Imported here and not at the top: imports come before everything else in a file. */
export const onnxRuntime: typeof library = await import('onnxruntime-node');
