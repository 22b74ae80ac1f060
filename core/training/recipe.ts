/** A training recipe: everything besides the network, the data and the seed that decides a training's result. */
import * as z from 'zod';

export const recipeSchema = z.strictObject({
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
    .enum(['sgd'])
    .default('sgd')
    .describe('Update rule: sgd is stochastic gradient descent with momentum, as PyTorch defines it.'),
  learningRate: z.number().positive().default(0.001).describe('Learning rate; the peak where the schedule varies.'),
  momentum: z.number().min(0).lt(1).default(0.9).describe('Momentum of SGD.'),
  weightDecay: z.number().min(0).default(0).describe("L2 penalty added to gradients, as PyTorch's SGD does."),
  schedule: z
    .enum(['constant', 'one-cycle'])
    .default('constant')
    .describe(
      "Learning rate over the steps: constant, or PyTorch's OneCycleLR with its defaults (cosine, 30 % warm-up).",
    ),
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
  evaluationBatch: z
    .int()
    .min(1)
    .default(250)
    .describe('Images in one evaluation step; does not change results beyond float rounding.'),
});

export type Recipe = z.infer<typeof recipeSchema>;

/**
 * Learning rate of one step (0-based) out of `steps`.
 * one-cycle: torch.optim.lr_scheduler.OneCycleLR defaults (pct_start 0.3, div_factor 25, final_div_factor 1e4, cosine;
 * momentum is not cycled).
 */
export function learningRateAt(recipe: Recipe, step: number, steps: number): number {
  if (recipe.schedule === 'constant') return recipe.learningRate;
  const peak = recipe.learningRate;
  const initial = peak / 25;
  const final = initial / 1e4;
  const top = 0.3 * steps - 1;
  const last = steps - 1;
  const cosine = (from: number, to: number, share: number): number =>
    to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share));
  if (step <= top) return cosine(initial, peak, top <= 0 ? 1 : step / top);
  return cosine(peak, final, last - top <= 0 ? 1 : (step - top) / (last - top));
}
