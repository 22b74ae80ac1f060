/** What a run does now: both archives, fitness over the generations, the newest candidates, and where the model fails. */
import './live-tab.css';
import type { RunAddress } from '../../address.ts';
import { ArchivePair } from './archive-pair.tsx';
import { FitnessHistory } from './fitness-history.tsx';
import { NewestList } from './newest-list.tsx';
import { NowStrip } from './now-strip.tsx';
import { OutcomeBar } from './outcome-bar.tsx';

export function LiveTab({ address }: { readonly address: RunAddress }) {
  return (
    <div className="live">
      <div className="live-top">
        <NowStrip run={address.run} selection={address.selection} />
        <OutcomeBar />
      </div>
      <div className="live-archives">
        <ArchivePair address={address} />
      </div>
      <div className="live-lower">
        <div className="panel live-history">
          <FitnessHistory />
        </div>
        <NewestList selection={address.selection} />
      </div>
    </div>
  );
}
