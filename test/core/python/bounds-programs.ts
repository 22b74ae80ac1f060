/**
 * Programs that do much with little text, by kind, with their verdicts: `test/golden/python/bounds`. Each begins with a
 * line `## name | verdict | where`: code of `__init__` (after the layer) or of `forward`; a verdict is a kind of reason.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { inForward, inInit } from './hostile-programs.ts';
import { textPrograms } from './text-programs.ts';

export interface BoundsProgram {
  readonly kind: string;
  readonly name: string;
  readonly verdict: string;
  readonly text: string;
}

const folder = new URL('../../golden/python/bounds/', import.meta.url);

function programsOf(file: string): BoundsProgram[] {
  const whole = readFileSync(new URL(file, folder), 'utf8');
  return whole
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      const [name = '', verdict = '', where = ''] = part.slice(0, end).split(' | ');
      const code = part.slice(end + 1).trimEnd();
      if (where !== 'init' && where !== 'forward') throw new Error(`${file}: ${name} says neither init nor forward.`);
      const text = where === 'init' ? inInit(code) : inForward(code);
      return { kind: file.replace('.txt', ''), name, verdict, text };
    });
}

/** Programs of every kind. */
export function boundsPrograms(): BoundsProgram[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.txt'));
  return [...files.sort().flatMap(programsOf), ...textPrograms()];
}
