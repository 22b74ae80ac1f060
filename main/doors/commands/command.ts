/** What every command of the command line is made of. A command parses its words, does its work, returns its JSON. */
import type { ParseArgsOptionsConfig } from 'node:util';

export interface CommandContext {
  /** Values of the options, as node:util's parseArgs gives them. */
  readonly options: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  /** Whether `--json` was given: then nothing but JSON may go to stdout. */
  readonly json: boolean;
  /** Aborted on the first Ctrl-C; a command then saves its state and returns soon. */
  readonly signal: AbortSignal;
  /** A line for people, on stderr. */
  say(line: string): void;
  /** A line of the result that is there before the end, on stdout; nothing with `--json`. */
  print(line: string): void;
  /** One JSON event on a line of stdout; only with `--json`, only for commands that stream. */
  event(value: unknown): void;
}

export interface CommandResult {
  /** The JSON document, or the last event of a command that streams. */
  readonly json: unknown;
  /**
   * What a person reads instead, printed on stdout: line by line, so that no name or message in one can begin another. A text
   * that has lines of its own, such as a source, is given as these.
   */
  readonly text: readonly string[];
  /** 0 done (the default), 1 failed, 130 interrupted with state saved. */
  readonly exitCode?: number;
}

export interface Command {
  /** Words that call it: `network inspect`. */
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** Its whole usage, shown by `--help` and with usage errors. */
  readonly usage: string;
  readonly options: ParseArgsOptionsConfig;
  /** What happens between the first Ctrl-C and the end, in a sentence; `Stopping.` where it saves nothing. */
  stopping?(options: CommandContext['options']): string;
  run(context: CommandContext): Promise<CommandResult>;
}
