/** The archive of networks and the archive of prompts, side by side. */
import './archive-pair.css';
import type { RunAddress } from '../../address.ts';
import { useShownArchives } from '../../state/shown-archives.ts';

export function ArchivePair({ address, large = false }: { readonly address: RunAddress; readonly large?: boolean }) {
  const archives = useShownArchives(address.run, address.generation);
  return (
    <div className={large ? 'archive-pair archive-pair-large' : 'archive-pair'}>
      <div className="panel">{archives?.networks.elites.length} networks</div>
      <div className="panel">{archives?.prompts.elites.length} prompts</div>
    </div>
  );
}
