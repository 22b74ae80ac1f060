/**
 * PromptArchiveMap: the archive of prompt individuals as a map, prompt against temperature.
 * Props: {@link PromptArchiveMapProps}. An individual is named by the candidate whose making put it there.
 */
import type { Archives, PromptEliteView } from '../../core/contract/archives.ts';
import type { Column } from '../charts/data-table.tsx';
import { plainFigure } from '../charts/figures.ts';
import { ArchiveMap } from './archive-map.tsx';
import { promptColourings } from './colourings.ts';

export interface PromptArchiveMapProps {
  readonly archives: Archives;
  readonly selected: string | null;
  onSelect(id: string | null): void;
  readonly maxSide?: number;
}

const columns: readonly Column<PromptEliteView>[] = [
  { key: 'niche', label: 'niche', value: (elite) => elite.niche },
  { key: 'id', label: 'from network', value: (elite) => elite.id, show: (elite) => <code>{elite.id}</code> },
  { key: 'prompt', label: 'prompt', align: 'left', value: (elite) => elite.prompt },
  {
    key: 'temperature',
    label: 'temperature',
    align: 'right',
    value: (elite) => elite.temperature,
    show: (elite) => (elite.temperature === null ? '–' : plainFigure(elite.temperature)),
  },
  { key: 'fitness', label: 'fitness', value: (elite) => elite.fitness, show: (elite) => plainFigure(elite.fitness) },
  {
    key: 'curiosity',
    label: 'curiosity',
    value: (elite) => elite.curiosity,
    show: (elite) => plainFigure(elite.curiosity),
  },
  { key: 'generation', label: 'generation', value: (elite) => elite.generation + 1 },
];

function describe({ prompt, temperature, fitness, curiosity, generation }: PromptEliteView) {
  return [
    ['prompt', prompt ?? '–'],
    ['temperature', temperature === null ? '–' : plainFigure(temperature)],
    ['fitness', plainFigure(fitness)],
    ['curiosity', plainFigure(curiosity)],
    ['generation', String(generation + 1)],
  ] as const;
}

export function PromptArchiveMap({ archives, selected, onSelect, maxSide }: PromptArchiveMapProps) {
  const { prompts } = archives;
  return (
    <ArchiveMap
      title="Prompts"
      archive={prompts}
      run={archives.run}
      generation={archives.generation}
      colourings={promptColourings}
      selected={selected}
      onSelect={onSelect}
      describe={describe}
      columns={columns}
      fileName={`prompts-generation-${archives.generation + 1}`}
      {...(maxSide === undefined ? {} : { maxSide })}
    />
  );
}
