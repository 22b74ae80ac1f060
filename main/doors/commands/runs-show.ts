/** `runs show`: what a run found. */
import { fail } from '../../../core/failure.ts';
import { foreignNote, reproducibility } from '../../../core/search/run-notes.ts';
import { lineage } from '../../run/lineage.ts';
import { setAsideOf } from '../../run/outcomes.ts';
import { runReport } from '../../run/report.ts';
import { storedRun } from '../../run/run.ts';
import { healthOfRun } from '../../run-health.ts';
import { openRun } from '../../store/run-folder.ts';
import { isTrusted, usualRunsFolder } from '../../store/trust.ts';
import { coloursOf } from '../standard-streams.ts';
import { promptFiguresText } from '../terminal/prompt-figures-text.ts';
import { elitesText, runText } from '../terminal/run-text.ts';
import type { Command } from './command.ts';

export const runsShowCommand: Command = {
  name: 'runs show',
  summary: 'Show what a run found.',
  usage: `Usage: llmatic runs show RUN [--json]

Shows the archive, the best network with its lineage, counts, what became of the offspring of each prompt, and all elites.
Works while a search writes the run. By prompt, as shares of its offspring: trainable (accepted and trained to the end), as
written (without repair), with repair (<= where the setting is off: accepted, but not trained), followed (trainable, and does
what the prompt asks; unknown where that is not defined or was not recorded), distinct (trainable, no copy of a parent, the
first of the run with that hash), copies, added (became an elite when inserted); tokens and seconds of writing.`,
  options: {},
  async run({ positionals, signal }) {
    const folder = positionals[0];
    if (folder === undefined || positionals.length > 1) {
      return fail('usage', 'runs show takes one run folder. See `llmatic runs show --help`.');
    }
    const run = openRun(folder, { readOnly: true });
    try {
      const all = storedRun(run);
      const report = runReport(all);
      const health = await healthOfRun(all, signal);
      const trusted = isTrusted(run, usualRunsFolder());
      const line = report.best === null ? [] : lineage(all, report.best.network);
      const json = {
        ...report,
        health,
        ...reproducibility({ model: run.description.model, setAside: setAsideOf(all.records).length }),
        lineage: line,
        settings: all.settings,
        trusted,
        versions: run.description.versions,
      };
      const prompts = promptFiguresText(report.byPrompt, all.settings.repair);
      const text = [
        ...runText(all, report, health, coloursOf('stdout')),
        ...(trusted ? [] : ['', foreignNote]),
        ...(prompts.length === 0 ? [] : ['', 'By prompt, as shares of its offspring', ...prompts]),
        '',
        'Elites',
        ...elitesText(report.elites),
      ];
      return { json, text };
    } finally {
      run.close();
    }
  },
};
