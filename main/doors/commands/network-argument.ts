/** The network file that a command trains or runs, and the weights given for it. */
import type { ParseArgsOptionsConfig } from 'node:util';
import { fail } from '../../../core/failure.ts';
import { type Network, shapeOfValue } from '../../../core/network/ir.ts';
import { readGivenWeights } from '../../checkpoint/given-weights.ts';
import { type NetworkFileOptions, parseArguments } from '../../interpreter.ts';
import { readFileInThread } from '../../reading/read-file.ts';
import type { CommandContext } from './command.ts';
import { textOption } from './options.ts';

export const networkFileOptions: ParseArgsOptionsConfig = {
  class: { type: 'string' },
  factory: { type: 'string' },
  args: { type: 'string' },
  root: { type: 'string' },
};

export const networkFileUsage = `  --class NAME            The class to read; by default Net, else the only nn.Module that no other uses.
  --factory NAME          The function of the file that returns the module, in place of a class.
  --args JSON             Arguments of the class or the function: '{"width": 16}'.
  --root FOLDER           The folder that the file may import from; its own by default. A file whose folder is
                          named may take twenty times as many steps to be read (4,000,000).`;

/** What the options say about reading a network file. @throws FailureError of kind usage */
export function networkFileChoices(options: CommandContext['options']): Omit<NetworkFileOptions, 'input' | 'classes'> {
  const className = textOption(options, 'class');
  const factory = textOption(options, 'factory');
  const args = textOption(options, 'args');
  const root = textOption(options, 'root');
  if (className !== null && factory !== null) fail('usage', 'Give --class or --factory, not both.');
  return {
    ...(className === null ? {} : { className }),
    ...(factory === null ? {} : { factory }),
    ...(args === null ? {} : { args: parseArguments(args) }),
    ...(root === null ? {} : { root }),
  };
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
  signal: AbortSignal,
): Promise<Network> {
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) {
    fail('usage', `${command} takes one network file. See \`llmatic ${command} --help\`.`);
  }
  const { network } = await readFileInThread(file, { ...expected, ...networkFileChoices(options) }, signal);
  const output = shapeOfValue(network, network.output);
  if (output.length !== 2) {
    fail('shape', `${file} yields ${output.length} axes; a classifier's output is [N, classes].`);
  }
  return network;
}

/** What the option --weights takes, in two lines of a usage text. */
export const weightsUsage = `  --weights FILE           Weights and buffers of this network, all of them: safetensors, or a state dict of PyTorch's
                           torch.save (.pt, .pth, .bin), also inside a checkpoint; names may begin with module. or _orig_mod.`;

/** What is said where --weights is missing. */
export const weightsMeaning = 'the file with the weights, .safetensors, .pt or .pth';

/**
 * A weights file as safetensors, once all of the network's weights are found in it.
 * @throws FailureError as {@link readGivenWeights}
 */
export async function readWeightsFor(network: Network, file: string): Promise<Uint8Array> {
  return (await readGivenWeights(network, file)).safetensors;
}
