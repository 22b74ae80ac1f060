/**
 * How long a search will take and what it will leave on the disk, before it starts: arithmetic on its settings and on
 * what a few steps of two networks take on this machine. A range, since nobody knows which networks the model writes.
 */
import * as z from 'zod';
import { networkNicheCount } from './niches-of-archives.ts';
import type { Settings } from './settings.ts';

const rangeSchema = z.object({ low: z.number(), high: z.number() });

export type Range = z.infer<typeof rangeSchema>;

export const estimateSchema = z.object({
  /** Offspring that the model is asked for, and steps of one training. */
  networks: z.int(),
  steps: z.int(),
  /** Wall-clock seconds. */
  seconds: rangeSchema,
  /** Bytes of the run folder; the upper end with every niche filled by a network at the bound of parameters. */
  bytes: rangeSchema,
  /** What was measured here for it; null where the search is so short that nothing was. */
  measured: z
    .object({
      /** Seconds of one training: of a network as small as the initial one, and of one of six million FLOPs. */
      training: rangeSchema,
      workers: z.int(),
    })
    .nullable(),
  /** How it is known, in a sentence. */
  basis: z.string(),
  /** What would make the search smaller. */
  smaller: z.array(z.string()),
});

export type Estimate = z.infer<typeof estimateSchema>;

export interface Work {
  readonly networks: number;
  /** Of one training. */
  readonly steps: number;
}

/** `trainImages`: those of the dataset, the held-out ones counted. */
export function workOf(settings: Settings, trainImages: number): Work {
  const { generations, offspring, recipe, validationImages } = settings;
  const images = Math.min(recipe.trainImages ?? Number.POSITIVE_INFINITY, Math.max(0, trainImages - validationImages));
  return {
    networks: 1 + generations * offspring,
    steps: recipe.epochs * Math.max(1, Math.floor(images / recipe.batch)),
  };
}

/** Steps of a whole search, and images in them, that take minutes on any machine: nothing has to be measured to say so. */
const short = { steps: 200_000, images: 5e6 };

export function isShort(settings: Settings, trainImages: number): boolean {
  const { networks, steps } = workOf(settings, trainImages);
  return networks * steps <= short.steps && networks * steps * settings.recipe.batch <= short.images;
}

/** Multiply-accumulates of the larger of the two networks that are measured, for an image of 3 x 32 x 32. */
const largerFlops = 6e6;

export interface Speeds {
  /** Seconds of one step of the smaller network, and of the larger one. */
  readonly step: Range;
  /** Trainings at once. */
  readonly workers: number;
  /** Bytes of the model's file; null where another program serves it. */
  readonly modelBytes: number | null;
}

/** Bytes of its weights that a processor reads in a second while a model writes: from slow memory to fast. */
const bandwidth: Range = { low: 4e9, high: 40e9 };
/** Tokens of a network, where the answer is not cut short: the embedded model's are of 20 to 90. */
const tokensLow = 30;
/** Bytes of what is recorded of a candidate. */
const recorded: Range = { low: 8e3, high: 40e3 };

function writingSeconds({ sampling }: Settings, bytes: number | null): Range {
  if (bytes === null) return { low: 0, high: 0 };
  return {
    low: (Math.min(tokensLow, sampling.maxTokens) * bytes) / bandwidth.high,
    high: (sampling.maxTokens * bytes) / bandwidth.low,
  };
}

function bytesOf(settings: Settings, networks: number): Range {
  const { networkArchive, budget } = settings;
  const kept = Math.min(networkNicheCount(networkArchive), networks);
  return { low: networks * recorded.low, high: networks * recorded.high + 4 * kept * budget.params };
}

function smallerWords(settings: Settings, trainImages: number): string[] {
  const { generations, recipe } = settings;
  const images = 5000;
  return [
    ...(generations > 2 ? [`fewer generations (--set generations=${Math.ceil(generations / 4)})`] : []),
    ...(recipe.epochs > 2 ? [`fewer epochs (--set recipe.epochs=${Math.ceil(recipe.epochs / 5)})`] : []),
    ...(recipe.batch < 32 ? ['larger batches (--set recipe.batch=128)'] : []),
    ...((recipe.trainImages ?? trainImages) > images ? [`fewer images (--set recipe.trainImages=${images})`] : []),
    ...(isShort(settings, trainImages) ? [] : ['the preset demo, of minutes (--preset demo)']),
  ];
}

/**
 * From half of the offspring trainable, each as slow as the geometric mean of the two measured networks, to all of them
 * trained, each half as slow again as the larger one; a bound of FLOPs below that one's takes its share of it. Texts are
 * written beside the trainings, or before them.
 */
export function estimateOf(settings: Settings, trainImages: number, speeds: Speeds): Estimate {
  const { networks, steps } = workOf(settings, trainImages);
  const share = Math.min(1, settings.budget.flops / largerFlops);
  const small = steps * speeds.step.low;
  const large = Math.max(small, steps * speeds.step.high * share);
  const writing = writingSeconds(settings, speeds.modelBytes);
  const low = (0.5 * networks * Math.sqrt(small * large)) / speeds.workers;
  const high = (1.5 * networks * large) / speeds.workers;
  const served = speeds.modelBytes === null ? ' What the served model takes to write is not in it.' : '';
  return {
    networks,
    steps,
    seconds: {
      low: Math.max(low, networks * writing.low),
      high: high + networks * writing.high,
    },
    bytes: bytesOf(settings, networks),
    measured: { training: { low: small, high: large }, workers: speeds.workers },
    basis: `From a few steps of two networks measured here, the initial one's size and one of ${largerFlops / 1e6} million FLOPs; larger ones take longer. The progress line tells more once networks are trained.${served}`,
    smaller: smallerWords(settings, trainImages),
  };
}

/** For a search that takes minutes, of which nothing is measured. `workers`: trainings at once. */
export function shortEstimate(settings: Settings, trainImages: number, workers: number): Estimate {
  const { networks, steps } = workOf(settings, trainImages);
  return {
    networks,
    steps,
    // From a step of a small network on a quick core to the images of a large one on a slow core.
    seconds: {
      low: (0.5 * networks * steps * 5e-4) / workers,
      high: (1.5 * networks * steps * (2e-3 + 1e-3 * settings.recipe.batch)) / workers,
    },
    bytes: bytesOf(settings, networks),
    measured: null,
    basis: 'From the number of training steps alone: so few that nothing was measured.',
    smaller: [],
  };
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

/** In the largest unit of which there is more than one and a half. */
function amount(seconds: number): { readonly count: string; readonly unit: string } {
  const [unit, each] = units.find(([, size]) => seconds >= 1.5 * size) ?? (['second', 1] as const);
  const count = Math.max(1, Math.round(seconds / each));
  return { count: count.toLocaleString('en'), unit: count === 1 ? unit : `${unit}s` };
}

function size(bytes: number): string {
  if (bytes < 1e9) return `${Math.max(1, Math.round(bytes / 1e6))} MB`;
  return `${(bytes / 1e9).toPrecision(2)} GB`;
}

/** `about 3 to 25 days; 16 MB of disk, at most 20 GB`. */
export function estimateWords({ seconds, bytes }: Estimate): string {
  const [low, high] = [amount(seconds.low), amount(seconds.high)];
  const end = `${high.count} ${high.unit}`;
  const begin = low.unit === high.unit ? low.count : `${low.count} ${low.unit}`;
  const time = low.count === high.count && low.unit === high.unit ? end : `${begin} to ${end}`;
  return `about ${time}; ${size(bytes.low)} of disk, at most ${size(bytes.high)}`;
}
