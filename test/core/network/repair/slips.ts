/** Texts with common slips, which repairs they need, and which lines these change. Written by hand. */
import { readFileSync } from 'node:fs';

export interface Slip {
  readonly name: string;
  /** Kinds of the repairs in order. */
  readonly kinds: readonly string[];
  readonly text: string;
  /** Changed lines, `- ` or `+ ` in front. */
  readonly changes: readonly string[];
}

export function readSlips(): Slip[] {
  const parts = readFileSync(new URL('slips.txt', import.meta.url), 'utf8')
    .split(/^# --- (.+)\n/m)
    .slice(1);
  const slips: Slip[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [title = '', body = ''] = parts.slice(i, i + 2);
    const [name = '', kinds = ''] = title.split(' | ');
    const [text = '', changes = ''] = body.split('# =>\n');
    slips.push({ name, kinds: kinds.split(' '), text, changes: changes.trimEnd().split('\n') });
  }
  return slips;
}
