/** Options of the commands that read network files and run nothing: inspect, diff, source. */
import type { ParseArgsOptionsConfig } from 'node:util';
import { fail } from '../../../core/failure.ts';
import type { NetworkFileOptions } from '../../interpreter.ts';
import type { CommandContext } from './command.ts';
import { networkFileChoices, networkFileOptions } from './network-argument.ts';
import { textOption } from './options.ts';
import { numberOption } from './training-options.ts';

export const readingOptions: ParseArgsOptionsConfig = {
  ...networkFileOptions,
  input: { type: 'string' },
  classes: { type: 'string' },
};

export const readingUsage = `  --class NAME      the class to read (default: Net, else the only nn.Module that no other uses)
  --factory NAME    the function of the file that returns the module, in place of a class
  --args JSON       arguments of the class or the function by name, for example '{"width": 32}'
  --root FOLDER     the folder that the file may import from (default: its own); a folder with an
                    __init__.py is itself a package. A file whose folder is named may take twenty
                    times as many steps to be read (4,000,000)
  --input C,H,W     size of one image (default 3,32,32)
  --classes N       refuse a network whose output is not [N, classes] (default: any number)`;

/** `3,32,32` -> sizes. @throws FailureError of kind usage */
function inputSize(text: string): number[] {
  const sizes = text.split(',').map((part) => Number(part.trim()));
  if (sizes.length === 0 || sizes.some((size) => !Number.isInteger(size) || size < 1)) {
    return fail('usage', `--input needs sizes such as 3,32,32, not ${text}.`);
  }
  return sizes;
}

/** How the options say that a network file is read. @throws FailureError of kind usage */
export function readingChoices(options: CommandContext['options']): NetworkFileOptions {
  const input = textOption(options, 'input');
  const classes = numberOption(options, 'classes', 'whole');
  if (classes !== null && classes < 1) return fail('usage', `--classes must be at least 1, not ${classes}.`);
  return {
    ...networkFileChoices(options),
    ...(input === null ? {} : { input: inputSize(input) }),
    ...(classes === null ? {} : { classes }),
  };
}

/** The files that a command takes. @throws FailureError of kind usage for more or fewer */
export function filesOf(positionals: readonly string[], count: 1 | 2, command: string): readonly string[] {
  if (positionals.length === count) return positionals;
  const files = count === 1 ? 'one file' : 'two files';
  return fail('usage', `${command} takes ${files}, not ${positionals.length}. See \`llmatic ${command} --help\`.`);
}
