/** `network export FILE.py`: a person's network with its weights as clean PyTorch, safetensors and ONNX. */
import { resolve } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { shapeOfValue } from '../../../core/network/ir.ts';
import { readGivenWeights } from '../../checkpoint/given-weights.ts';
import { exportFile } from '../../export/export-file.ts';
import { readFileInThread } from '../../reading/read-file.ts';
import { endedBy, withReadingThread } from '../../reading/while-needed.ts';
import type { Command } from './command.ts';
import { weightsMeaning, weightsUsage } from './network-argument.ts';
import { filesOf, readingChoices, readingOptions, readingUsage } from './network-reading.ts';
import { forceOption } from './outputs.ts';
import { requiredOption } from './training-options.ts';

export const networkExportCommand: Command = {
  name: 'network export',
  summary: 'Write the network of a PyTorch file with its weights for other tools.',
  usage: `Usage: llmatic network export FILE.py --weights FILE --out DIR [--class NAME | --factory NAME]
                              [--args JSON] [--root FOLDER] [--input 3,32,32] [--classes N] [--json]

Writes net.py, weights.safetensors, model.onnx, README.md (a card), manifest.json and original.txt into DIR. net.py
holds the network and nothing else: one class Net, printed from the graph that was read, and read back to the same hash
before it is written; weights.safetensors has the names of its state_dict. The file's own text stands beside it in
original.txt, for reading alone.

${weightsUsage}
  --out DIR                where to write the files; files of other content that are there stay
  --force                  replace them
${readingUsage}`,
  options: { ...readingOptions, weights: { type: 'string' }, out: { type: 'string' }, ...forceOption },
  async run({ positionals, options, signal }) {
    const [file = ''] = filesOf(positionals, 1, 'network export');
    const weightsFile = requiredOption(options, 'weights', weightsMeaning);
    const out = resolve(requiredOption(options, 'out', 'the folder to write the files to'));
    const interpretation = await readFileInThread(file, readingChoices(options), signal);
    const { network } = interpretation;
    const [, classes, ...more] = shapeOfValue(network, network.output);
    if (typeof classes !== 'number' || more.length > 0) {
      return fail('shape', `${file} yields no [N, classes]: a network for images ends in one score a class.`);
    }
    const { weights } = await readGivenWeights(network, weightsFile);
    const { files } = await withReadingThread((thread) => {
      const interpreter = endedBy(signal, thread.interpreter({ input: network.input, classes }));
      return exportFile({ file, interpretation, weights }, out, interpreter, { force: options.force === true });
    });
    return {
      json: { out, files, hash: interpretation.hash, readsBack: true },
      text: [`${out} (${files.join(', ')}). net.py reads back to the same network: hash ${interpretation.hash}.`],
    };
  },
};
