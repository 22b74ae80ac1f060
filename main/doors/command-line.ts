/**
 * Runs one command: words in; one JSON document or text on stdout, people's lines on stderr, an exit code out.
 */
import { FailureError } from '../../core/failure.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { packageFolder, versions } from '../package-folder.ts';
import { callingFolder } from './calling-folder.ts';
import { type Call, parseWords, readCall } from './command-words.ts';
import type { CommandContext } from './commands/command.ts';
import { commandTable } from './commands/table.ts';
import { exitCodeOf, shownFailure } from './exit-code.ts';
import { type StandardStreams, standardStreams } from './standard-streams.ts';
import { type Stopping, stoppingBySignals } from './stopping.ts';
import { terminalLine } from './terminal/terminal-text.ts';

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

async function execute(
  call: Call,
  json: boolean,
  out: Pick<StandardStreams, 'print' | 'say'>,
  stopping: Stopping,
): Promise<number> {
  const document = (value: unknown, lines: readonly string[]): void =>
    out.print(json ? jsonText(value) : lines.map(terminalLine).join('\n'));
  if (call.kind === 'version') {
    document({ version: version() }, [version()]);
    return 0;
  }
  if (call.kind === 'help') {
    const text = helpText(call.group);
    document({ usage: text, commands: commandTable.map(({ name, summary }) => ({ name, summary })) }, text.split('\n'));
    return 0;
  }
  const command = await call.entry.load();
  const words = parseWords(command, call.words);
  if (words.help) {
    document({ usage: command.usage }, command.usage.split('\n'));
    return 0;
  }
  const context: CommandContext = {
    options: words.options,
    positionals: words.positionals,
    json,
    signal: stopping.controller.signal,
    say: (line) => out.say(terminalLine(line)),
    print: (line) => {
      if (!json) out.print(terminalLine(line));
    },
    event: (value) => {
      if (json) out.print(jsonText(value));
    },
  };
  if (command.stopping !== undefined) stopping.describe(command.stopping(words.options));
  const result = await command.run(context);
  document(result.json, result.text);
  return result.exitCode ?? 0;
}

/** Tells a failure, as JSON too where that was asked for, and gives the exit code that goes with it. */
function tellFailure(error: unknown, json: boolean, out: Pick<StandardStreams, 'print' | 'say'>): number {
  const failure = shownFailure(error);
  if (json) out.print(jsonText({ error: failure }));
  // A message can quote a text of several lines: none of them begins where a line of ours does.
  const message = failure.message.trim().replaceAll('\n', '\n    ');
  out.say(`${failure.kind === 'internal' ? 'Internal error: ' : ''}${message}`);
  if (failure.kind === 'internal' && error instanceof Error && process.env.LLMATIC_DEBUG !== undefined) {
    out.say(error.stack ?? '');
  }
  return exitCodeOf(failure);
}

/** Runs the command that the words name, all it says going to `out`; its exit code. Never rejects. */
export async function callCommand(
  words: readonly string[],
  out: Pick<StandardStreams, 'print' | 'say'>,
  stopping: Stopping,
): Promise<number> {
  const json = words.includes('--json');
  try {
    return await execute(readCall(words), json, out, stopping);
  } catch (error) {
    return tellFailure(error, json, out);
  }
}

/** Runs the command that the words name and ends the process with its exit code. */
export async function runCommandLine(words: readonly string[]): Promise<never> {
  const calling = callingFolder(process.env, process.cwd(), packageFolder());
  if (calling !== null) process.chdir(calling);
  const closedEarly = (): void =>
    stopping.controller.abort(new FailureError({ kind: 'interrupted', message: 'Output closed.' }));
  const out = standardStreams(closedEarly);
  const stopping = stoppingBySignals(out.say);
  // Node itself would write the error's message as it is.
  process.on('uncaughtException', (error) => process.exit(tellFailure(error, words.includes('--json'), out)));
  let exitCode = await callCommand(words, out, stopping);
  const missing = await out.flushed();
  if (missing !== null) {
    out.say(missing);
    exitCode = exitCode === 0 ? 1 : exitCode;
  }
  // Children and timers that a failed command may have left must not keep the process alive.
  process.exit(exitCode);
}
