/** `runs trust`: a run from elsewhere is taken for one's own. */
import { resolve } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { trustRun } from '../../store/trust.ts';
import type { Command } from './command.ts';

export const runsTrustCommand: Command = {
  name: 'runs trust',
  summary: 'Take a run from elsewhere for your own, so that its search can go on.',
  usage: `Usage: llmatic runs trust RUN [--json]

A run that LLMatic did not leave here for you (one that was sent, downloaded, or written under another LLMATIC_HOME) is open
for reading only: a search that goes on in it would load the model that the run names and write into its folder. This says
that you trust whoever made it. Runs made here need no such word. A run that \`runs verify\` finds changed is refused.`,
  options: {},
  async run({ positionals }) {
    const folder = positionals[0];
    if (folder === undefined || positionals.length > 1) {
      return fail('usage', 'runs trust takes one run folder. See `llmatic runs trust --help`.');
    }
    const run = resolve(folder);
    await trustRun(run);
    return { json: { run, trusted: true }, text: [`${run} is yours from now on: its search can be resumed.`] };
  },
};
