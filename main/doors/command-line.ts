/**
 * Runs one command: words in; one JSON document or text on stdout, people's lines on stderr, an exit code out.
 * The first Ctrl-C aborts the command's signal, the second quits at once.
 */
import { FailureError } from '../../core/failure.ts';
import { versions } from '../package-folder.ts';
import { type Call, parseWords, readCall } from './command-words.ts';
import type { CommandContext } from './commands/command.ts';
import { commandTable } from './commands/table.ts';
import { exitCodeOf, shownFailure } from './exit-code.ts';

/** Text of `--help`: all commands, or those of one group. */
function helpText(group: string | null): string {
  const entries = commandTable.filter((entry) => group === null || entry.name.split(' ')[0] === group);
  const shown = entries.length > 0 ? entries : commandTable;
  const width = Math.max(...shown.map((entry) => entry.name.length));
  return [
    'LLMatic designs neural networks with a local code model, offline.',
    '',
    'Usage: llmatic COMMAND [options]',
    '',
    ...shown.map((entry) => `  ${entry.name.padEnd(width)}  ${entry.summary}`),
    '',
    '`llmatic COMMAND --help` explains a command. `--json` makes any command print JSON on stdout.',
  ].join('\n');
}

function version(): string {
  return versions().llmatic ?? '';
}

/** Aborts on the first SIGINT or SIGTERM; a second one quits hard. */
function interruptible(): AbortController {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(130);
    // First those who draw on the terminal stop, then this line has its place.
    controller.abort(new FailureError({ kind: 'interrupted', message: 'Interrupted.' }));
    process.stderr.write('\nStopping: saving the state. Press Ctrl-C again to quit at once.\n');
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller;
}

interface Output {
  print(text: string): void;
  say(line: string): void;
  /** Resolves once everything printed has left the process. */
  flushed(): Promise<void>;
}

/** Writes to stdout and stderr; a reader that closed its end (EPIPE) ends the work, never with a stack trace. */
function output(onClosed: () => void): Output {
  let closed = false;
  const close = (error: NodeJS.ErrnoException): void => {
    if (error.code !== 'EPIPE') throw error;
    if (closed) return;
    closed = true;
    onClosed();
  };
  process.stdout.on('error', close);
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    print(text) {
      if (!closed) process.stdout.write(`${text}\n`);
    },
    say(line) {
      process.stderr.write(`${line}\n`);
    },
    flushed: () => new Promise((resolve) => (closed ? resolve() : process.stdout.write('', () => resolve()))),
  };
}

async function execute(call: Call, json: boolean, out: Output, signal: AbortSignal): Promise<number> {
  const document = (value: unknown, text: string): void => out.print(json ? JSON.stringify(value) : text);
  if (call.kind === 'version') {
    document({ version: version() }, version());
    return 0;
  }
  if (call.kind === 'help') {
    const text = helpText(call.group);
    document({ usage: text, commands: commandTable.map(({ name, summary }) => ({ name, summary })) }, text);
    return 0;
  }
  const command = await call.entry.load();
  const words = parseWords(command, call.words);
  if (words.help) {
    document({ usage: command.usage }, command.usage);
    return 0;
  }
  const context: CommandContext = {
    options: words.options,
    positionals: words.positionals,
    json,
    signal,
    say: out.say,
    print: (line) => {
      if (!json) out.print(line);
    },
    event: (value) => {
      if (json) out.print(JSON.stringify(value));
    },
  };
  const result = await command.run(context);
  document(result.json, result.text);
  return result.exitCode ?? 0;
}

/** Runs the command that the words name and ends the process with its exit code. */
export async function runCommandLine(words: readonly string[]): Promise<never> {
  const json = words.includes('--json');
  const controller = interruptible();
  const out = output(() => controller.abort(new FailureError({ kind: 'interrupted', message: 'Output closed.' })));
  let exitCode: number;
  try {
    exitCode = await execute(readCall(words), json, out, controller.signal);
  } catch (error) {
    const failure = shownFailure(error);
    exitCode = exitCodeOf(failure);
    if (json) out.print(JSON.stringify({ error: failure }));
    out.say(`${failure.kind === 'internal' ? 'Internal error: ' : ''}${failure.message}`);
    if (failure.kind === 'internal' && error instanceof Error && process.env.LLMATIC_DEBUG !== undefined) {
      out.say(error.stack ?? '');
    }
  }
  await out.flushed();
  // Children and timers that a failed command may have left must not keep the process alive.
  process.exit(exitCode);
}
