/** The niches of both archives as the settings want them: around centroids, in bins, or in a row a prompt. */
import { categoricalNiches } from '../archive/categorical-niches.ts';
import { centroidalVoronoi } from '../archive/centroids.ts';
import { cvtNiches } from '../archive/cvt-niches.ts';
import { gridNiches } from '../archive/grid-niches.ts';
import type { Niches } from '../archive/niches.ts';
import { randomStream } from '../random/stream.ts';

/** What the niches of a network archive depend on. */
export interface NetworkNicheSettings {
  readonly kind: 'cvt' | 'grid';
  /** One an axis; what they measure makes no difference. */
  readonly axes: readonly unknown[];
  readonly niches: number;
  readonly bins: readonly number[];
  readonly samples: number;
}

/** What the niches of a prompt archive depend on. */
interface PromptNicheSettings {
  readonly kind: 'cvt' | 'categorical';
  readonly niches: number;
  readonly bins: number;
  readonly samples: number;
  readonly axis: number;
}

export interface NicheSettings {
  readonly seed: number;
  readonly networkArchive: NetworkNicheSettings;
  readonly promptArchive: PromptNicheSettings;
}

/** Centroids [niches][d] of both archives, in the unit cube: what takes time. None where an archive is no CVT. */
export interface Centroids {
  readonly networks: readonly (readonly number[])[];
  readonly prompts: readonly (readonly number[])[];
}

/** The niches of both archives. */
export interface ArchiveNiches {
  readonly networks: Niches;
  readonly prompts: Niches;
}

/** Bins [d] of a grid from as many numbers, or from one for all axes. */
export function binsOf(bins: readonly number[], axes: number): number[] {
  return Array.from({ length: axes }, (_, axis) => bins[bins.length === 1 ? 0 : axis] ?? 1);
}

/** What is asked of a CVT. */
interface CentroidQuestion {
  readonly niches: number;
  readonly samples: number;
  readonly dimensions: number;
}

/** What must be made for these settings; null for an archive without centroids. */
export interface CentroidQuestions {
  readonly seed: number;
  readonly networkArchive: CentroidQuestion | null;
  readonly promptArchive: CentroidQuestion | null;
}

export function centroidQuestions({ seed, networkArchive, promptArchive }: NicheSettings): CentroidQuestions {
  const { niches, samples, axes } = networkArchive;
  return {
    seed,
    networkArchive: networkArchive.kind === 'cvt' ? { niches, samples, dimensions: axes.length } : null,
    promptArchive:
      promptArchive.kind === 'cvt'
        ? { niches: promptArchive.niches, samples: promptArchive.samples, dimensions: 2 }
        : null,
  };
}

/** @throws FailureError kind `usage` when there are fewer samples than niches */
export function centroidsOf(questions: CentroidQuestions): Centroids {
  const made = (name: 'networkArchive' | 'promptArchive'): number[][] => {
    const asked = questions[name];
    if (asked === null) return [];
    const random = randomStream(questions.seed, 'centroids', name);
    return centroidalVoronoi({ count: asked.niches, dimensions: asked.dimensions, samples: asked.samples, random });
  };
  return { networks: made('networkArchive'), prompts: made('promptArchive') };
}

function networkNiches({ kind, axes, bins }: NetworkNicheSettings, { networks }: Centroids): Niches {
  return kind === 'cvt' ? cvtNiches(networks) : gridNiches(binsOf(bins, axes.length));
}

function promptNiches({ kind, axis, bins }: PromptNicheSettings, { prompts }: Centroids): Niches {
  return kind === 'cvt' ? cvtNiches(prompts) : categoricalNiches(axis, [bins]);
}

/** @param centroids those that the settings give, where they are made already */
export function nichesOf(
  settings: NicheSettings,
  centroids: Centroids = centroidsOf(centroidQuestions(settings)),
): ArchiveNiches {
  return {
    networks: networkNiches(settings.networkArchive, centroids),
    prompts: promptNiches(settings.promptArchive, centroids),
  };
}

/** How many niches a network archive has, before any is made. */
export function networkNicheCount({ kind, niches, bins, axes }: NetworkNicheSettings): number {
  return kind === 'cvt' ? niches : binsOf(bins, axes.length).reduce((product, count) => product * count, 1);
}
