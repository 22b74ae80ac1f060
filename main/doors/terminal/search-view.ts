/** What the progress display knows of a running search: a fold over its events, and the lines made from it. */
import type { RunEvent } from '../../../core/contract/events.ts';
import { visibleLine } from '../../../core/text/visible.ts';
import { duration, fitnessText, type Palette, percent } from './colour.ts';

type OffspringState =
  | 'proposed'
  | 'generated'
  | 'training'
  | 'trained'
  | 'reused'
  | 'refused'
  | 'diverged'
  | 'set aside';

interface Running {
  readonly id: string;
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
}

export interface SearchView {
  /** Of the whole search, the initial network not counted. */
  readonly generations: number;
  readonly offspring: number;
  readonly generation: number;
  readonly phase: string;
  /** Offspring of the generation under way. */
  readonly states: ReadonlyMap<string, OffspringState>;
  readonly running: ReadonlyMap<string, Running>;
  /** Seconds that earlier processes worked on the run. */
  readonly worked: number;
  /** Offspring that were brought to an end, by this process and by those before it, and all that there will be. */
  readonly done: number;
  readonly toDo: number;
  readonly initial: number | null;
  readonly best: { readonly network: string; readonly fitness: number } | null;
  readonly filled: number;
  readonly coverage: number;
  readonly qdScore: number;
  readonly generated: number;
  readonly trainable: number;
}

export const emptyView: SearchView = {
  generations: 0,
  offspring: 0,
  generation: 0,
  phase: '',
  states: new Map(),
  running: new Map(),
  worked: 0,
  done: 0,
  toDo: 0,
  initial: null,
  best: null,
  filled: 0,
  coverage: 0,
  qdScore: 0,
  generated: 0,
  trainable: 0,
};

function withState(view: SearchView, id: string, state: OffspringState): SearchView {
  const running = new Map(view.running);
  if (state !== 'training') running.delete(id);
  if (id === 'initial') return { ...view, running };
  const ended =
    state === 'trained' || state === 'reused' || state === 'refused' || state === 'diverged' || state === 'set aside';
  return {
    ...view,
    running,
    states: new Map(view.states).set(id, state),
    done: view.done + (ended ? 1 : 0),
    generated: view.generated + (state === 'generated' ? 1 : 0),
    trainable: view.trainable + (state === 'trained' || state === 'reused' ? 1 : 0),
  };
}

/** The view after one more event. */
export function advance(view: SearchView, event: RunEvent): SearchView {
  switch (event.type) {
    case 'run':
      return { ...view, worked: event.before.seconds, done: event.before.ended, initial: event.before.initial };
    case 'again':
      return event.what === 'candidate' ? { ...view, done: view.done + 1 - event.takenBack } : view;
    case 'started':
      return {
        ...view,
        generations: event.generations,
        offspring: event.offspring,
        toDo: event.generations * event.offspring,
      };
    case 'generation-started':
      return { ...view, generation: event.generation, phase: event.phase, states: new Map() };
    case 'proposed':
      return withState(view, event.id, 'proposed');
    case 'generated':
      return withState(view, event.id, 'generated');
    case 'interpreted':
      return event.hash === null ? withState(view, event.id, 'refused') : view;
    case 'training-progress': {
      const { id, step, steps, loss } = event;
      const started = view.running.has(id) ? view : withState(view, id, 'training');
      return { ...started, running: new Map(started.running).set(id, { id, step, steps, loss }) };
    }
    case 'trained':
      return trained(view, event);
    case 'inserted':
      return event.id === 'initial' ? { ...view, initial: event.fitness } : view;
    case 'generation-finished': {
      const { best, filled, coverage, qdScore, generated, trainable, generation } = event;
      return { ...view, best, filled, coverage, qdScore, generated, trainable, generation };
    }
    default:
      return view;
  }
}

function trained(view: SearchView, event: Extract<RunEvent, { type: 'trained' }>): SearchView {
  if (event.status === 'fault') return withState(view, event.id, 'set aside');
  if (event.status === 'diverged') return withState(view, event.id, 'diverged');
  const next = withState(view, event.id, event.sameAs === null ? 'trained' : 'reused');
  const { fitness } = event;
  const better = fitness !== null && (next.best === null || fitness > next.best.fitness);
  return better ? { ...next, best: { network: event.id, fitness } } : next;
}

function bar(share: number, width: number): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** Seconds left at the pace so far; `elapsed`: of all work on the run; null before anything is done. */
export function secondsLeft(view: SearchView, elapsed: number): number | null {
  if (view.done === 0) return null;
  return (elapsed / view.done) * Math.max(0, view.toDo - view.done);
}

function statesText(view: SearchView): string {
  const counts = new Map<OffspringState, number>();
  for (const state of view.states.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
  const names: Readonly<Record<OffspringState, string>> = {
    proposed: 'being written',
    generated: 'waiting',
    training: 'training',
    trained: 'trained',
    reused: 'known',
    refused: 'refused',
    diverged: 'diverged',
    'set aside': 'set aside',
  };
  return Object.entries(names)
    .flatMap(([state, name]) => {
      const count = [...counts].find(([key]) => key === state)?.[1];
      return count === undefined ? [] : [`${count} ${name}`];
    })
    .join(', ');
}

/** The standing in one line: best, coverage, trainable share. */
export function standingText(view: SearchView): string {
  const best = view.best === null ? 'none yet' : `${fitnessText(view.best.fitness)} (${view.best.network})`;
  return `best ${best}, initial ${fitnessText(view.initial)}; ${view.filled} niches (${percent(view.coverage, 0)}); trainable ${view.trainable} of ${view.generated}`;
}

/** What is going on: the initial network first, then the offspring of a generation. */
export function stageText(view: SearchView): string {
  if (view.phase === '') return 'training the initial network';
  return `generation ${view.generation + 1} of ${view.generations} (${view.phase}): ${statesText(view)}`;
}

/** The lines that a terminal shows and redraws. */
export function statusLines(view: SearchView, elapsed: number, columns: number, colours: Palette): string[] {
  const left = secondsLeft(view, elapsed);
  const share = view.toDo === 0 ? 0 : view.done / view.toDo;
  const time = `${duration(elapsed)}${left === null ? '' : `, about ${duration(left)} left`}`;
  const lines = [
    stageText(view),
    `${bar(share, Math.max(10, Math.min(40, columns - 45)))} ${time}`,
    standingText(view),
    ...[...view.running.values()].map(
      ({ id, step, steps, loss }) =>
        `${id} ${bar(steps === 0 ? 0 : step / steps, 10)} step ${step} of ${steps}, loss ${loss.toFixed(3)}`,
    ),
  ];
  return lines.map(visibleLine).map((line, index) => {
    const cut = line.length > columns ? `${line.slice(0, Math.max(0, columns - 1))}…` : line;
    return index === 0 ? colours.bold(cut) : colours.dim(cut);
  });
}
