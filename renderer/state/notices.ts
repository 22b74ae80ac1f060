/** What a person must be told besides what the view shows: a failed action, a finished export. */
import { create } from 'zustand';
import { failureOf } from '../../core/failure.ts';

export interface Notice {
  readonly id: number;
  readonly tone: 'good' | 'bad';
  readonly title: string;
  readonly text: string;
  /** A folder or command that can be copied. */
  readonly copy: string | null;
}

interface Notices {
  readonly notices: readonly Notice[];
}

export const useNotices = create<Notices>(() => ({ notices: [] }));
const kept = 4;
let nextId = 0;

export function tell(tone: Notice['tone'], title: string, text: string, copy: string | null = null): void {
  const notice: Notice = { id: nextId++, tone, title, text, copy };
  useNotices.setState(({ notices }) => ({ notices: [...notices, notice].slice(-kept) }));
}

/** Tells of a failure: what could not be done, and the engine's sentence about why and what to do. */
export function tellFailure(title: string, error: unknown): void {
  tell('bad', title, failureOf(error).message);
}

export function dismiss(id: number): void {
  useNotices.setState(({ notices }) => ({ notices: notices.filter((notice) => notice.id !== id) }));
}
