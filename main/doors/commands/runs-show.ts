/** `runs show`: what a run found. */
import { fail } from '../../../core/failure.ts';
import { openRun } from '../../store/run-folder.ts';
import { lineage, runRecords, runReport } from '../../store/run-report.ts';
import { palette } from '../terminal/colour.ts';
import { elitesText, runText } from '../terminal/run-text.ts';
import type { Command } from './command.ts';

export const runsShowCommand: Command = {
  name: 'runs show',
  summary: 'Show what a run found.',
  usage: `Usage: llmatic runs show RUN [--json]

Shows the archive, the best network with its lineage, all elites, and counts. Works while a search writes the run.`,
  options: {},
  async run({ positionals }) {
    const folder = positionals[0];
    if (folder === undefined || positionals.length > 1) {
      return fail('usage', 'runs show takes one run folder. See `llmatic runs show --help`.');
    }
    const run = openRun(folder, { readOnly: true });
    try {
      const all = runRecords(run);
      const report = runReport(all);
      const line = report.best === null ? [] : lineage(all, report.best.network);
      const json = { ...report, lineage: line, settings: all.settings, versions: run.description.versions };
      return { json, text: `${runText(all, report, palette(process.stdout))}\n\nElites\n${elitesText(report.elites)}` };
    } finally {
      run.close();
    }
  },
};
