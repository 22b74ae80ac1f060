/**
 * Both archives as the recorded insertions made them. Read from what each step recorded, not made anew by today's rules:
 * a run saved by an earlier version shows what it found then. (`runs verify` makes them anew.)
 */
import { type ClipCount, countClipped, type Scored } from '../../core/archive/archive.ts';
import { NicheMap } from '../../core/archive/niche-map.ts';
import type { CandidateRecord, Inserted, Placement } from '../../core/search/candidate.ts';
import { highest, type PromptScores, scoreAfter } from '../../core/search/prompt-scores.ts';
import type { Settings } from '../../core/search/settings.ts';
import { fitnessOfRecord } from './outcomes.ts';

/** An elite by its niche; of a prompt individual also its curiosity. */
export interface RecordedElite {
  readonly niche: number;
  /** That of the network; of a prompt individual the one that it entered with. */
  readonly fitness: number;
  readonly record: CandidateRecord;
  readonly placement: Placement;
  readonly curiosity: number;
}

export interface RecordedArchive extends Scored<RecordedElite> {
  /** By niche, in order of the niches. */
  readonly elites: NicheMap<RecordedElite>;
  /** By axis. */
  readonly clipped: readonly ClipCount[];
}

/** Both archives, and what prompts have earned. */
export interface RecordedArchives {
  readonly networks: RecordedArchive;
  readonly prompts: RecordedArchive;
  readonly scores: PromptScores;
}

/** After one generation; -1 is the initial network's. */
export interface GenerationEnd extends RecordedArchives {
  readonly generation: number;
  /** Null where it was trained without a result. */
  readonly initialFitness: number | null;
}

const empty: RecordedArchive = { elites: NicheMap.empty(), clipped: [] };

/** Before anything is inserted. */
export const beginning: GenerationEnd = {
  generation: -2,
  networks: empty,
  prompts: empty,
  scores: { scores: new Map(), previousBest: null },
  initialFitness: null,
};

const noClips: ClipCount = { below: 0, above: 0 };

function placed(
  { elites, clipped }: RecordedArchive,
  record: CandidateRecord,
  placement: Placement,
  fitness: number,
): RecordedArchive {
  const { niche, descriptors } = placement;
  const counts = clipped.length === 0 ? descriptors.map(() => noClips) : clipped;
  return {
    elites: placement.added ? elites.with(niche, { niche, fitness, record, placement, curiosity: 0 }) : elites,
    clipped: countClipped(counts, placement.clipped, descriptors),
  };
}

function credited(archive: RecordedArchive, niche: number, credit: number): RecordedArchive {
  const elite = archive.elites.get(niche);
  if (elite === undefined || credit === 0) return archive;
  return { ...archive, elites: archive.elites.with(niche, { ...elite, curiosity: elite.curiosity + credit }) };
}

/** The settings that say what a record means. */
interface Rules {
  readonly curiosity: Pick<Settings['curiosity'], 'creditTo'>;
  readonly promptArchive: Pick<Settings['promptArchive'], 'fitness'>;
}

/**
 * A recorded credit was given to the individual that was selected while it was still there, before the newcomer came, or
 * to the newcomer: setting curiosity.creditTo.
 */
function promptsAfter(
  { creditTo }: Rules['curiosity'],
  before: RecordedArchive,
  record: CandidateRecord,
  { prompt, credit }: Inserted,
  fitness: number,
): RecordedArchive {
  const selected = record.proposed.selectedNiche;
  const known = creditTo === 'selected' && selected !== null ? credited(before, selected, credit) : before;
  if (prompt === null) return known;
  const entered = placed(known, record, prompt, fitness);
  return creditTo === 'newcomer' && prompt.added ? credited(entered, prompt.niche, credit) : entered;
}

/** The archives after one recorded insertion; what a generation has to beat stays as it is. */
export function afterInsertion(rules: Rules, before: RecordedArchives, record: CandidateRecord): RecordedArchives {
  const { inserted, proposed } = record;
  if (inserted === null) return before;
  const { fitness, network } = inserted;
  const prompt = proposed.operator === 'mutation' ? proposed.individual?.prompt : undefined;
  let { scores } = before;
  let earned = 0;
  // The score is not recorded; it follows from the fitnesses in the order of insertion.
  if (prompt !== undefined && fitness !== null) {
    earned = scoreAfter(scores, prompt, fitness);
    scores = { ...scores, scores: new Map(scores.scores).set(prompt, earned) };
  }
  const promptFitness = rules.promptArchive.fitness === 'collective' ? earned : network?.added === true ? 1 : 0;
  return {
    // Nothing enters without a fitness; `runs verify` names a record that says so.
    networks:
      network === null || (network.added && fitness === null)
        ? before.networks
        : placed(before.networks, record, network, fitness ?? 0),
    prompts: promptsAfter(rules.curiosity, before.prompts, record, inserted, promptFitness),
    scores,
  };
}

/**
 * The archives after a generation.
 * `records`: its candidates in order of their index, each with its insertion recorded.
 */
export function afterGeneration(
  rules: Rules,
  before: GenerationEnd,
  generation: number,
  records: readonly CandidateRecord[],
): GenerationEnd {
  const { scores, ...archives } = records.reduce<RecordedArchives>(
    (after, record) => afterInsertion(rules, after, record),
    before,
  );
  const best = highest(records.map(fitnessOfRecord));
  const initialFitness = generation < 0 ? best : before.initialFitness;
  return {
    generation,
    networks: archives.networks,
    prompts: archives.prompts,
    scores: { ...scores, previousBest: best ?? initialFitness },
    initialFitness,
  };
}
