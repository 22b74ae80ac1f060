/**
 * Child processes that run our own files. Under Node a child is the same Node; inside Electron it is the app's own
 * executable, told by ELECTRON_RUN_AS_NODE to be Node. (Electron's utilityProcess exists in its main process alone,
 * and the engine that starts model and trainers is itself such a process.)
 */
import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { quietEnvironment } from '../quiet-environment.ts';

/** The environment of a child that is to run as Node, its libraries quiet. Electron's children inherit it in turn. */
export function nodeEnvironment(
  environment: NodeJS.ProcessEnv = process.env,
  versions: Readonly<Record<string, string | undefined>> = process.versions,
): NodeJS.ProcessEnv {
  const quiet = { ...environment, ...quietEnvironment };
  return versions.electron === undefined ? quiet : { ...quiet, ELECTRON_RUN_AS_NODE: '1' };
}

/** The file `name` beside the module of `moduleUrl`: TypeScript in a checkout, JavaScript where compiled. */
export function fileBeside(moduleUrl: string, name: string): string {
  const here = fileURLToPath(moduleUrl);
  return fileURLToPath(new URL(`./${name}${extname(here)}`, moduleUrl));
}

export interface ChildOptions {
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly serialization?: ForkOptions['serialization'];
  /** Options of Node itself. */
  readonly options?: readonly string[];
}

/** Starts a file as a child with a message channel; its stderr is a pipe, its stdout is left out. */
export function forkNode(
  file: string,
  { env = {}, serialization = 'json', options = [] }: ChildOptions = {},
): ChildProcess {
  return fork(file, [], {
    serialization,
    execArgv: ['--disable-warning=ExperimentalWarning', ...options],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { ...nodeEnvironment(), ...env },
  });
}
