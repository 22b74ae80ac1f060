/** `runs verify`: checks every record of a run. */

import { resolve } from 'node:path';
import type { Result } from '../../../core/contract.ts';
import { fail } from '../../../core/failure.ts';
import { verifyRunFolder } from '../../engine/verification/verification.ts';
import type { Verification } from '../../run/verify.ts';
import type { Command } from './command.ts';

const words = [
  ['steps', 'steps'],
  ['candidates', 'candidates'],
  ['inserted', 'inserted'],
  ['setAside', 'set aside by faults'],
  ['networkElites', 'network elites'],
  ['promptElites', 'prompt elites'],
  ['weights', 'files of weights'],
  ['sessions', 'stretches of work'],
] as const satisfies readonly (readonly [keyof Verification['checked'], string])[];

/** Problems that people are shown; JSON has all. */
const mostShown = 200;

function verifiedLines({ ok, checked, problems }: Result<'runs.verify'>): string[] {
  const { beforeHashes } = checked;
  const older =
    beforeHashes === 0
      ? []
      : [`${beforeHashes} steps recorded before hashes: that these are as they were recorded cannot be told.`];
  if (ok) return [`Sound: ${words.map(([name, word]) => `${checked[name]} ${word}`).join(', ')}.`, ...older];
  const count = problems.length === 1 ? 'One problem' : `${problems.length} problems`;
  const more = problems.length - mostShown;
  const shown = problems.slice(0, mostShown).map((problem) => `  ${problem}`);
  return [`${count}:`, ...shown, ...(more > 0 ? [`  … and ${more} more: --json lists them all.`] : []), ...older];
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
  async run({ positionals, signal }) {
    const folder = positionals[0];
    if (folder === undefined || positionals.length > 1) {
      return fail('usage', 'runs verify takes one run folder. See `llmatic runs verify --help`.');
    }
    const json = await verifyRunFolder(resolve(folder), signal).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
    const { ok, note } = json;
    const text = [...verifiedLines(json), ...(note === null ? [] : [note])];
    return { json, text, exitCode: ok ? 0 : 1 };
  },
};
