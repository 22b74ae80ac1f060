/** What became of the offspring of each prompt, as a table. */
import type { PromptFigures } from '../../../core/search/prompt-figures.ts';
import { aligned } from './aligned.ts';
import { duration, percent } from './colour.ts';

const head = [
  'prompt',
  'offspring',
  'trainable',
  'as written',
  'with repair',
  'followed',
  'distinct',
  'copies',
  'added',
];

function reasonsText(byReason: PromptFigures['byReason']): string {
  return Object.entries(byReason)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

/** `repair`: the run's setting. Without it the share with repair is what would be accepted, not what was trained. */
function cells(row: PromptFigures, repair: boolean): string[] {
  const { offspring, trainable, asWritten, repairable, followed, distinct, copies, added } = row;
  const share = (count: number): string => percent(count / offspring);
  return [
    row.prompt,
    String(offspring),
    share(trainable),
    share(asWritten),
    repair || repairable === 0 ? share(trainable) : `<= ${share(trainable + repairable)}`,
    followed === null ? 'unknown' : share(followed),
    share(distinct),
    share(copies),
    share(added),
    String(row.tokens),
    duration(row.seconds),
    reasonsText(row.byReason),
  ];
}

/** One line for each prompt that has offspring; none where none has. */
export function promptFiguresText(rows: readonly PromptFigures[], repair: boolean): string[] {
  const tried = rows.filter(({ offspring }) => offspring > 0);
  if (tried.length === 0) return [];
  return aligned([[...head, 'tokens', 'seconds', 'not trainable'], ...tried.map((row) => cells(row, repair))], 1)
    .split('\n')
    .map((line) => `  ${line}`);
}
