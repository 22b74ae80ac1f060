/** `network source FILE.py`: the same network as clean PyTorch source, checked by reading it back. */
import { fail } from '../../../core/failure.ts';
import { shapeOfValue } from '../../../core/network/ir.ts';
import { cleanSource } from '../../../core/network/source/clean-source.ts';
import { networkSource } from '../../../core/network/source/source.ts';
import { readPythonFile } from '../../files/text-file.ts';
import { checkWritable, writeWholeFile } from '../../files/whole-file.ts';
import { readFileInThread } from '../../reading/read-file.ts';
import { endedBy, withReadingThread } from '../../reading/while-needed.ts';
import type { Command } from './command.ts';
import { filesOf, readingChoices, readingOptions, readingUsage } from './network-reading.ts';
import { type Options, textOption } from './options.ts';
import { forceOption } from './outputs.ts';

/** Whether a file is what this command writes for its network, to the letter: nothing of a person's is lost with it. */
async function isOurs(file: string, options: Options, signal: AbortSignal): Promise<boolean> {
  const { input } = readingChoices(options);
  try {
    const text = readPythonFile(file);
    if (text === '') return true;
    const { network } = await readFileInThread(file, input === undefined ? {} : { input }, signal);
    return networkSource(network) === text;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}

export const networkSourceCommand: Command = {
  name: 'network source',
  summary: 'Write the network of a PyTorch file anew, as one short class.',
  usage: `Usage: llmatic network source FILE.py [--output FILE] [--class NAME | --factory NAME] [--args JSON]
                              [--root FOLDER] [--input 3,32,32] [--classes 10] [--json]

Writes what the network computes as one class Net: loops, helpers, unused layers and branches not
taken are gone, layers have short names. The source is read back and given out only if it is the same
network, by its canonical hash. It is for the image size that it was read for.

  --output FILE     where to write the source (default: print it); a file that this command wrote and nobody
                    changed is written anew
  --force           replace any other file too
${readingUsage}`,
  options: { ...readingOptions, output: { type: 'string' }, ...forceOption },
  async run({ positionals, options, say, signal }) {
    const [file = ''] = filesOf(positionals, 1, 'network source');
    const output = textOption(options, 'output');
    const replace = options.force === true || (output !== null && (await isOurs(output, options, signal)));
    if (output !== null) checkWritable(output, replace);
    const read = await readFileInThread(file, readingChoices(options), signal);
    const classes = shapeOfValue(read.network, read.network.output)[1];
    if (typeof classes !== 'number') return fail('internal', `${file} yields no [N, classes].`);
    const source = await withReadingThread((thread) =>
      cleanSource(read, endedBy(signal, thread.interpreter({ input: read.network.input, classes }))),
    );
    if (output !== null) writeWholeFile(output, source, replace);
    const lines = source.trimEnd().split('\n').length;
    const checked = `It reads back to the same network: hash ${read.hash}.`;
    const json = { hash: read.hash, readsBack: true, lines, output, source };
    if (output !== null) return { json, text: [`Wrote ${lines} lines to ${output}. ${checked}`] };
    say(checked);
    return { json, text: source.trimEnd().split('\n') };
  },
};
