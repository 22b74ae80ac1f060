/** Options as every command reads them. */
import type { CommandContext } from './command.ts';

export type Options = CommandContext['options'];

/** Text of an option; null where it is not given. */
export function textOption(options: Options, name: string): string | null {
  const value = options[name];
  return typeof value === 'string' ? value : null;
}
