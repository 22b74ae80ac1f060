/** What the cells of a map can be coloured by. */
import type { NetworkEliteView, PromptEliteView } from '../../core/contract/archives.ts';
import { type FitnessMeasure, plainFigure } from '../charts/figures.ts';
import { fitness as fitnessText, percent, si } from '../words/numbers.ts';
import type { ColourScheme } from './colour-scale.ts';

export interface Colouring<E> {
  readonly key: string;
  readonly label: string;
  readonly scheme: ColourScheme;
  readonly scale: 'linear' | 'log10';
  /** Null where the elite has none. */
  value(elite: E): number | null;
  show(value: number): string;
}

/** Scores are drawn in viridis, sizes in cividis, so that two maps side by side are not taken for the same measure. */
export function networkColourings(measure: FitnessMeasure): readonly Colouring<NetworkEliteView>[] {
  const scores = { scheme: 'viridis', scale: 'linear' } as const;
  const sizes = { scheme: 'cividis', scale: 'log10' } as const;
  return [
    {
      key: 'fitness',
      label: 'fitness',
      ...scores,
      value: (elite) => elite.fitness,
      show: (value) => fitnessText(value, measure),
    },
    { key: 'test-accuracy', label: 'test accuracy', ...scores, value: (elite) => elite.testAccuracy, show: percent },
    {
      key: 'generation',
      label: 'generation',
      ...scores,
      value: (elite) => elite.generation + 1,
      show: (value) => String(Math.round(value)),
    },
    {
      key: 'flops',
      label: 'FLOPs',
      ...sizes,
      value: (elite) => elite.measures.flops,
      show: (value) => si(value),
    },
    {
      key: 'params',
      label: 'parameters',
      ...sizes,
      value: (elite) => elite.measures.params,
      show: (value) => si(value),
    },
  ];
}

export const promptColourings: readonly Colouring<PromptEliteView>[] = [
  {
    key: 'fitness',
    label: 'fitness',
    scheme: 'viridis',
    scale: 'linear',
    value: (elite) => elite.fitness,
    show: plainFigure,
  },
  {
    key: 'curiosity',
    label: 'curiosity',
    scheme: 'cividis',
    scale: 'linear',
    value: (elite) => elite.curiosity,
    show: plainFigure,
  },
];
