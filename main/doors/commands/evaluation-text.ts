/** The tables of `model evaluate` as text. */
import { definitions, type Figures, type Shares } from '../../llm/evaluation/figures.ts';
import { aligned } from '../terminal/aligned.ts';

const head = [
  'prompt',
  'n',
  'trainable',
  'followed',
  'differs',
  'distinct',
  'copies',
  'added',
  'new kinds',
  'new shapes',
];

function percent(share: number | null): string {
  return share === null ? '-' : `${(100 * share).toFixed(1)} %`;
}

function cells(name: string, row: Shares): string[] {
  const { n, trainable, followed, differs, distinct, copies, added, newKinds, newShapes } = row;
  const shares = [trainable, followed, differs, distinct, copies, added, newKinds, newShapes];
  return [name, String(n), ...shares.map(percent)];
}

function reasonWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

const shownReasons = 8;

/** One table: all completions of a group at a temperature, then prompt by prompt. */
export function tableOf(group: string, temperature: number, figures: Figures): string[] {
  const { n, tokens, seconds, tokensPerSecond, novelty, niches } = figures;
  const rows = [
    [...head, 'tokens', 'seconds'],
    [...cells('all', figures), String(tokens), seconds.toFixed(1)],
    [...cells('all, repaired', figures.withRepair), '', ''],
    ...figures.byPrompt
      .filter((row) => row.n > 0)
      .map((row) => [...cells(row.prompt, row), String(row.tokens), row.seconds.toFixed(1)]),
  ];
  const reasons = figures.reasons.slice(0, shownReasons);
  return [
    `${group}, temperature ${temperature}: ${n} completions, ${Math.round(tokensPerSecond)} tokens/s`,
    ...aligned(rows, 1).split('\n'),
    ...(novelty === null
      ? []
      : [
          `in no parent: ${novelty.kinds.length} kinds (${novelty.kinds.join(', ') || 'none'}), ${novelty.shapes} layers by shape`,
        ]),
    ...(niches === null ? [] : [`niches of the archive filled: ${niches.filled} of ${niches.of}`]),
    ...(reasons.length > 0 ? [`not trainable: ${reasonWords(figures.byReason)}`] : []),
    ...reasons.map((reason) => `  ${reason.count} x ${reason.kind}: ${reason.message}`),
  ];
}

/** What every column means. */
export function definitionLines(): string[] {
  const lines = Object.entries(definitions).map(([name, meaning]) => `  ${name}: ${meaning}`);
  return ['What the columns mean', ...lines];
}
