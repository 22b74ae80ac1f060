/**
 * NetworkArchiveMap: an archive of networks as a map of two of its axes.
 * Props: {@link NetworkArchiveMapProps}.
 */
import { useCallback, useMemo } from 'react';
import type { NetworkArchiveView, NetworkEliteView } from '../../core/contract/archives.ts';
import type { Column } from '../charts/data-table.tsx';
import { type FitnessMeasure, plainFigure } from '../charts/figures.ts';
import { bytes, fitness as fitnessText, percent, si } from '../words/numbers.ts';
import { ArchiveMap } from './archive-map.tsx';
import { networkColourings } from './colourings.ts';

export interface NetworkArchiveMapProps {
  readonly archive: NetworkArchiveView;
  readonly run: string;
  readonly generation: number;
  readonly title?: string;
  readonly selected: string | null;
  onSelect(id: string | null): void;
  /** Setting fitness.measure of the run. */
  readonly fitnessMeasure?: FitnessMeasure;
  readonly maxSide?: number;
}

function columnsOf(measure: FitnessMeasure): Column<NetworkEliteView>[] {
  return [
    { key: 'niche', label: 'niche', value: (elite) => elite.niche },
    { key: 'id', label: 'network', value: (elite) => elite.id, show: (elite) => <code>{elite.id}</code> },
    {
      key: 'fitness',
      label: 'fitness',
      value: (elite) => elite.fitness,
      show: (elite) => fitnessText(elite.fitness, measure),
    },
    {
      key: 'test',
      label: 'test accuracy',
      align: 'right',
      value: (elite) => elite.testAccuracy,
      show: (elite) => (elite.testAccuracy === null ? '–' : percent(elite.testAccuracy)),
    },
    {
      key: 'params',
      label: 'parameters',
      value: (elite) => elite.measures.params,
      show: (elite) => si(elite.measures.params),
    },
    {
      key: 'flops',
      label: 'FLOPs',
      value: (elite) => elite.measures.flops,
      show: (elite) => si(elite.measures.flops),
    },
    {
      key: 'activations',
      label: 'activation memory',
      value: (elite) => elite.measures.activationBytes,
      show: (elite) => bytes(elite.measures.activationBytes),
    },
    { key: 'width', label: 'width', value: (elite) => elite.measures.width },
    { key: 'depth', label: 'depth', value: (elite) => elite.measures.depth },
    { key: 'generation', label: 'generation', value: (elite) => elite.generation + 1 },
    { key: 'prompt', label: 'prompt', align: 'left', value: (elite) => elite.prompt },
    {
      key: 'temperature',
      label: 'temperature',
      align: 'right',
      value: (elite) => elite.temperature,
      show: (elite) => (elite.temperature === null ? '–' : plainFigure(elite.temperature)),
    },
  ];
}

export function NetworkArchiveMap(props: NetworkArchiveMapProps) {
  const { archive, run, generation, title = 'Networks', selected, onSelect } = props;
  const { fitnessMeasure = 'accuracy', maxSide } = props;
  const colourings = useMemo(() => networkColourings(fitnessMeasure), [fitnessMeasure]);
  const columns = useMemo(() => columnsOf(fitnessMeasure), [fitnessMeasure]);
  const describe = useCallback(
    ({ fitness, testAccuracy, measures, generation, prompt }: NetworkEliteView) =>
      [
        ['fitness', fitnessText(fitness, fitnessMeasure)],
        ['test accuracy', testAccuracy === null ? '–' : percent(testAccuracy)],
        ['parameters', si(measures.params)],
        ['FLOPs', si(measures.flops)],
        ['width / depth', `${measures.width} / ${measures.depth} = ${plainFigure(measures.widthToDepth)}`],
        ['activation memory', bytes(measures.activationBytes)],
        ['generation', generation < 0 ? 'initial network' : String(generation + 1)],
        ['prompt', prompt ?? '–'],
      ] as const,
    [fitnessMeasure],
  );
  return (
    <ArchiveMap
      title={title}
      archive={archive}
      run={run}
      generation={generation}
      colourings={colourings}
      selected={selected}
      onSelect={onSelect}
      describe={describe}
      columns={columns}
      fileName={`networks-generation-${generation + 1}`}
      {...(maxSide === undefined ? {} : { maxSide })}
    />
  );
}
