/** A state as a dot and a word: the colour never says it alone. */
import './state-mark.css';
import type { ReactNode } from 'react';
import type { Tone } from '../words/states.ts';

export function StateMark({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={`state-mark state-mark-${tone}`}>
      <span className="state-mark-dot" />
      {children}
    </span>
  );
}
