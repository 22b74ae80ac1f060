/**
 * Choices of a search that do not depend on its strategy: one field a choice, its default the paper's (preset `paper`),
 * its sentence the documentation. Presets and `--set path=value` change these fields and nothing else.
 */
import * as z from 'zod';
import { placeSchema } from '../names.ts';
import { deviceChoices, deviceSentences, noSuchDevice } from '../training/devices/table.ts';
import { recipeSchema } from '../training/recipe.ts';
import { axesSchema } from './descriptors/axes.ts';
import { paperAxes, withListedAxes } from './descriptors/named-axes.ts';
import { profileSchema } from './model-profile.ts';
import { binsOf } from './niches-of-archives.ts';

/** Whether a model is asked through its chat template; `auto` decides by what its file says. */
export const chatChoices = ['auto', 'on', 'off'] as const;

export type ChatChoice = (typeof chatChoices)[number];

/** Whether texts are a function of their seeds, or of everything that is written beside them too. */
export const generationModes = ['reproducible', 'fast'] as const;

export type GenerationMode = (typeof generationModes)[number];

/** Niches of an archive at most: what a page can still draw. */
const mostNiches = 100_000;

const niches = z
  .int()
  .min(1)
  .max(mostNiches)
  .default(100)
  .describe('Cells of a CVT archive: its centroids. A grid has as many as its bins make.');
const samples = z
  .int()
  .min(1)
  .max(10_000_000)
  .default(25_000)
  .describe('Uniform points from which k-means makes the centroids of a CVT.');
const normalise = z
  .boolean()
  .default(true)
  .describe('Scale descriptors to [0, 1] and clip them; false compares raw values with the centroids.');

const initialisation = z.strictObject({
  networks: z
    .int()
    .min(1)
    .default(10)
    .describe('Operators begin once the network archive holds so many; before, every offspring is a random mutation.'),
  promptIndividuals: z
    .int()
    .min(1)
    .default(10)
    .describe('Operators begin as well once the prompt archive holds so many.'),
});

const operators = z
  .strictObject({
    mutation: z.number().min(0).default(0.7).describe('Weight of mutation when an operator is drawn.'),
    crossover: z.number().min(0).default(0.3).describe('Weight of crossover when an operator is drawn.'),
    drawnPer: z
      .enum(['generation', 'offspring'])
      .default('generation')
      .describe('Whether one draw decides for a whole generation, as in the paper, or each offspring draws its own.'),
  })
  .refine((weights) => weights.mutation + weights.crossover > 0, {
    error: 'mutation and crossover cannot both be 0',
    path: ['mutation'],
  });

const temperature = z
  .strictObject({
    initial: z.number().min(0).max(2).default(0.6).describe('Sampling temperature of a randomly drawn prompt.'),
    mutationRange: z
      .number()
      .min(0)
      .default(0.1)
      .describe('A mutated temperature moves by a uniform draw between minus and plus this.'),
    mutatedShare: z.number().min(0).max(1).default(0.5).describe('Share of mutations whose temperature is mutated.'),
    step: z
      .number()
      .min(0)
      .default(0.05)
      .describe("Change of an individual's temperature: up when its offspring reaches the previous best, else down."),
    crossover: z.number().min(0).max(2).default(0.7).describe('Sampling temperature of crossover.'),
    minimum: z.number().min(0).default(0).describe('Temperatures are clamped to at least this; 0 samples greedily.'),
    maximum: z.number().positive().default(1).describe("Temperatures are clamped to at most this; the axis' length."),
  })
  .refine((range) => range.maximum > range.minimum, { error: 'maximum must exceed minimum', path: ['maximum'] });

const curiosity = z.strictObject({
  added: z.number().default(1).describe('Curiosity when the offspring enters the network archive.'),
  notAdded: z.number().default(-0.5).describe('Curiosity when the offspring was trained but not added.'),
  untrainable: z.number().default(-1).describe('Curiosity when the offspring is no trainable network.'),
  creditTo: z
    .enum(['selected', 'newcomer'])
    .default('selected')
    .describe(
      'Who is credited: the individual that was selected, so that curiosity accumulates, or once the newcomer made from it.',
    ),
});

const selection = z.strictObject({
  curiousShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('Share of mutations whose prompt individual is the most curious; the others draw prompts at random.'),
  parents: z
    .enum(['random', 'best3-by-loss'])
    .default('random')
    .describe('Parent of a mutation: any elite alike, or one of the three elites of lowest loss.'),
});

const crossover = z.strictObject({
  parents: z
    .int()
    .min(1)
    .default(10)
    .describe('Random networks of a crossover generation; offspring are shared evenly.'),
  networks: z
    .array(z.int().min(2).max(3))
    .min(1)
    .default([2, 3])
    .describe('How many networks a crossover shows, itself counted; with several entries one is drawn at random.'),
});

const fitness = z.strictObject({
  measure: z.enum(['accuracy', 'loss']).default('accuracy').describe('Accuracy, or minus the mean cross-entropy loss.'),
  split: z.enum(['test', 'validation']).default('test').describe('Images on which fitness is measured.'),
});

const networkArchive = z.preprocess(
  withListedAxes,
  z
    .strictObject({
      kind: z
        .enum(['cvt', 'grid'])
        .default('cvt')
        .describe('How descriptor space is divided: around centroids of about equal cells (cvt), or in bins (grid).'),
      axes: axesSchema
        .prefault(paperAxes)
        .describe('What makes networks different, two axes or more: {"descriptor", "scale", "min", "max"} each.'),
      niches,
      bins: z
        .array(z.int().min(1).max(mostNiches))
        .min(1)
        .default([10])
        .describe('Bins of a grid: one number for each axis, or one for all.'),
      samples,
      normalise,
      qdOffset: z.number().default(0).describe('Subtracted from each fitness before the QD score sums them.'),
    })
    .superRefine(({ kind, axes, bins, normalise: scales }, context) => {
      if (kind === 'cvt') return;
      if (bins.length !== 1 && bins.length !== axes.length) {
        const message = `${axes.length} axes need ${axes.length} numbers of bins, or one for all`;
        context.addIssue({ code: 'custom', path: ['bins'], message });
      }
      if (binsOf(bins, axes.length).reduce((product, count) => product * count, 1) > mostNiches) {
        context.addIssue({ code: 'custom', path: ['bins'], message: `these make more than ${mostNiches} cells` });
      }
      if (!scales)
        context.addIssue({ code: 'custom', path: ['normalise'], message: 'a grid needs scaled descriptors' });
    }),
);

const promptArchive = z
  .strictObject({
    kind: z
      .enum(['cvt', 'categorical'])
      .default('cvt')
      .describe(
        'How prompts and temperatures are divided: around centroids, as in the paper (cvt), or a row of bins of temperature for each prompt (categorical).',
      ),
    niches,
    bins: z.int().min(1).max(1000).default(10).describe("Bins of temperature in each prompt's row (categorical)."),
    samples,
    normalise,
    axis: z
      .int()
      .min(1)
      .default(16)
      .describe('Length of the axis of prompts, which are numbered from 0; with rows, how many there are.'),
    fitness: z
      .enum(['collective', 'added'])
      .default('collective')
      .describe(
        "An individual's fitness: its prompt's running score, or 1 when its offspring was added to the networks.",
      ),
  })
  .superRefine(({ kind, axis, bins, normalise: scales }, context) => {
    if (kind === 'cvt') return;
    if (axis * bins > mostNiches) {
      context.addIssue({ code: 'custom', path: ['bins'], message: `these make more than ${mostNiches} cells` });
    }
    if (!scales) context.addIssue({ code: 'custom', path: ['normalise'], message: 'rows need scaled descriptors' });
  });

const sampling = z.strictObject({
  maxTokens: z.int().min(1).default(512).describe('Tokens that the model may write for one network.'),
  grammarTokens: z
    .int()
    .min(1)
    .default(640)
    .describe(
      'The same where a grammar holds the answer, if maxTokens is less: its networks are longer, and one that is cut off is lost.',
    ),
  topP: z.number().gt(0).max(1).default(1).describe('Nucleus sampling: the share of probability kept; 1 is off.'),
  topK: z.int().min(0).default(0).describe('Tokens kept for sampling; 0 is off.'),
  minP: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Tokens less likely than this share of the likeliest one are never drawn; 0 is off.'),
  repetitionPenalty: z
    .number()
    .min(1)
    .max(10)
    .default(1)
    .describe('Makes each of the last 64 tokens less likely to come again; 1 is off.'),
  retries: z.int().min(0).default(2).describe('Further tries after a fault of the model before it is set aside.'),
});

const generation = z.strictObject({
  mode: z
    .enum(generationModes)
    .default('reproducible')
    .describe(
      'reproducible: one offspring at a time, so that the same seed gives the same search. fast: several at once, so that the sums of one round otherwise with what runs beside it; such a run is not reproducible.',
    ),
  parallel: z
    .int()
    .min(1)
    .max(64)
    .default(8)
    .describe('Offspring that the model writes at once in fast mode; fewer where memory is short.'),
  threads: z
    .int()
    .min(1)
    .max(1024)
    .nullable()
    .default(null)
    .describe('Threads of the language model; null takes those that a measured trial found best here.'),
});

const budget = z.strictObject({
  params: z.number().positive().default(50e6).describe('Largest number of parameters of a network.'),
  flops: z.number().positive().default(5e9).describe('Largest number of multiply-accumulates for one image.'),
  activationBytes: z
    .number()
    .positive()
    .default(2 ** 31)
    .describe('Largest memory of the activations of one training step: bytes of one image times the batch.'),
  trainingFlops: z
    .number()
    .positive()
    .nullable()
    .default(null)
    .describe('Largest cost of a training, 3 x FLOPs x images x epochs; null sets no limit.'),
});

const trainer = z.strictObject({
  device: z
    .enum(deviceChoices, { error: ({ input }) => (typeof input === 'string' ? noSuchDevice(input) : undefined) })
    .default('auto')
    .describe(`Where networks are trained. ${deviceSentences}`),
  workers: z.int().min(1).nullable().default(null).describe('Trainings at once; null lets the machine decide.'),
  threads: z.int().min(1).nullable().default(null).describe('Threads of one training; null lets the machine decide.'),
  retries: z
    .int()
    .min(0)
    .default(1)
    .describe('Further tries after a fault of a training, besides those of the trainer, before it is set aside.'),
});

const served = z.strictObject({
  allowRemote: z
    .boolean()
    .default(false)
    .describe('Whether a model may be at an address outside this machine: every prompt is then sent there.'),
  silence: z
    .number()
    .positive()
    .max(86_400)
    .default(300)
    .describe('Seconds that a server may say nothing, while it loads its model or reads a prompt.'),
  longest: z.number().positive().max(86_400).default(3600).describe('Seconds that one answer may take.'),
  retries: z
    .int()
    .min(0)
    .max(100)
    .default(4)
    .describe('Further tries, each after a longer pause, when a server cannot be reached; then the run stops, saved.'),
});

/** In the order in which a person reads them. */
export const commonSettingsShape = {
  seed: z.int().min(0).default(1).describe('All random draws of the run are derived from it.'),
  generations: z.int().min(0).default(20).describe('Generations after the initial network.'),
  offspring: z.int().min(1).max(100_000).default(100).describe('Networks generated in a generation.'),
  initialisation: initialisation.prefault({}).describe('When the search leaves its random beginning.'),
  operators: operators.prefault({}).describe('Mutation and crossover.'),
  temperature: temperature.prefault({}).describe('Sampling temperatures and how they change.'),
  curiosity: curiosity.prefault({}).describe('Credits of prompt individuals.'),
  selection: selection.prefault({}).describe('Who is chosen for a mutation.'),
  crossover: crossover.prefault({}).describe('Who is chosen for a crossover.'),
  insert: z
    .enum(['all', 'best-of-generation'])
    .default('all')
    .describe('Which offspring try to enter the archives: each, or only the best of the generation.'),
  fitness: fitness.prefault({}).describe('What makes a network better than another.'),
  networkArchive: networkArchive.prefault({}).describe('The archive of networks.'),
  promptArchive: promptArchive.prefault({}).describe('The archive of prompts and temperatures.'),
  failedChild: z
    .enum(['refuse', 'parent'])
    .default('refuse')
    .describe('A child that is no valid network counts as untrainable, or its parent silently stands in for it.'),
  repair: z
    .boolean()
    .default(false)
    .describe(
      'Common slips in a generated text (sizes, a missing flatten, an unfinished line, imports) are repaired, or count as written.',
    ),
  reuseResults: z
    .boolean()
    .default(true)
    .describe('A network that computes the same as an earlier one gets its result instead of a training.'),
  inheritWeights: z
    .boolean()
    .default(false)
    .describe("Start training from the parent's weights where names and shapes agree."),
  pauseAfterFaults: z
    .int()
    .min(1)
    .nullable()
    .default(5)
    .describe(
      'The run stops, to be resumed, when faults of one part set aside so many candidates in a row; null goes on.',
    ),
  promptSet: placeSchema
    .default('paper')
    .describe('Prompt set: its name, or a JSON file; the run keeps the whole set.'),
  model: placeSchema
    .nullable()
    .default(null)
    .describe(
      'The language model: a GGUF file, or the address of a server such as http://127.0.0.1:8080/v1#NAME; null is the embedded one.',
    ),
  served: served.prefault({}).describe('A model that another program serves.'),
  chat: z
    .enum(chatChoices)
    .default('auto')
    .describe(
      'Prompts as a conversation through the chat template of the model, or as a text to continue; auto asks the file or the server.',
    ),
  sampling: sampling.prefault({}).describe('How the language model writes.'),
  generation: generation.prefault({}).describe('How the language model is run.'),
  profile: profileSchema.prefault({}).describe('How the language model is helped.'),
  dataset: placeSchema.default('builtin').describe('Images to train on: builtin, or the name of an imported set.'),
  validationImages: z
    .int()
    .min(0)
    .default(0)
    .describe('Training images held out for selection, drawn once for the whole run; 0 holds out none.'),
  recipe: recipeSchema.prefault({}).describe('How each network is trained.'),
  budget: budget.prefault({}).describe('Computed limits; a network beyond one is untrainable.'),
  trainer: trainer.prefault({}).describe('Where networks are trained.'),
};

const commonSettingsSchema = z.strictObject(commonSettingsShape);

/** Every choice of a search but its strategy: what strategies, descriptors and budgets read. */
export type CommonSettings = z.infer<typeof commonSettingsSchema>;
