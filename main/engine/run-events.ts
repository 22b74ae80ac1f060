/** Thins out what a search tells: progress of trainings and of loading at most a few times a second, all else at once. */
import type { RunEvent } from '../../core/contract/events.ts';

/** Milliseconds between two tellings of the same progress. */
const pause = 250;

/** `now`: milliseconds. */
export function thinned(tell: (event: RunEvent) => void, now: () => number): (event: RunEvent) => void {
  const told = new Map<string, number>();
  const isDue = (key: string): boolean => {
    const time = now();
    if (time - (told.get(key) ?? Number.NEGATIVE_INFINITY) < pause) return false;
    told.set(key, time);
    return true;
  };
  return (event) => {
    if (event.type === 'training-progress') {
      if (isDue(event.id)) tell(event);
      return;
    }
    if (event.type === 'loading') {
      if (event.share >= 1 || isDue(event.part)) tell(event);
      return;
    }
    if (event.type === 'trained') told.delete(event.id);
    tell(event);
  };
}

/** Runs `act` at most once in `milliseconds`, and once more after the last call. */
export function throttled(act: () => void, milliseconds: number): { call(): void; end(): void } {
  let timer: NodeJS.Timeout | null = null;
  let again = false;
  const fire = (): void => {
    again = false;
    act();
    timer = setTimeout(() => {
      timer = null;
      if (again) fire();
    }, milliseconds);
    timer.unref();
  };
  return {
    call() {
      if (timer === null) fire();
      else again = true;
    },
    end() {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}
