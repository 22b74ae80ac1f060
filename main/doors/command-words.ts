/** The words of a call: which command they name, and its options, parsed strictly. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { FailureError, fail } from '../../core/failure.ts';
import { didYouMean } from '../../core/spelling.ts';
import type { Command, CommandContext } from './commands/command.ts';
import { type CommandEntry, commandTable, plannedCommands } from './commands/table.ts';

export type Call =
  | { readonly kind: 'help'; readonly group: string | null }
  | { readonly kind: 'version' }
  | { readonly kind: 'command'; readonly entry: CommandEntry; readonly words: readonly string[] };

const globalFlags = ['--json', '--help', '-h', '--version'];

function entryOf(words: readonly string[]): CommandEntry | undefined {
  // Two words before one, so that a group can never hide its members.
  const [first = '', second = ''] = words;
  return (
    commandTable.find((entry) => entry.name === `${first} ${second}`) ??
    commandTable.find((entry) => entry.name === first)
  );
}

/** Which command a call names. @throws FailureError (`usage`) for an unknown one, naming the nearest */
export function readCall(words: readonly string[]): Call {
  const start = words.findIndex((word) => !globalFlags.includes(word));
  const flags = start < 0 ? words : words.slice(0, start);
  const rest = start < 0 ? [] : words.slice(start);
  const first = rest[0];
  if (first === undefined || first === 'help') {
    if (flags.includes('--version')) return { kind: 'version' };
    const entry = entryOf(rest.slice(1));
    if (entry !== undefined) return { kind: 'command', entry, words: ['--help', ...flags] };
    if (first === 'help' || flags.includes('--help') || flags.includes('-h'))
      return { kind: 'help', group: rest[1] ?? null };
    return fail('usage', 'No command given. `llmatic --help` lists them.');
  }
  const entry = entryOf(rest);
  if (entry !== undefined) {
    return { kind: 'command', entry, words: [...flags, ...rest.slice(entry.name.split(' ').length)] };
  }
  const group = commandTable.filter((candidate) => candidate.name.startsWith(`${first} `));
  const second = rest.find((word, index) => index > 0 && !word.startsWith('-'));
  const wantsHelp = words.includes('--help') || words.includes('-h');
  if (group.length > 0 && second === undefined && wantsHelp) return { kind: 'help', group: first };
  return refuse(first, second, group);
}

function refuse(first: string, second: string | undefined, group: readonly CommandEntry[]): never {
  if (plannedCommands.includes(first) || plannedCommands.includes(`${first} ${second ?? ''}`)) {
    const name = plannedCommands.includes(first) ? first : `${first} ${second ?? ''}`;
    fail('unsupported', `\`${name}\` is planned and not part of this version. \`llmatic --help\` lists what is.`);
  }
  if (first.startsWith('-')) fail('usage', `Unknown option ${first} before the command. \`llmatic --help\` explains.`);
  if (group.length > 0) {
    const names = group.map((entry) => entry.name);
    const said = second === undefined ? `\`${first}\` needs a second word.` : `Unknown command \`${first} ${second}\`.`;
    const meant = second === undefined ? '' : didYouMean(`${first} ${second}`, names);
    fail('usage', `${said}${meant} There is: ${names.join(', ')}.`);
  }
  const known = [...new Set(commandTable.flatMap((entry) => [entry.name, entry.name.split(' ')[0] ?? '']))];
  fail('usage', `Unknown command \`${first}\`.${didYouMean(first, known)} \`llmatic --help\` lists all commands.`);
}

const everywhere: ParseArgsOptionsConfig = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } };

export interface ParsedWords {
  readonly options: CommandContext['options'];
  readonly positionals: readonly string[];
  readonly help: boolean;
}

/** @throws FailureError (`usage`) naming the option and the command's help */
export function parseWords(command: Command, words: readonly string[]): ParsedWords {
  const options = { ...command.options, ...everywhere };
  const unknown = (option: string): never => {
    const known = Object.keys(options).map((name) => `--${name}`);
    return fail(
      'usage',
      `Unknown option ${option}.${didYouMean(option, known)} See \`llmatic ${command.name} --help\`.`,
    );
  };
  const refused = (why: string): never => fail('usage', `${why}. See \`llmatic ${command.name} --help\`.`);
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
    const empty = Object.keys(values).find((name) => [values[name]].flat().includes(''));
    if (empty !== undefined) return refused(`--${empty} is given an empty text: give a value, or leave it out`);
    if (positionals.includes('')) return refused('A word is empty text');
    return { options: values, positionals, help: values.help === true };
  } catch (error) {
    if (error instanceof FailureError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    const dashed = /^Option '(?:-\w, )?(--[\w-]+)[^']*' argument is ambiguous/.exec(message)?.[1];
    if (dashed !== undefined) {
      return refused(
        `${dashed} has no value: the next word begins with a dash. A value that does is given as ${dashed}=VALUE`,
      );
    }
    const option = /^Unknown option '([^']+)'/.exec(message)?.[1];
    if (option !== undefined) return unknown(option);
    return refused(`${message.split('. ')[0]}`);
  }
}
