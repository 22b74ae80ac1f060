/** `runs list`: the runs in a folder, newest first. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail, failureOf } from '../../../core/failure.ts';
import { foreignNote, setAsideNote } from '../../../core/search/run-notes.ts';
import { type RunReport, runReport } from '../../run/report.ts';
import { storedRun } from '../../run/run.ts';
import { isRunFolder, openRun } from '../../store/run-folder.ts';
import { runFoldersIn } from '../../store/run-folders-in.ts';
import { isTrusted, usualRunsFolder } from '../../store/trust.ts';
import { fitnessText } from '../terminal/colour.ts';
import { standingText } from '../terminal/run-text.ts';
import type { Command } from './command.ts';

/** `problem`: why a run failed, or why its folder does not open. */
type Listed =
  | (Omit<RunReport, 'elites' | 'problem'> & { readonly problem?: string; readonly trusted: boolean })
  | { readonly run: string; readonly problem: string };

/** A run in one line; one that does not open is listed with the reason. */
function listed(folder: string): Listed {
  try {
    const run = openRun(folder, { readOnly: true });
    try {
      const { elites: _, problem, ...found } = runReport(storedRun(run));
      const report = { ...found, trusted: isTrusted(run, usualRunsFolder()) };
      return problem === null ? report : { ...report, problem: problem.message };
    } finally {
      run.close();
    }
  } catch (error) {
    return { run: folder, problem: failureOf(error).message };
  }
}

function lines(entry: Listed): string[] {
  if (!('state' in entry)) return [entry.run, `    ${entry.problem}`];
  const { counts, run, state, process, generations, best, initial, filled, niches, preset, seed, problem } = entry;
  const reached = `${preset ?? 'own settings'}, seed ${seed}; ${standingText({ state, process })}, generation ${generations.done} of ${generations.planned}; best ${fitnessText(best?.fitness)} (initial ${fitnessText(initial?.fitness)}), ${filled} of ${niches} niches`;
  const note = setAsideNote(counts.setAside);
  const foreign = entry.trusted ? null : foreignNote;
  const more = [problem, note, foreign].filter((line) => line !== undefined && line !== null);
  return [run, `    ${reached}`, ...more.map((line) => `    ${line}`)];
}

export const runsListCommand: Command = {
  name: 'runs list',
  summary: 'List the runs in a folder.',
  usage: `Usage: llmatic runs list [DIR] [--json]

Lists the runs that lie in DIR (default: runs), newest first, and what each has reached.`,
  options: {},
  async run({ positionals }) {
    if (positionals.length > 1) fail('usage', 'runs list takes one folder. See `llmatic runs list --help`.');
    const folder = resolve(positionals[0] ?? 'runs');
    if (!existsSync(folder)) {
      if (positionals.length > 0)
        fail('file', `${folder} does not exist. Give the folder in which searches wrote their runs.`);
      return { json: { folder, runs: [] }, text: [`No runs in ${folder}.`] };
    }
    const folders = isRunFolder(folder) ? [folder] : runFoldersIn(folder);
    const runs = folders.map(listed).sort((a, b) => createdOf(b).localeCompare(createdOf(a)));
    const text = runs.length === 0 ? [`No runs in ${folder}.`] : runs.flatMap(lines);
    return { json: { folder, runs }, text };
  },
};

function createdOf(entry: Listed): string {
  return 'created' in entry ? entry.created : '';
}
