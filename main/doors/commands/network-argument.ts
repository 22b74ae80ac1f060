/** The network file that a command trains or runs, and the weights given for it. */
import type { ParseArgsOptionsConfig } from 'node:util';
import * as z from 'zod';
import { fail } from '../../../core/failure.ts';
import { type Network, shapeOfValue } from '../../../core/network/ir.ts';
import { readSafetensors } from '../../../core/tensors/safetensors.ts';
import { weightsFor } from '../../../core/training/weights.ts';
import { readNetworkFile } from '../../interpreter.ts';
import type { CommandContext } from './command.ts';
import { ofFile, readInput, textOption } from './training-options.ts';

export const networkFileOptions: ParseArgsOptionsConfig = {
  class: { type: 'string' },
  args: { type: 'string' },
};

export const networkFileUsage = `  --class NAME            The class to read; by default Net, else the only nn.Module that no other uses.
  --args JSON             Constructor arguments without defaults: '{"width": 16}'.`;

function constructorArguments(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    fail('usage', `--args takes a JSON object, such as '{"width": 16}', not ${text}.`);
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(value);
  return parsed.success ? parsed.data : fail('usage', `--args takes a JSON object, such as '{"width": 16}'.`);
}

/**
 * The network of the command's one file, read for images of `input` sizes and, where given, so many classes.
 * @throws FailureError `usage` without exactly one file; the interpreter's reason otherwise
 */
export async function readNetworkArgument(
  command: string,
  positionals: readonly string[],
  options: CommandContext['options'],
  expected: { readonly input: readonly number[]; readonly classes?: number },
): Promise<Network> {
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    fail('usage', `${command} takes one network file. See \`llmatic ${command} --help\`.`);
  }
  const className = textOption(options, 'class');
  const args = textOption(options, 'args');
  const { network } = await readNetworkFile(file, {
    ...expected,
    ...(className === null ? {} : { className }),
    ...(args === null ? {} : { args: constructorArguments(args) }),
  });
  const output = shapeOfValue(network, network.output);
  if (output.length !== 2) {
    fail('shape', `${file} yields ${output.length} axes; a classifier's output is [N, classes].`);
  }
  return network;
}

/**
 * The bytes of a weights file, once all of the network's weights are found in it.
 * @throws FailureError `file`, or `weights` naming each one that is missing, misshaped or foreign
 */
export async function readWeightsFor(network: Network, file: string): Promise<Uint8Array> {
  await ofFile(file, (bytes) => weightsFor(network, readSafetensors(bytes)));
  return readInput(file);
}
