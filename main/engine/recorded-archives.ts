/**
 * Both archives as the recorded insertions made them, generation by generation. Read from what each step recorded, not
 * made anew by today's rules: a run saved by an earlier version shows what it found then. (`runs verify` makes them anew.)
 */
import { type ClipCount, countClipped } from '../../core/archive/archive.ts';
import { NicheMap } from '../../core/archive/niche-map.ts';
import type { CandidateRecord, Placement } from '../../core/search/candidate.ts';

/** An elite by its niche; of a prompt individual also its curiosity. */
export interface RecordedElite {
  readonly niche: number;
  readonly record: CandidateRecord;
  readonly placement: Placement;
  readonly curiosity: number;
}

export interface RecordedArchive {
  /** By niche, in order of the niches. */
  readonly elites: NicheMap<RecordedElite>;
  /** By axis. */
  readonly clipped: readonly ClipCount[];
}

/** After one generation; -1 is the initial network's. */
export interface GenerationEnd {
  readonly generation: number;
  readonly networks: RecordedArchive;
  readonly prompts: RecordedArchive;
}

const empty: RecordedArchive = { elites: NicheMap.empty(), clipped: [] };

/** Before anything is inserted. */
export const beginning: GenerationEnd = { generation: -2, networks: empty, prompts: empty };

const noClips: ClipCount = { below: 0, above: 0 };

/** An archive that is being filled; `end` gives it as a value. */
function filling({ elites, clipped }: RecordedArchive) {
  let held = elites;
  let counts = clipped;
  return {
    place(record: CandidateRecord, placement: Placement | null): void {
      if (placement === null) return;
      const { niche, descriptors } = placement;
      const known = counts.length === 0 ? descriptors.map(() => noClips) : counts;
      counts = countClipped(known, placement.clipped, descriptors);
      if (placement.added) held = held.with(niche, { niche, record, placement, curiosity: 0 });
    },
    credit(niche: number, credit: number): void {
      const elite = held.get(niche);
      if (elite !== undefined) held = held.with(niche, { ...elite, curiosity: elite.curiosity + credit });
    },
    end: (): RecordedArchive => ({ elites: held, clipped: counts }),
  };
}

/**
 * The archives after a generation.
 * `records`: its candidates in order of their index, each with its insertion recorded.
 * `creditTo`: setting curiosity.creditTo; it says whose curiosity a recorded credit is.
 */
export function afterGeneration(
  before: GenerationEnd,
  generation: number,
  records: readonly CandidateRecord[],
  creditTo: 'selected' | 'newcomer',
): GenerationEnd {
  const networks = filling(before.networks);
  const prompts = filling(before.prompts);
  for (const record of records) {
    const { inserted, proposed } = record;
    if (inserted === null) continue;
    networks.place(record, inserted.network);
    const selected = proposed?.selectedNiche ?? null;
    // A recorded credit was given to the individual that was selected while it was still there: before the newcomer.
    if (creditTo === 'selected' && inserted.credit !== 0 && selected !== null)
      prompts.credit(selected, inserted.credit);
    prompts.place(record, inserted.prompt);
    if (creditTo === 'newcomer' && inserted.prompt?.added === true)
      prompts.credit(inserted.prompt.niche, inserted.credit);
  }
  return { generation, networks: networks.end(), prompts: prompts.end() };
}
