/** Runs the real command line in a process of its own, as a person or a script would. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..', '..');

export interface CliOutcome {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly nodeArguments?: readonly string[];
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export const cliFile = join(root, 'main', 'doors', 'cli.ts');

export function startCli(words: readonly string[], options: CliOptions = {}) {
  return spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...(options.nodeArguments ?? []), cliFile, ...words],
    { cwd: options.cwd ?? root, env: { ...process.env, ...options.environment }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

/** Waits for a started command line to end. */
export async function outcomeOf(child: ReturnType<typeof startCli>): Promise<CliOutcome> {
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return { exitCode: child.exitCode, signal: child.signalCode, stdout, stderr };
}

export function runCli(words: readonly string[], options: CliOptions = {}): Promise<CliOutcome> {
  return outcomeOf(startCli(words, options));
}
