/** `runs verify`: checks every record of a run. */
import { fail } from '../../../core/failure.ts';
import { reproducibility } from '../../../core/search/run-notes.ts';
import { type Verification, verifyRun } from '../../run/verify.ts';
import { openRun } from '../../store/run-folder.ts';
import type { Command } from './command.ts';

const words: Readonly<Record<keyof Verification['checked'], string>> = {
  steps: 'steps',
  candidates: 'candidates',
  inserted: 'inserted',
  setAside: 'set aside by faults',
  networkElites: 'network elites',
  promptElites: 'prompt elites',
  weights: 'files of weights',
  sessions: 'stretches of work',
  beforeHashes: 'steps recorded before hashes: that these are as they were recorded cannot be told',
};

function verifiedLines({ ok, checked, problems }: Verification): string[] {
  const { beforeHashes, ...counts } = checked;
  const counted = Object.entries(counts).map(([name, count]) => `${count} ${words[name as keyof typeof counts]}`);
  const older = beforeHashes === 0 ? [] : [`${beforeHashes} ${words.beforeHashes}.`];
  if (ok) return [`Sound: ${counted.join(', ')}.`, ...older];
  const count = problems.length === 1 ? 'One problem' : `${problems.length} problems`;
  return [`${count}:`, ...problems.map((problem) => `  ${problem}`), ...older];
}

export const runsVerifyCommand: Command = {
  name: 'runs verify',
  summary: 'Check every record of a run.',
  usage: `Usage: llmatic runs verify RUN [--json]

Checks the SQLite file, the hash of every record (each covers the record and the hash before it, so that a changed byte, a
record taken out, put in or moved is found and named), every record against its schema, the order of steps, parents, both
archives rebuilt from the records against what was stored, and that the weights of every elite are there and have the
recorded hash. Records of versions before there were hashes are said to be so. Texts are checked as they are stored; no
model is asked again. Weights that are missing or damaged, and candidates that faults set aside, are what search --resume
makes or tries again; a run that kept any set aside is not called reproducible.
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
      const { setAside } = verification.checked;
      const texts = reproducibility({ model: run.description.model, setAside });
      const json = { ...verification, ...texts };
      const text = [...verifiedLines(verification), ...(texts.note === null ? [] : [texts.note])];
      return { json, text, exitCode: verification.ok ? 0 : 1 };
    } finally {
      run.close();
    }
  },
};
