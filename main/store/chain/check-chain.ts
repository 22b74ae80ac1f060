/** Compares what a run's tables hold with the hashes kept beside it, and names what was changed, moved, put in or taken out. */
import { candidateWord } from '../../../core/search/candidate.ts';
import { visibleLine } from '../../../core/text/visible.ts';
import { candidateNames } from './candidate-names.ts';
import {
  changedFields,
  type FieldHashes,
  fieldsOfRun,
  fieldsOfSession,
  fieldsOfStep,
  fieldsText,
  isField,
  readFields,
} from './fields.ts';
import {
  type ChainContent,
  type HeadRow,
  headDigest,
  type KeptHash,
  type RunRow,
  runHash,
  type StepRow,
  sessionHash,
  stepHash,
} from './hashes.ts';

export interface ChainCheck {
  /** One sentence each, naming candidate, step and field where that can be told. */
  readonly problems: readonly string[];
  /** Steps that were recorded before there were hashes. */
  readonly older: number;
  /** The digest that a head over just this content has. */
  readonly digest: string;
}

type Report = (problem: string) => void;

/** `a`, `a and b`, `a, b and c`; of many the first few. */
function listed(names: readonly string[]): string {
  const shown = names.length > 6 ? [...names.slice(0, 5), `${names.length - 5} more`] : names;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

function changed(paths: readonly string[], since: string): string {
  return `${listed(paths)} ${paths.length === 1 ? 'was' : 'were'} changed since ${since}.`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const placeOf = ({ candidate, step }: Pick<StepRow, 'candidate' | 'step'>): string =>
  `Candidate ${candidateWord(candidate)}, step ${visibleLine(step.slice(0, 20))}`;

/** Whose step some kept hashes belong to, told from the hash of its name. */
function ownerOf(fields: FieldHashes, names: Iterable<string>, steps: readonly string[]): string | null {
  const step = steps.find((name) => isField(fields, '@step', name));
  for (const name of names) {
    if (isField(fields, '@candidate', name)) return placeOf({ candidate: name, step: step ?? '?' });
  }
  return null;
}

/** What is wrong with a step whose hash does not fit, said of it as it was recorded where that is known. */
function stepProblem(row: StepRow, kept: KeptHash, content: ChainContent, follows: boolean): string {
  const recorded = readFields(kept.fields);
  if (recorded === null) return `${placeOf(row)}: its record or its hashes were changed since it was recorded.`;
  const found = fieldsOfStep(row);
  const paths = changedFields(recorded, found);
  if (paths.length === 0) {
    return follows
      ? `${placeOf(row)}: its hash was changed since it was recorded.`
      : `${placeOf(row)}: what was recorded before it was taken out, or stands in another place now.`;
  }
  const text = fieldsText(found);
  const elsewhere = [...(content.kept?.steps ?? [])].find(([, { fields }]) => fields === text)?.[0];
  if (elsewhere !== undefined) {
    return `${placeOf(row)}: was recorded as number ${elsewhere}, and stands as number ${row.sequence}.`;
  }
  const place = paths.some((path) => path === '@candidate' || path === '@step')
    ? (ownerOf(recorded, candidateNames(content), stepNamesOf(content)) ?? placeOf(row))
    : placeOf(row);
  if (!isJson(row.body)) return `${place}: its record was changed since it was recorded, and is no JSON any more.`;
  const words = paths.map((path) => (path.startsWith('@') ? `its ${fieldWords[path] ?? path}` : path));
  return `${place}: ${changed(words, 'it was recorded')}`;
}

const fieldWords: Readonly<Record<string, string>> = {
  '@candidate': 'name',
  '@step': 'kind',
  '@recorded': 'time',
};

const stepNamesOf = ({ steps }: ChainContent): string[] => [...new Set(steps.map(({ step }) => step))];

/** Checks the chain of steps; gives the hash of the last one, made anew. */
function checkSteps(content: ChainContent, first: string, isOtherRun: boolean, report: Report): string {
  const { steps, kept } = content;
  const present = new Set(steps.map(({ sequence }) => sequence));
  let stored = first;
  let made = first;
  for (const [index, row] of steps.entries()) {
    const fields = fieldsText(fieldsOfStep(row));
    const [fromStored, fromMade] = [stepHash(stored, row, fields), stepHash(made, row, fields)];
    made = fromMade;
    if (kept === null) continue;
    const own = kept.steps.get(row.sequence);
    if (own === undefined) {
      report(`${placeOf(row)}: was put in, or moved, after the run was recorded: no hash belongs to it.`);
      continue;
    }
    // The first hangs on the description alone: where that was changed, it is named there.
    const hangsOnRun = isOtherRun && index === 0 && own.fields === fields;
    if (!hangsOnRun && own.hash !== fromStored && own.hash !== fromMade) {
      const next = steps[index + 1];
      const nextKept = next === undefined ? undefined : kept.steps.get(next.sequence);
      // The hash itself is wrong where the next one, or the head, was made from what it should be.
      const follows =
        next === undefined || nextKept === undefined
          ? kept.head?.latest === fromMade
          : nextKept.hash === stepHash(fromMade, next, nextKept.fields);
      report(stepProblem(row, own, content, follows));
    } else if (own.fields !== fields) {
      report(`${placeOf(row)}: the short hashes of its fields were changed.`);
    }
    stored = own.hash;
  }
  for (const [sequence, { fields }] of kept?.steps ?? []) {
    if (present.has(sequence)) continue;
    const recorded = readFields(fields);
    const owner =
      recorded === null ? null : ownerOf(recorded, candidateNames(content), [...stepNamesOf(content), 'inserted']);
    report(`${owner ?? `Record ${sequence}`}: was taken out.`);
  }
  return made;
}

/** Checks each session; gives their hashes made anew. */
function checkSessions({ sessions, kept }: ChainContent, first: string, isOtherRun: boolean, report: Report): string[] {
  const hashes: string[] = [];
  for (const row of sessions) {
    const found = fieldsOfSession(row);
    const fields = fieldsText(found);
    const hash = sessionHash(first, row, fields);
    hashes.push(hash);
    if (kept === null) continue;
    const own = kept.sessions.get(row.id);
    const place = `Stretch of work ${row.id}`;
    if (own === undefined) report(`${place}: was put in after the run was recorded: no hash belongs to it.`);
    else if (own.hash !== hash) {
      if (isOtherRun && own.fields === fields) continue;
      const recorded = readFields(own.fields);
      const paths = recorded === null ? [] : changedFields(recorded, found);
      report(
        paths.length === 0
          ? `${place}: its hash, or the run that it belongs to, was changed since it was noted.`
          : `${place}: ${changed(paths, 'it was noted')}`,
      );
    } else if (own.fields !== fields) report(`${place}: the short hashes of its fields were changed.`);
  }
  const present = new Set(sessions.map(({ id }) => id));
  for (const id of kept?.sessions.keys() ?? []) {
    if (!present.has(id)) report(`Stretch of work ${id}: was taken out.`);
  }
  return hashes;
}

/** What a changed description is seen by: the paths of its settings and parts. */
function checkRun(run: RunRow, head: HeadRow, report: Report): void {
  const recorded = readFields(head.fields);
  if (recorded === null) return;
  const paths = changedFields(recorded, fieldsOfRun(run));
  if (paths.length === 0) return;
  const words = paths.map((path) => (path === '@created' ? 'its time' : path));
  report(`The description of the run: ${changed(words, 'the run was begun')}`);
}

export function checkChain(content: ChainContent): ChainCheck {
  const { run, kept, steps, migrations } = content;
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);
  const head = kept?.head ?? null;
  if (head !== null) checkRun(run, head, report);
  const isOtherRun = problems.length > 0;
  const first = runHash(run);
  const latest = checkSteps(content, first, isOtherRun, report);
  const sessions = checkSessions(content, first, isOtherRun, report);
  const older = kept === null ? steps.length : (head?.older ?? 0);
  const fields = fieldsText(fieldsOfRun(run));
  const digest = headDigest(first, { steps: steps.length, latest, older, fields }, migrations, sessions);
  if (kept !== null && head === null) report('The head of the hashes was taken out.');
  if (head !== null && head.steps !== steps.length) {
    report(`The run recorded ${head.steps} steps; ${steps.length} are there.`);
  }
  if (head !== null && problems.length === 0 && head.digest !== digest) {
    report('The head of the hashes, or a version of the schema, was changed since the run was last written.');
  }
  return { problems, older, digest };
}
