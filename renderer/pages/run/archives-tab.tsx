/** Both archives as they stood after any generation. */
import './archives-tab.css';
import type { RunAddress } from '../../address.ts';
import { ArchivePair } from './archive-pair.tsx';
import { GenerationSlider } from './generation-slider.tsx';

export function ArchivesTab({ address }: { readonly address: RunAddress }) {
  return (
    <div className="archives-tab">
      <ArchivePair address={address} large />
      <GenerationSlider generation={address.generation} />
    </div>
  );
}
