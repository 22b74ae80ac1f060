/** What has to be said of a run wherever it is shown or checked, in sentences. */
import type { CommonSettings } from './common-settings.ts';
import { type RunModel, textsNote } from './run-parts.ts';

interface NotedRun {
  readonly model: Pick<RunModel, 'served' | 'how'>;
  readonly settings: Pick<CommonSettings, 'fitness'>;
  /** Candidates that faults of the machine set aside. */
  readonly setAside: number;
}

/** Said of a run that was not left so here, for this person. */
export const foreignNote =
  'It comes from elsewhere and is open for reading only, until you say that you trust whoever made it (`runs trust`).';

/** Null where none is. */
export function setAsideNote(setAside: number): string | null {
  if (setAside === 0) return null;
  const [what, them] = setAside === 1 ? ['One candidate was', 'it'] : [`${setAside} candidates were`, 'them'];
  return `${what} set aside by faults of the machine: the run is not what its seed gives undisturbed. Resume it to try ${them} again.`;
}

/** What the figures of the test split are worth; null where they played no part in the search. */
function selectionNote({ fitness }: NotedRun['settings']): string | null {
  return fitness.split === 'test'
    ? 'The test split was also used for selection: its figures are those that the search looked for, and say less of new images.'
    : null;
}

/** What the test split is called beside a figure of it. */
export function testSplitName({ fitness }: NotedRun['settings']): string {
  return fitness.split === 'test' ? 'test (also used for selection)' : 'test';
}

/** Whether the same settings give the same run again, and why not. */
export function reproducibility({ model, setAside }: Pick<NotedRun, 'model' | 'setAside'>): {
  readonly reproducible: boolean;
  readonly note: string | null;
} {
  const notes = [textsNote(model), setAsideNote(setAside)].filter((note) => note !== null);
  return { reproducible: notes.length === 0, note: notes.length === 0 ? null : notes.join(' ') };
}

/** All of them. */
export function runNotes(run: NotedRun): string[] {
  return [textsNote(run.model), setAsideNote(run.setAside), selectionNote(run.settings)].filter(
    (note) => note !== null,
  );
}
