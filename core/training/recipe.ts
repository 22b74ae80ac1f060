/** A training recipe: everything besides the network, the data and the seed that decides a training's result. */
import * as z from 'zod';

const fields = z.strictObject({
  epochs: z.int().min(1).max(10000).default(50).describe('Passes over the training images.'),
  trainImages: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe('Use only the first so many training images (after the seeded split); null uses all.'),
  batch: z
    .int()
    .min(1)
    .max(65536)
    .default(4)
    .describe('Images in one step; a last, smaller batch of an epoch is dropped.'),
  optimizer: z
    .enum(['sgd', 'adam', 'adamw', 'muon'])
    .default('sgd')
    .describe(
      'Update rule: sgd, adam and adamw as PyTorch defines them; muon orthogonalises the steps of matrices and filters.',
    ),
  learningRate: z.number().positive().default(0.001).describe('Learning rate; the peak where the schedule varies.'),
  momentum: z.number().min(0).lt(1).default(0.9).describe('Momentum of sgd and muon.'),
  dampening: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe("Share of each gradient but the first that sgd keeps out of the momentum, as PyTorch's SGD does."),
  nesterov: z.boolean().default(false).describe("Nesterov's momentum in sgd; muon always has it."),
  beta1: z.number().min(0).lt(1).default(0.9).describe('Decay of the mean of gradients in adam and adamw.'),
  beta2: z.number().min(0).lt(1).default(0.999).describe('Decay of the mean of squared gradients in adam and adamw.'),
  epsilon: z.number().positive().default(1e-8).describe('Added to the root of the second moment in adam and adamw.'),
  weightDecay: z
    .number()
    .min(0)
    .default(0)
    .describe(
      'L2 penalty added to gradients (sgd, adam), or decay of the weights themselves (adamw, muon); as in PyTorch.',
    ),
  decayed: z
    .enum(['all', 'matrices'])
    .default('all')
    .describe('What decays: all parameters, or those of two or more axes, which spares norms and biases.'),
  muonTakes: z
    .enum(['matrices', 'filters'])
    .default('matrices')
    .describe('What muon updates: parameters of two or more axes, or of three or more, which are filters.'),
  muonSteps: z.int().min(1).max(20).default(5).describe('Newton-Schulz iterations of muon.'),
  muonScale: z
    .enum(['original', 'match-rms-adamw', 'none'])
    .default('original')
    .describe("How muon's step grows with a matrix: as sqrt(rows / columns) from 1, to AdamW's size, or not at all."),
  muonNormalise: z
    .boolean()
    .default(false)
    .describe('Before each step, muon scales a weight of n rows to the norm sqrt(n); for networks with norm layers.'),
  muonOthers: z.enum(['adamw', 'sgd']).default('adamw').describe('Update rule of the parameters that muon leaves.'),
  othersRate: z
    .number()
    .positive()
    .default(1)
    .describe('Learning rate of the parameters that muon leaves, as a multiple of the learning rate.'),
  clipNorm: z
    .number()
    .min(0)
    .default(0)
    .describe('Largest norm of all gradients together; beyond it they are scaled down; 0 is no limit.'),
  clipValue: z.number().min(0).default(0).describe("Limit of each gradient's elements, both ways; 0 is no limit."),
  averaging: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe(
      'Decay of a moving average of weights and running statistics that is evaluated and kept in their place; 0 is none.',
    ),
  schedule: z
    .enum(['constant', 'step', 'cosine', 'one-cycle'])
    .default('constant')
    .describe(
      "Learning rate over the steps: constant, or PyTorch's StepLR (step), CosineAnnealingLR (cosine) or OneCycleLR.",
    ),
  warmup: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Share of the steps in which the rate rises linearly before the schedule begins; 0 is none.'),
  warmupStart: z
    .number()
    .gt(0)
    .max(1)
    .default(0.01)
    .describe('Share of the learning rate with which the warm-up begins.'),
  decayEvery: z.int().min(1).default(30).describe('Epochs between two drops of the rate under schedule step.'),
  decayFactor: z.number().gt(0).max(1).default(0.1).describe('What a drop multiplies the rate by under schedule step.'),
  cosineEnd: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Share of the learning rate that schedule cosine falls towards.'),
  oneCycleRise: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe('Share of the steps in which one-cycle rises to its peak.'),
  oneCycleStart: z.number().min(1).default(25).describe('One-cycle begins at the peak divided by this.'),
  oneCycleEnd: z.number().min(1).default(1e4).describe('One-cycle ends at its beginning divided by this.'),
  oneCycleAnneal: z
    .enum(['cosine', 'linear'])
    .default('cosine')
    .describe('Whether one-cycle rises and falls along cosines or lines.'),
  oneCycleThreePhase: z
    .boolean()
    .default(false)
    .describe('One-cycle falls as long as it rose, back to its beginning, and then to its end.'),
  loss: z.enum(['cross-entropy']).default('cross-entropy').describe('Training loss: mean cross-entropy of the logits.'),
  labelSmoothing: z.number().min(0).lt(1).default(0).describe('Share of the target spread evenly over the classes.'),
  normalisation: z
    .enum(['half', 'per-channel'])
    .default('half')
    .describe(
      "half: (x - 0.5) / 0.5 as in PyTorch's CIFAR-10 tutorial; per-channel: mean and deviation of the training images.",
    ),
  flip: z.boolean().default(false).describe('Mirror each training image left to right with probability one half.'),
  crop: z.int().min(0).max(16).default(0).describe('Pad by so many reflected pixels and crop at random; 0 is none.'),
  cutout: z
    .int()
    .min(0)
    .max(1024)
    .default(0)
    .describe('Side of a square at a random place of each training image that is set to zero; 0 is none.'),
  evaluationBatch: z
    .int()
    .min(1)
    .default(250)
    .describe('Images in one evaluation step; does not change results beyond float rounding.'),
});

type Field = keyof z.infer<typeof fields>;

/** Where a field has an effect: under which words of another field. */
const readUnder: readonly {
  readonly by: 'optimizer' | 'schedule';
  words: readonly string[];
  fields: readonly Field[];
}[] = [
  { by: 'optimizer', words: ['sgd', 'muon'], fields: ['momentum'] },
  { by: 'optimizer', words: ['sgd'], fields: ['dampening', 'nesterov'] },
  { by: 'optimizer', words: ['adam', 'adamw', 'muon'], fields: ['beta1', 'beta2', 'epsilon'] },
  {
    by: 'optimizer',
    words: ['muon'],
    fields: ['muonTakes', 'muonSteps', 'muonScale', 'muonNormalise', 'muonOthers', 'othersRate'],
  },
  { by: 'schedule', words: ['step'], fields: ['decayEvery', 'decayFactor'] },
  { by: 'schedule', words: ['cosine'], fields: ['cosineEnd'] },
  {
    by: 'schedule',
    words: ['one-cycle'],
    fields: ['oneCycleRise', 'oneCycleStart', 'oneCycleEnd', 'oneCycleAnneal', 'oneCycleThreePhase'],
  },
  { by: 'schedule', words: ['constant', 'step', 'cosine'], fields: ['warmup'] },
];

const defaults = fields.parse({});

/** What contradicts itself: the field to name, and why with the remedy. */
function contradictions(recipe: z.infer<typeof fields>): { readonly field: Field; readonly message: string }[] {
  const found: { field: Field; message: string }[] = [];
  for (const { by, words, fields: read } of readUnder) {
    if (words.includes(recipe[by])) continue;
    for (const field of read) {
      if (recipe[field] === defaults[field]) continue;
      const message = `has no effect with ${by} ${recipe[by]}; leave it at ${defaults[field]}, or choose ${by} ${words.join(' or ')}`;
      found.push({ field, message });
    }
  }
  const moving = recipe.optimizer === 'sgd' && recipe.momentum > 0;
  if (recipe.nesterov && (!moving || recipe.dampening > 0)) {
    found.push({ field: 'nesterov', message: 'needs a momentum above 0 and a dampening of 0' });
  }
  if (recipe.dampening > 0 && recipe.momentum === 0) {
    found.push({ field: 'dampening', message: 'has no effect without momentum; set it to 0' });
  }
  if (recipe.clipNorm > 0 && recipe.clipValue > 0) {
    found.push({ field: 'clipValue', message: 'cannot be set together with clipNorm; set one of them to 0' });
  }
  if (recipe.oneCycleThreePhase && recipe.oneCycleRise > 0.5) {
    found.push({ field: 'oneCycleRise', message: 'must be at most 0.5 with three phases, of which two are as long' });
  }
  return found;
}

/** A complete recipe; what contradicts itself is refused with the field's name. */
export const recipeSchema = fields.superRefine((recipe, context) => {
  for (const { field, message } of contradictions(recipe)) {
    context.addIssue({ code: 'custom', path: [field], message, input: recipe[field] });
  }
});

export type Recipe = z.infer<typeof recipeSchema>;
