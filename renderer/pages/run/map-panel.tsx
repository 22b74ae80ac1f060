/** One of the two archives of the open run, in its panel. */

import type { Archives } from '../../../core/contract/archives.ts';
import { NetworkArchiveMap } from '../../archives/network-archive-map.tsx';
import { PromptArchiveMap } from '../../archives/prompt-archive-map.tsx';
import { select } from '../../state/address-bar.ts';
import { useFitnessMeasure } from '../../state/run-settings.ts';
import './map-panel.css';

interface MapPanelProps {
  readonly which: 'networks' | 'prompts';
  /** Null until they are read. */
  readonly archives: Archives | null;
  readonly selection: string | null;
  /** Largest side of the map in CSS pixels. */
  readonly maxSide: number;
}

export function MapPanel({ which, archives, selection, maxSide }: MapPanelProps) {
  const fitnessMeasure = useFitnessMeasure();
  if (archives === null) {
    return <div className="panel map-panel muted">Reading the archive…</div>;
  }
  return (
    <div className="panel map-panel">
      {which === 'networks' ? (
        <NetworkArchiveMap
          archive={archives.networks}
          run={archives.run}
          generation={archives.generation}
          selected={selection}
          onSelect={select}
          fitnessMeasure={fitnessMeasure}
          maxSide={maxSide}
        />
      ) : (
        <PromptArchiveMap archives={archives} selected={selection} onSelect={select} maxSide={maxSide} />
      )}
    </div>
  );
}
