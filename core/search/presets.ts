/**
 * The presets by name: which settings each changes from the paper's. `reference-code` follows what the authors'
 * published code does where it differs from their text.
 */
import { type Settings, type SettingsInput, settingsSchema } from './settings.ts';

export const presetNames = ['demo', 'laptop', 'paper', 'reference-code'] as const;
export type PresetName = (typeof presetNames)[number];

/** The paper leaves batch, normalisation and schedule open; these are ours for one machine without a large GPU. */
const modernRecipe = {
  batch: 128,
  learningRate: 0.02,
  momentum: 0.9,
  schedule: 'one-cycle',
  normalisation: 'per-channel',
  flip: true,
  crop: 4,
} as const;

/** The paper's FLOPs axis starts at 200 million, above all small networks; these cover what a laptop trains. */
const wideAxes = {
  axes: [
    { descriptor: 'widthToDepth', scale: 'log10', min: -0.5, max: 2.5 },
    { descriptor: 'flops', scale: 'log10', min: 4, max: 9 },
  ],
} as const;

const changes: Readonly<Record<PresetName, SettingsInput>> = {
  /**
   * Minutes on two cores, selection on a validation split, the test split for reports. Batches of 32, not 128: in so
   * few epochs the number of steps decides, and the cost is the same (measured: 6 to 14 points of accuracy).
   */
  demo: {
    generations: 6,
    offspring: 12,
    crossover: { networks: [2] },
    fitness: { measure: 'accuracy', split: 'validation' },
    networkArchive: wideAxes,
    promptArchive: { axis: 13 },
    validationImages: 1000,
    recipe: { ...modernRecipe, batch: 32, learningRate: 0.03, epochs: 2, trainImages: 5000 },
    budget: { params: 2e6, flops: 6e6, activationBytes: 2 ** 28, trainingFlops: 2e11 },
    trainer: { device: 'cpu' },
  },
  laptop: {
    generations: 20,
    offspring: 20,
    fitness: { measure: 'accuracy', split: 'validation' },
    networkArchive: wideAxes,
    promptArchive: { axis: 13 },
    validationImages: 2000,
    recipe: { ...modernRecipe, epochs: 10 },
    budget: { params: 10e6, flops: 200e6, activationBytes: 2 ** 30 },
  },
  /** The defaults of the schema are the paper's. */
  paper: {},
  'reference-code': {
    generations: 200,
    offspring: 40,
    initialisation: { promptIndividuals: 20 },
    operators: { mutation: 0.85, crossover: 0.15 },
    temperature: { minimum: 0.1 },
    curiosity: { creditTo: 'newcomer' },
    selection: { parents: 'best3-by-loss' },
    fitness: { measure: 'loss', split: 'test' },
    networkArchive: { normalise: false },
    promptArchive: { normalise: false, axis: 13, fitness: 'added' },
    failedChild: 'parent',
    reuseResults: false,
    inheritWeights: true,
    sampling: { maxTokens: 350 },
    recipe: { batch: 1 },
  },
};

/** Complete settings of each preset. */
export const presets: Readonly<Record<PresetName, Settings>> = {
  demo: settingsSchema.parse(changes.demo),
  laptop: settingsSchema.parse(changes.laptop),
  paper: settingsSchema.parse(changes.paper),
  'reference-code': settingsSchema.parse(changes['reference-code']),
};
