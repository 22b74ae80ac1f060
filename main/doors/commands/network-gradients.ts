/** `network gradients`: cross-entropy loss of a person's network and its gradients, to hold against PyTorch. */
import { fail } from '../../../core/failure.ts';
import { readSafetensors } from '../../../core/tensors/safetensors.ts';
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
import { countOption, readImages, readLabels, requiredOption } from './training-options.ts';

export const networkGradientsCommand: Command = {
  name: 'network gradients',
  summary: 'Loss and gradients of a network for given inputs.',
  usage: `Usage: llmatic network gradients FILE.py --weights FILE --input X.npy --labels L.npy --output G.safetensors [--json]

Computes the mean cross-entropy of the network of FILE.py over the images X, [N, C, H, W] float32, with labels L, [N]
whole numbers, in one step, and its gradient by every parameter: in training mode, batch normalisation by the
statistics of these images, dropout as the identity. Writes one tensor a parameter, named as in PyTorch's state_dict
(zeros where the loss does not depend on it), and the scalar \`loss\`.

${weightsUsage}
  --input X.npy            Images.
  --labels L.npy           Their classes.
  --output G.safetensors   Where to write loss and gradients. A safetensors file that is there is written anew.
  --force                  Replace any other file too.
  --threads N              Threads of ONNX Runtime. (1)
${deviceUsage(27)}
${networkFileUsage}`,
  options: {
    weights: { type: 'string' },
    input: { type: 'string' },
    labels: { type: 'string' },
    output: { type: 'string' },
    threads: { type: 'string' },
    device: { type: 'string' },
    ...forceOption,
    ...networkFileOptions,
  },
  async run({ options, positionals, signal }) {
    const weightsFile = requiredOption(options, 'weights', weightsMeaning);
    const input = requiredOption(options, 'input', 'the .npy file with the images');
    const labelsFile = requiredOption(options, 'labels', 'the .npy file with the labels');
    const inputs = [input, labelsFile, weightsFile, ...positionals];
    const output = requiredOutput(options, 'output', 'safetensors', inputs);
    const threads = countOption(options, 'threads', 1, 1);
    const { images, count, shape } = await readImages(input);
    const labels = await readLabels(labelsFile);
    const network = await readNetworkArgument('network gradients', positionals, options, { input: shape }, signal);
    const weights = await readWeightsFor(network, weightsFile);
    const device = deviceOption(options);
    const pool = await createTrainerPool({ threads, device });
    try {
      const request = { kind: 'gradients', network, weights, images, labels, count } as const;
      const answer = await pool.request(request, signal);
      if (answer.kind !== 'gradients') return fail('internal', `Gradients were answered with ${answer.kind}.`);
      output.write(answer.tensors);
      const tensors = readSafetensors(answer.tensors);
      const loss = Number(tensors.get('loss')?.data[0]);
      return {
        json: { output: output.path, loss, gradients: tensors.size - 1 },
        text: [`Loss ${loss}; wrote ${tensors.size - 1} gradients to ${output.path}.`],
      };
    } finally {
      await pool.close();
    }
  },
};
