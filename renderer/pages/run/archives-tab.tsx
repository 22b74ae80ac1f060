/** Both archives as they stood after any generation. */
import './archives-tab.css';
import type { RunAddress } from '../../address.ts';
import { useBox } from '../../frame/use-box.ts';
import { useShownArchives } from '../../state/shown-archives.ts';
import { GenerationSlider } from './generation-slider.tsx';
import { MapPanel } from './map-panel.tsx';
import { mapSide } from './map-side.ts';

export function ArchivesTab({ address }: { readonly address: RunAddress }) {
  const [box, { width, height }] = useBox<HTMLDivElement>();
  const archives = useShownArchives(address.run, address.generation);
  const side = mapSide(width / 2, height);
  return (
    <div className="archives-tab">
      <div className="archives-tab-maps" ref={box}>
        {width > 0 && (
          <>
            <MapPanel which="networks" archives={archives} selection={address.selection} maxSide={side} />
            <MapPanel which="prompts" archives={archives} selection={address.selection} maxSide={side} />
          </>
        )}
      </div>
      <GenerationSlider generation={address.generation} />
    </div>
  );
}
