/** `runs verify`: checks every record of a run. */
import { fail } from '../../../core/failure.ts';
import { textsNote } from '../../../core/search/run-parts.ts';
import { openRun } from '../../store/run-folder.ts';
import { verifyRun } from '../../store/verify.ts';
import type { Command } from './command.ts';

export const runsVerifyCommand: Command = {
  name: 'runs verify',
  summary: 'Check every record of a run.',
  usage: `Usage: llmatic runs verify RUN [--json]

Checks the SQLite file, every record against its schema, the order of steps, parents, both archives rebuilt from the
records against what was stored, and that the weights of every elite are there and have the recorded hash. Texts are
checked as they are stored; no model is asked again.
Exits with 1 when it finds a problem.`,
  options: {},
  async run({ positionals }) {
    const folder = positionals[0];
    if (folder === undefined || positionals.length > 1) {
      return fail('usage', 'runs verify takes one run folder. See `llmatic runs verify --help`.');
    }
    const run = openRun(folder, { readOnly: true });
    try {
      const verification = verifyRun(run);
      const checked = Object.entries(verification.checked).map(([name, count]) => `${count} ${name}`);
      const text = verification.ok
        ? `Sound: ${checked.join(', ')}.`
        : [`${verification.problems.length} problems:`, ...verification.problems.map((problem) => `  ${problem}`)].join(
            '\n',
          );
      const note = textsNote(run.description.model);
      const json = { ...verification, reproducible: note === null, note };
      return { json, text: note === null ? text : `${text}\n${note}`, exitCode: verification.ok ? 0 : 1 };
    } finally {
      run.close();
    }
  },
};
