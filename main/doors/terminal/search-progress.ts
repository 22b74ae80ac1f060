/** Shows a running search on stderr: a block that is redrawn on a terminal, plain lines elsewhere. */
import type { RunEvent } from '../../../core/contract/events.ts';
import { visibleLine } from '../../../core/text/visible.ts';
import { duration, fitnessText, type Palette } from './colour.ts';
import {
  advance,
  emptyView,
  type SearchView,
  secondsLeft,
  stageText,
  standingText,
  statusLines,
} from './search-view.ts';
import { sequence } from './terminal-text.ts';

export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** Of sequences, those of terminal-text.ts alone have an effect. */
  write(text: string): unknown;
}

export interface ProgressOptions {
  readonly stream: ProgressStream;
  readonly colours: Palette;
  /** Milliseconds. */
  readonly now: () => number;
}

export interface SearchProgress {
  show(event: RunEvent): void;
  /** Leaves what is drawn as it is and draws nothing more: other lines follow. */
  freeze(): void;
  /** Leaves the cursor below everything. */
  end(): void;
}

const redrawEvery = 100;
/** Without a terminal: a line at least so often while a generation is under way. */
const lineEvery = 20_000;

/** What became of one candidate, in a line: whatever its texts hold, no other begins in it. */
function eventLine(event: RunEvent, view: SearchView): string | null {
  const line = eventText(event, view);
  return line === null ? null : visibleLine(line);
}

function eventText(event: RunEvent, view: SearchView): string | null {
  switch (event.type) {
    case 'run':
      return `${event.resumed ? 'Going on with' : 'Run folder'} ${event.run}`;
    case 'warning':
    case 'again':
      return `Note: ${event.message}`;
    case 'interpreted':
      return event.reason === null ? null : `${event.id.padEnd(9)} refused: ${event.reason.message}`;
    case 'trained':
      return trainedLine(event, view);
    default:
      return null;
  }
}

function trainedLine(event: Extract<RunEvent, { type: 'trained' }>, view: SearchView): string {
  const id = event.id.padEnd(9);
  if (event.status === 'fault') return `${id} set aside: ${event.message ?? 'a fault of the machine'}`;
  if (event.status === 'diverged') return `${id} diverged: its loss was no number any more`;
  const how =
    event.sameAs === null ? `trained in ${duration(event.seconds ?? 0)}` : `the same network as ${event.sameAs}`;
  const best = view.best?.network === event.id ? ', the best so far' : '';
  return `${id} fitness ${fitnessText(event.fitness)} (${how})${best}`;
}

function generationLine(view: SearchView, elapsed: number): string {
  const left = secondsLeft(view, elapsed);
  const time = left === null || left < 1 ? '' : `, about ${duration(left)} left`;
  return `generation ${view.generation + 1} of ${view.generations}: ${standingText(view)}; ${duration(elapsed)}${time}`;
}

/** A block of lines at the bottom of the terminal, redrawn in place; other lines scroll above it. */
function block(stream: ProgressStream) {
  let drawn = 0;
  const clear = (): void => {
    if (drawn > 0) stream.write(sequence(`${drawn}A`) + sequence('0J'));
    drawn = 0;
  };
  return {
    clear,
    draw(lines: readonly string[]) {
      clear();
      stream.write(lines.map((line) => `${line}\n`).join(''));
      drawn = lines.length;
    },
    leave() {
      drawn = 0;
    },
    above(line: string) {
      clear();
      stream.write(`${line}\n`);
    },
  };
}

/** A terminal that does not know its width says 0. */
function columnsOf({ columns }: ProgressStream): number {
  return columns === undefined || columns < 1 ? 80 : columns;
}

export function searchProgress({ stream, colours, now }: ProgressOptions): SearchProgress {
  const terminal = stream.isTTY === true;
  const bottom = block(stream);
  const started = now();
  let view = emptyView;
  let shown = Number.NEGATIVE_INFINITY;
  let loading = '';
  let frozen = false;

  const tell = (line: string): void => {
    stream.write(`${visibleLine(line)}\n`);
  };
  const elapsed = (): number => view.worked + (now() - started) / 1000;
  const redraw = (): void => {
    shown = now();
    bottom.draw(statusLines(view, elapsed(), columnsOf(stream) - 1, colours));
  };

  return {
    show(event) {
      view = advance(view, event);
      if (frozen) return;
      if (event.type === 'loading') {
        const line = `Loading ${event.part} ${event.name}`;
        if (line !== loading) tell(line);
        loading = line;
        return;
      }
      const line = eventLine(event, view);
      if (terminal) {
        if (line !== null) bottom.above(line);
        if (event.type === 'finished') bottom.clear();
        else if (view.generations > 0 && (line !== null || now() - shown >= redrawEvery)) redraw();
        return;
      }
      if (event.type === 'generation-finished') {
        tell(generationLine(view, elapsed()));
        shown = now();
      } else if (event.type === 'run' || event.type === 'warning' || event.type === 'again') {
        if (line !== null) tell(line);
      } else if (view.generations > 0 && now() - shown >= lineEvery) {
        // Before the first generation there is no standing to tell.
        tell(view.phase === '' ? stageText(view) : `${stageText(view)}; ${standingText(view)}`);
        shown = now();
      }
    },
    freeze() {
      frozen = true;
      bottom.leave();
    },
    end() {
      if (terminal) bottom.clear();
    },
  };
}
