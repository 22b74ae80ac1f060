/**
 * Lets ONNX Runtime queue its reports below a home folder of its own, with the switch of its C API used before or not.
 * Run in a network namespace without a route: node queue-reports.ts HOME true|false
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { disableEvents } from '../../main/training/windows-events.ts';
import { insideEnvironment, isInside } from './namespace.ts';

const [home = '', switched] = process.argv.slice(2);
if (!isInside()) throw new Error('This is run in a network namespace without a route.');

if (process.env.HOME !== home) {
  // As a person's process, in which nothing but the switch tells the library to be quiet.
  mkdirSync(home, { recursive: true });
  const env = { PATH: process.env.PATH, HOME: home, ...insideEnvironment };
  const { status } = spawnSync(process.execPath, process.argv.slice(1), { env, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  const binaries = join(import.meta.dirname, '../../node_modules/onnxruntime-node/bin/napi-v6/linux', process.arch);
  if (switched === 'true') await disableEvents(join(binaries, 'libonnxruntime.so.1'));
  await import('./loud-runtime.ts');
}
