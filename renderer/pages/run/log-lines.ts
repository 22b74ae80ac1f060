/** Events of a run as lines of its log, newest first. */
import type { RunEvent } from '../../../core/contract/events.ts';
import type { LogEntry } from '../../state/open-run.ts';
import { counted, duration, fitness, orDash, percent, significant } from '../../words/numbers.ts';

export interface LogLine {
  readonly number: number;
  readonly at: Date;
  readonly candidate: string | null;
  readonly text: string;
  readonly isBad: boolean;
}

interface Told {
  readonly candidate?: string;
  readonly text: string;
  readonly isBad?: boolean;
}

function told(event: RunEvent): Told | null {
  switch (event.type) {
    case 'run':
      return {
        text: event.resumed ? 'The search goes on.' : `The search begins with ${counted(event.workers, 'trainer')}.`,
      };
    case 'started':
      return { text: `${event.strategy}, seed ${event.seed}, ${event.model} on ${event.dataset}.` };
    case 'generation-started':
      return event.generation < 0 ? null : { text: `Generation ${event.generation + 1} begins (${event.phase}).` };
    case 'proposed':
      return {
        candidate: event.id,
        text: `Proposed: ${event.operator}${event.individual === null ? '' : ` by ${event.individual.prompt} at ${significant(event.individual.temperature)}`}.`,
      };
    case 'generated':
      return event.failure === null
        ? { candidate: event.id, text: `Written: ${counted(event.tokens, 'token')} in ${duration(event.seconds)}.` }
        : { candidate: event.id, text: event.failure.message, isBad: true };
    case 'interpreted':
      return event.reason === null
        ? { candidate: event.id, text: 'Accepted.' }
        : { candidate: event.id, text: `Refused: ${event.reason.message}` };
    case 'trained':
      if (event.status === 'fault') {
        return { candidate: event.id, text: `Set aside: ${event.message ?? 'the training failed.'}`, isBad: true };
      }
      if (event.status === 'diverged') return { candidate: event.id, text: 'Diverged.' };
      return {
        candidate: event.id,
        text:
          event.sameAs === null
            ? `Trained in ${orDash(event.seconds, duration)}, test accuracy ${orDash(event.accuracy?.test, percent)}.`
            : `The same network as ${event.sameAs}; its result is reused.`,
      };
    case 'inserted':
      if (event.network === null) return null;
      return {
        candidate: event.id,
        text: event.network.added
          ? `Added to niche ${event.network.niche} (${event.network.why}).`
          : `Not added: ${event.network.why}.`,
      };
    case 'generation-finished':
      return {
        text: `Generation ${event.generation + 1} is done: best ${event.best === null ? '–' : fitness(event.best.fitness)}, ${counted(event.filled, 'niche')} filled.`,
      };
    case 'finished':
      return { text: 'The search is finished.' };
    case 'again':
      return { candidate: event.id, text: event.message, isBad: !event.done };
    case 'warning':
      return { text: event.message, isBad: true };
    case 'training-progress':
    case 'loading':
      return null;
  }
}

/** At most so many lines are shown. */
const shown = 500;

export function linesOf(log: readonly LogEntry[]): LogLine[] {
  return log
    .slice(-shown)
    .flatMap(({ number, at, event }): LogLine[] => {
      const line = told(event);
      return line === null
        ? []
        : [{ number, at, candidate: line.candidate ?? null, text: line.text, isBad: line.isBad ?? false }];
    })
    .reverse();
}
