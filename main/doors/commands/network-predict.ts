/** `network predict`: logits of a person's network for given images, in evaluation mode. */
import { fail } from '../../../core/failure.ts';
import { writeNpy } from '../../../core/tensors/npy.ts';
import { showShape } from '../../../core/tensors/tensor.ts';
import { createTrainerPool } from '../../training/pool.ts';
import type { Command } from './command.ts';
import { deviceOption, deviceUsage } from './device-option.ts';
import {
  networkFileOptions,
  networkFileUsage,
  readNetworkArgument,
  readWeightsFor,
  weightsMeaning,
  weightsUsage,
} from './network-argument.ts';
import { forceOption, requiredOutput } from './outputs.ts';
import { countOption, readImages, requiredOption } from './training-options.ts';

export const networkPredictCommand: Command = {
  name: 'network predict',
  summary: 'Logits of a network for given inputs.',
  usage: `Usage: llmatic network predict FILE.py --weights FILE --input X.npy --output Y.npy [--json]

Runs the network of FILE.py in evaluation mode on the images X, [N, C, H, W] float32, normalised as in its training,
and writes the logits, [N, classes] float32. The weights bear the names of PyTorch's state_dict.

${weightsUsage}
  --input X.npy            Images.
  --output Y.npy           Where to write the logits. An .npy file that is there is written anew.
  --force                  Replace any other file too.
  --threads N              Threads of ONNX Runtime. (1)
${deviceUsage(27)}
${networkFileUsage}`,
  options: {
    weights: { type: 'string' },
    input: { type: 'string' },
    output: { type: 'string' },
    threads: { type: 'string' },
    device: { type: 'string' },
    ...forceOption,
    ...networkFileOptions,
  },
  async run({ options, positionals, signal }) {
    const weightsFile = requiredOption(options, 'weights', weightsMeaning);
    const input = requiredOption(options, 'input', 'the .npy file with the images');
    const output = requiredOutput(options, 'output', 'npy', [input, weightsFile, ...positionals]);
    const threads = countOption(options, 'threads', 1, 1);
    const { images, count, shape } = await readImages(input);
    const network = await readNetworkArgument('network predict', positionals, options, { input: shape }, signal);
    const weights = await readWeightsFor(network, weightsFile);
    const device = deviceOption(options);
    const pool = await createTrainerPool({ threads, device });
    try {
      const answer = await pool.request({ kind: 'predict', network, weights, images, count }, signal);
      if (answer.kind !== 'logits') return fail('internal', `A prediction was answered with ${answer.kind}.`);
      const tensor = { type: 'float32', shape: [count, answer.classes], data: answer.logits } as const;
      output.write(writeNpy(tensor));
      return {
        json: { output: output.path, shape: tensor.shape },
        text: [`Wrote logits ${showShape(tensor.shape)} to ${output.path}.`],
      };
    } finally {
      await pool.close();
    }
  },
};
