/**
 * Runs one command: words in; one JSON document or text on stdout, people's lines on stderr, an exit code out.
 */
import { FailureError } from '../../core/failure.ts';
import { packageFolder, versions } from '../package-folder.ts';
import { callingFolder } from './calling-folder.ts';
import { type Call, parseWords, readCall } from './command-words.ts';
import type { CommandContext } from './commands/command.ts';
import { commandTable } from './commands/table.ts';
import { exitCodeOf, shownFailure } from './exit-code.ts';
import { type StandardStreams, standardStreams } from './standard-streams.ts';
import { type Stopping, stoppingBySignals } from './stopping.ts';

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

async function execute(call: Call, json: boolean, out: StandardStreams, stopping: Stopping): Promise<number> {
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
    signal: stopping.controller.signal,
    say: out.say,
    print: (line) => {
      if (!json) out.print(line);
    },
    event: (value) => {
      if (json) out.print(JSON.stringify(value));
    },
  };
  if (command.stopping !== undefined) stopping.describe(command.stopping(words.options));
  const result = await command.run(context);
  document(result.json, result.text);
  return result.exitCode ?? 0;
}

/** Runs the command that the words name and ends the process with its exit code. */
export async function runCommandLine(words: readonly string[]): Promise<never> {
  const json = words.includes('--json');
  const calling = callingFolder(process.env, process.cwd(), packageFolder());
  if (calling !== null) process.chdir(calling);
  const closedEarly = (): void =>
    stopping.controller.abort(new FailureError({ kind: 'interrupted', message: 'Output closed.' }));
  const out = standardStreams(closedEarly);
  const stopping = stoppingBySignals(out.say);
  let exitCode: number;
  try {
    exitCode = await execute(readCall(words), json, out, stopping);
  } catch (error) {
    const failure = shownFailure(error);
    exitCode = exitCodeOf(failure);
    if (json) out.print(JSON.stringify({ error: failure }));
    out.say(`${failure.kind === 'internal' ? 'Internal error: ' : ''}${failure.message}`);
    if (failure.kind === 'internal' && error instanceof Error && process.env.LLMATIC_DEBUG !== undefined) {
      out.say(error.stack ?? '');
    }
  }
  const missing = await out.flushed();
  if (missing !== null) {
    out.say(missing);
    exitCode = exitCode === 0 ? 1 : exitCode;
  }
  // Children and timers that a failed command may have left must not keep the process alive.
  process.exit(exitCode);
}
