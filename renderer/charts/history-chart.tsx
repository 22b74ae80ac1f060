/**
 * HistoryChart: a search over its generations: best fitness, QD score, filled niches, trainable share.
 * Props: {@link HistoryChartProps}, from `RunDetail`: `history`, `row.initial`, `row.niches`, `row.generations.planned`.
 */
import { useMemo } from 'react';
import type { HistoryEntry, RunRow } from '../../core/contract/runs.ts';
import { fitness as fitnessText, percent, whole } from '../words/numbers.ts';
import { ChartFrame } from './chart-frame.tsx';
import type { Column } from './data-table.tsx';
import { type FitnessMeasure, plainFigure, shortFigure, shortPercent } from './figures.ts';
import { LineChart } from './line-chart.tsx';
import type { DataPoint } from './line-geometry.ts';
import type { LinePanelData } from './line-panel.tsx';

export const historySeries = ['best', 'qdScore', 'filled', 'trainable'] as const;
export type HistorySeries = (typeof historySeries)[number];

export interface HistoryChartProps {
  readonly history: readonly HistoryEntry[];
  readonly initial: RunRow['initial'];
  /** Niches of the network archive. */
  readonly niches: number;
  /** Generations that there will be: the length of the axis. */
  readonly planned: number;
  readonly fitnessMeasure?: FitnessMeasure;
  readonly series?: readonly HistorySeries[];
  /** Generation shown elsewhere, from 0 as in the contract; marked here. */
  readonly generation?: number | null;
  readonly onGeneration?: (generation: number) => void;
  readonly title?: string;
  readonly fileName?: string;
  /** Least width of a series; as many stand beside each other as have room. CSS pixels. */
  readonly seriesWidth?: number;
  readonly seriesHeight?: number;
}

/** Generations are counted from 1 where a person reads them; 0 is the initial network's. */
function numberOf({ generation }: HistoryEntry): number {
  return generation + 1;
}

interface Shares {
  /** Of all offspring so far. */
  readonly total: number | null;
  /** Of this generation's alone. */
  readonly own: number | null;
}

function sharesOf(history: readonly HistoryEntry[], index: number): Shares {
  const entry = history[index];
  const before = history[index - 1];
  if (entry === undefined) return { total: null, own: null };
  const made = entry.generated - (before?.generated ?? 0);
  const good = entry.trainable - (before?.trainable ?? 0);
  return {
    total: entry.generated === 0 ? null : entry.trainable / entry.generated,
    own: made <= 0 ? null : good / made,
  };
}

interface HistoryRow {
  readonly entry: HistoryEntry;
  readonly shares: Shares;
}

function columnsOf(measure: FitnessMeasure): Column<HistoryRow>[] {
  const fitness = (value: number | null): string => (value === null ? '–' : fitnessText(value, measure));
  const share = (value: number | null): string => (value === null ? '–' : percent(value));
  return [
    { key: 'generation', label: 'generation', value: ({ entry }) => numberOf(entry) },
    {
      key: 'best',
      label: 'best fitness',
      align: 'right',
      value: ({ entry }) => entry.best?.fitness ?? null,
      show: ({ entry }) => fitness(entry.best?.fitness ?? null),
    },
    { key: 'network', label: 'best network', value: ({ entry }) => entry.best?.network ?? null, align: 'left' },
    {
      key: 'own',
      label: 'best of generation',
      align: 'right',
      value: ({ entry }) => entry.bestOfGeneration,
      show: ({ entry }) => fitness(entry.bestOfGeneration),
    },
    {
      key: 'qd',
      label: 'QD score',
      value: ({ entry }) => entry.qdScore,
      show: ({ entry }) => plainFigure(entry.qdScore),
    },
    { key: 'filled', label: 'filled niches', value: ({ entry }) => entry.filled },
    { key: 'prompts', label: 'filled prompt niches', value: ({ entry }) => entry.promptsFilled },
    { key: 'offspring', label: 'offspring', value: ({ entry }) => entry.generated },
    { key: 'trainable', label: 'trainable', value: ({ entry }) => entry.trainable },
    {
      key: 'share',
      label: 'trainable share',
      align: 'right',
      value: ({ shares }) => shares.total,
      show: ({ shares }) => share(shares.total),
    },
    { key: 'distinct', label: 'distinct networks', value: ({ entry }) => entry.distinct },
    { key: 'setAside', label: 'set aside', value: ({ entry }) => entry.setAside },
  ];
}

function panelsOf(rows: readonly HistoryRow[], props: HistoryChartProps): LinePanelData[] {
  const { initial, niches, fitnessMeasure = 'accuracy', series = historySeries } = props;
  const points = (value: (row: HistoryRow) => number | null): DataPoint[] =>
    rows.map((row) => [numberOf(row.entry), value(row) ?? Number.NaN]);
  const isAccuracy = fitnessMeasure === 'accuracy';
  const share = { low: 0, high: 1 };
  const all: Record<HistorySeries, LinePanelData> = {
    best: {
      key: 'best',
      title: 'Best fitness',
      line: points(({ entry }) => entry.best?.fitness ?? null),
      dots: points(({ entry }) => entry.bestOfGeneration),
      baseline:
        initial === null
          ? null
          : { y: initial.fitness, label: `initial ${fitnessText(initial.fitness, fitnessMeasure)}` },
      ...(isAccuracy ? { within: share } : {}),
      tick: (value) => (isAccuracy ? shortPercent(value) : shortFigure(value)),
      show: (value) => fitnessText(value, fitnessMeasure),
    },
    qdScore: {
      key: 'qdScore',
      title: 'QD score',
      line: points(({ entry }) => entry.qdScore),
      tick: shortFigure,
      show: plainFigure,
    },
    filled: {
      key: 'filled',
      title: 'Filled niches',
      line: points(({ entry }) => entry.filled),
      include: [0],
      tick: shortFigure,
      show: (value) => `${whole(value)} of ${whole(niches)}`,
    },
    trainable: {
      key: 'trainable',
      title: 'Trainable share',
      line: points(({ shares }) => shares.total),
      dots: points(({ shares }) => shares.own),
      include: [0, 1],
      within: share,
      tick: shortPercent,
      show: percent,
    },
  };
  return series.map((key) => all[key]);
}

export function HistoryChart(props: HistoryChartProps) {
  const { history, planned, fitnessMeasure = 'accuracy', generation = null, onGeneration } = props;
  const { title = 'Generations', fileName = 'generations', seriesWidth, seriesHeight } = props;
  const rows = useMemo(
    () => history.map((entry, index): HistoryRow => ({ entry, shares: sharesOf(history, index) })),
    [history],
  );
  const panels = panelsOf(rows, props);
  const xs = rows.map(({ entry }) => numberOf(entry));
  const rowAt = (x: number): HistoryRow | undefined => rows.find(({ entry }) => numberOf(entry) === x);
  return (
    <ChartFrame
      title={title}
      note="Dots: one generation alone"
      fileName={fileName}
      table={{
        columns: columnsOf(fitnessMeasure),
        rows,
        rowKey: ({ entry }) => String(entry.generation),
        selectedKey: generation === null ? null : String(generation),
        ...(onGeneration === undefined ? {} : { onSelect: ({ entry }: HistoryRow) => onGeneration(entry.generation) }),
        emptyText: 'No generation is complete yet.',
      }}
    >
      {rows.length === 0 ? (
        <p className="table-empty">No generation is complete yet.</p>
      ) : (
        <LineChart
          label="Generations of the search"
          panels={panels}
          xs={xs}
          xDomain={{ low: xs[0] ?? 0, high: Math.max(planned, xs.at(-1) ?? 0, (xs[0] ?? 0) + 1) }}
          xLabel="gen."
          titleOf={(x) => (x === 0 ? 'Initial network' : `Generation ${x}`)}
          rowsOf={(x) => {
            const row = rowAt(x);
            if (row === undefined) return [];
            const { entry, shares } = row;
            const fitness = (value: number | null): string =>
              value === null ? '–' : fitnessText(value, fitnessMeasure);
            return [
              ['best fitness', fitness(entry.best?.fitness ?? null)],
              ['best network', entry.best?.network ?? '–'],
              ['best of generation', fitness(entry.bestOfGeneration)],
              ['QD score', plainFigure(entry.qdScore)],
              ['filled niches', `${whole(entry.filled)} of ${whole(props.niches)}`],
              ['trainable', `${whole(entry.trainable)} of ${whole(entry.generated)}`],
              ['in this generation', shares.own === null ? '–' : percent(shares.own)],
            ];
          }}
          chosen={generation === null ? null : generation + 1}
          {...(seriesWidth === undefined ? {} : { panelWidth: seriesWidth })}
          {...(seriesHeight === undefined ? {} : { panelHeight: seriesHeight })}
          {...(onGeneration === undefined ? {} : { onChoose: (x: number) => onGeneration(x - 1) })}
        />
      )}
    </ChartFrame>
  );
}
