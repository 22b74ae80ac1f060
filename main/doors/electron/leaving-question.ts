/** What is asked before the app quits while searches or conversions are under way. */
import type { Working } from './engine-messages.ts';

export interface LeavingQuestion {
  readonly type: 'question';
  readonly message: string;
  readonly detail: string;
  readonly buttons: string[];
  readonly defaultId: number;
  readonly cancelId: number;
}

/** `A search is running.`, `2 searches are running.`; null for none. */
function running(count: number, one: string, many: string): string | null {
  if (count === 0) return null;
  return count === 1 ? `A ${one} is running.` : `${count} ${many} are running.`;
}

/** Null where nothing works; the first button quits. */
export function leavingQuestion({ runs, conversions }: Working): LeavingQuestion | null {
  const message = [running(runs.length, 'search', 'searches'), running(conversions.length, 'conversion', 'conversions')]
    .filter((sentence) => sentence !== null)
    .join(' ');
  if (message === '') return null;
  const detail = [
    ...(runs.length === 0
      ? []
      : [
          `Quitting stops at the last recorded step; Resume goes on from there, to the same result. Running: ${runs.join(', ')}`,
        ]),
    ...(conversions.length === 0
      ? []
      : [`Quitting cancels a conversion, which then has to begin anew. Being written: ${conversions.join(', ')}`]),
  ].join('\n');
  return { type: 'question', message, detail, buttons: ['Stop and quit', 'Keep running'], defaultId: 1, cancelId: 1 };
}
