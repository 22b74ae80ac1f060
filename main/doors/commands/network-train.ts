/** `network train`: trains the network of a person's file on a dataset, with a stream of events. */
import { fail } from '../../../core/failure.ts';
import type { StoppedResult, TrainingProgress } from '../../../core/training/job.ts';
import { datasetEntry } from '../../datasets/registry.ts';
import { createTrainerPool } from '../../training/pool.ts';
import type { Command, CommandContext, CommandResult } from './command.ts';
import { deviceOption, deviceUsage } from './device-option.ts';
import { networkFileOptions, networkFileUsage, readNetworkArgument, readWeightsFor } from './network-argument.ts';
import { textOption } from './options.ts';
import { forceOption, type Output, outputOption } from './outputs.ts';
import {
  countOption,
  numberOption,
  recipeOf,
  recipeOptionsConfig,
  recipeUsage,
  requiredOption,
} from './training-options.ts';

/** Milliseconds between lines of progress for people, within an epoch. */
const lineInterval = 10_000;

/** Tells people now and then how far the epoch is; `--json` gets every report. */
function progressTeller({ say, event }: CommandContext): (progress: TrainingProgress) => void {
  let last = performance.now();
  return ({ step, steps, epoch, loss }) => {
    event({ type: 'progress', step, steps, epoch, loss });
    if (performance.now() - last < lineInterval) return;
    last = performance.now();
    say(`  step ${step} of ${steps}  loss ${loss.toFixed(4)}`);
  };
}

/** Ctrl-C: what was saved, and how to go on from there. */
function stopped(result: StoppedResult, output: Output | null, weights: Uint8Array | null): CommandResult {
  const { step, steps, curve, seconds, device } = result;
  const saved = step > 0 && output !== null && weights !== null;
  if (saved) output.write(weights);
  const path = saved ? output.path : null;
  const where = `Stopped after step ${step} of ${steps}`;
  const text = saved
    ? `${where}. Wrote the weights of that step to ${path}; --weights ${path} begins from them, with the optimizer's state and the schedule new.`
    : `${where}: there is nothing to save yet.`;
  return {
    json: { type: 'interrupted', step, steps, weights: path, curve, seconds, device },
    text: [text],
    exitCode: 130,
  };
}

function percent(share: number | null): string {
  return share === null ? 'not measured' : `${(100 * share).toFixed(2)} %`;
}

export const networkTrainCommand: Command = {
  name: 'network train',
  summary: 'Train the network of a PyTorch file.',
  usage: `Usage: llmatic network train FILE.py --dataset NAME [options] [--json]

Trains the network of FILE.py and measures it on the training, validation and test images. With --json, one event a
line: {"type":"progress"}, {"type":"epoch"}, and last {"type":"result"} with accuracies from 0 to 1. Training accuracy
is measured on the first 2,000 training images.

  --dataset NAME          builtin, or an imported dataset (\`llmatic dataset list\`).
  --seed N                Seed of initial weights, order of images, augmentation and dropout. (0)
  --weights FILE          Begin from these weights instead of PyTorch's initialisation; all of the network's: safetensors,
                          or a state dict of torch.save (.pt, .pth, .bin).
  --save W.safetensors    Write the trained weights, named as in PyTorch's state_dict; on Ctrl-C those of the step it has
                          come to. A safetensors file that is there is written anew.
  --force                 Let --save replace any other file too.
  --validation-images N   Hold out so many training images and measure on them too. (0)
  --split-seed N          Seed of which images are held out. (0)
  --threads N             Threads of ONNX Runtime; other numbers may round differently. (1)
${deviceUsage(26)}
${recipeUsage()}
${networkFileUsage}`,
  options: {
    dataset: { type: 'string' },
    seed: { type: 'string' },
    weights: { type: 'string' },
    save: { type: 'string' },
    ...forceOption,
    'validation-images': { type: 'string' },
    'split-seed': { type: 'string' },
    threads: { type: 'string' },
    device: { type: 'string' },
    ...recipeOptionsConfig,
    ...networkFileOptions,
  },
  stopping: ({ save }) =>
    save === undefined ? 'Stopping.' : `Stopping after the step under way, to save the weights to ${String(save)}.`,
  async run(context) {
    const { options, positionals, signal, say, event } = context;
    const name = requiredOption(options, 'dataset', 'the name of a dataset, such as builtin');
    const recipe = recipeOf(options);
    const seed = numberOption(options, 'seed', 'whole') ?? 0;
    const splitSeed = numberOption(options, 'split-seed', 'whole') ?? 0;
    const validationImages = countOption(options, 'validation-images', 0, 0);
    const threads = countOption(options, 'threads', 1, 1);
    const output = outputOption(options, 'save', 'safetensors', positionals);
    const save = output?.path ?? null;
    const device = deviceOption(options);
    const { shape, classes } = await datasetEntry(name);
    const expected = { input: shape, classes: classes.length };
    const network = await readNetworkArgument('network train', positionals, options, expected, signal);
    const weightsFile = textOption(options, 'weights');
    const initialWeights = weightsFile === null ? null : await readWeightsFor(network, weightsFile);
    const pool = await createTrainerPool({ threads, device });
    try {
      const job = { network, recipe, dataset: name, validationImages, splitSeed, seed, initialWeights };
      const began = performance.now();
      const { result, weights } = await pool.trainUntil(job, {
        // Without a file to save to there is nothing to wait for.
        ...(output === null ? { signal, stop: new AbortController().signal } : { stop: signal }),
        onProgress: progressTeller(context),
        onEpoch: (epoch) => {
          event({ type: 'epoch', ...epoch });
          const seconds = ((performance.now() - began) / 1000).toFixed(1);
          say(`epoch ${epoch.epoch + 1} of ${recipe.epochs}  loss ${epoch.loss.toFixed(4)}  ${seconds} s`);
        },
      });
      if (result.status === 'fault') return fail(result.kind, result.message);
      if (result.status === 'diverged') {
        const message = `The training diverged: the loss of step ${result.step} is not finite. Choose a lower --lr.`;
        return { json: { error: { kind: 'diverged', message }, curve: result.curve }, text: [message], exitCode: 1 };
      }
      if (result.status === 'stopped') return stopped(result, output, weights);
      if (weights !== null) output?.write(weights);
      const { accuracy, curve, steps, seconds } = result;
      const loss = curve.at(-1)?.loss ?? null;
      const text = [
        `Trained ${steps} steps in ${seconds.toFixed(1)} s on ${device}; mean loss of the last epoch ${loss?.toFixed(4)}.`,
        `Accuracy: training ${percent(accuracy.train)}, validation ${percent(accuracy.validation)}, test ${percent(accuracy.test)}.`,
        ...(save === null ? [] : [`Wrote the weights to ${save}.`]),
      ];
      const { normalisation } = result;
      const losses = result.loss;
      return {
        json: { type: 'result', loss, accuracy, seconds, steps, device, losses, normalisation, curve, weights: save },
        text,
      };
    } finally {
      await pool.close();
    }
  },
};
