/** What a run does now: both archives, what is written and trained, fitness over the generations, the newest candidates. */
import './live-tab.css';
import type { RunAddress } from '../../address.ts';
import { useBox } from '../../frame/use-box.ts';
import { useShownArchives } from '../../state/shown-archives.ts';
import { FitnessHistory } from './fitness-history.tsx';
import { MapPanel } from './map-panel.tsx';
import { mapSide } from './map-side.ts';
import { NewestList } from './newest-list.tsx';
import { NowPanel } from './now-panel.tsx';
import { OutcomePanel } from './outcome-panel.tsx';

/** Beside the maps there is room for what goes on. */
const wide = 1060;
const lowerShare = 0.3;
const lowerLeast = 216;
/** Between the maps and the list below them. */
const gap = 12;

export function LiveTab({ address }: { readonly address: RunAddress }) {
  const [box, { width, height }] = useBox<HTMLDivElement>();
  const archives = useShownArchives(address.run, address.generation);
  const isWide = width >= wide;
  const lower = Math.max(lowerLeast, Math.round(height * lowerShare));
  const side = mapSide(isWide ? (width - 324) / 2 : width / 2, height - lower - gap);
  const map = `minmax(0, ${side + 150}px)`;
  const grid = isWide
    ? { gridTemplateColumns: `${map} ${map} minmax(300px, 1fr)`, gridTemplateRows: `auto minmax(${lower}px, 1fr)` }
    : undefined;
  return (
    <div className={isWide ? 'live live-wide' : 'live'} ref={box} style={grid}>
      {width > 0 && (
        <>
          <MapPanel which="networks" archives={archives} selection={address.selection} maxSide={side} />
          <MapPanel which="prompts" archives={archives} selection={address.selection} maxSide={side} />
          <div className="live-status">
            <NowPanel run={address.run} selection={address.selection} />
            <OutcomePanel run={address.run} />
            <FitnessHistory generation={address.generation} />
          </div>
          <NewestList selection={address.selection} />
        </>
      )}
    </div>
  );
}
