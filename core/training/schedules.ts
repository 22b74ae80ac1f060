/**
 * Learning rates as PyTorch's schedulers give them (torch.optim.lr_scheduler), one step at a time: LinearLR to warm up,
 * then StepLR, CosineAnnealingLR or nothing, joined as SequentialLR joins them; OneCycleLR, which warms up by itself.
 */
import type { Recipe } from './recipe.ts';

/** Between two rates; share 0 is `from`, 1 is `to`. */
type Anneal = (from: number, to: number, share: number) => number;

const anneals: { readonly [A in Recipe['oneCycleAnneal']]: Anneal } = {
  cosine: (from, to, share) => to + ((from - to) / 2) * (1 + Math.cos(Math.PI * share)),
  linear: (from, to, share) => (to - from) * share + from,
};

/** OneCycleLR with momentum as it is: up to the peak, down, with three phases back to the start and then down. */
function oneCycle(recipe: Recipe, step: number, steps: number): number {
  const { oneCycleRise: rise, learningRate: peak } = recipe;
  const initial = peak / recipe.oneCycleStart;
  const final = initial / recipe.oneCycleEnd;
  const last = steps - 1;
  const phases = recipe.oneCycleThreePhase
    ? [
        { end: rise * steps - 1, from: initial, to: peak },
        { end: 2 * rise * steps - 2, from: peak, to: initial },
        { end: last, from: initial, to: final },
      ]
    : [
        { end: rise * steps - 1, from: initial, to: peak },
        { end: last, from: peak, to: final },
      ];
  const anneal = anneals[recipe.oneCycleAnneal];
  let start = 0;
  for (const [index, { end, from, to }] of phases.entries()) {
    // A phase of no length, which PyTorch divides by zero in, is at its end.
    if (step <= end || index === phases.length - 1)
      return anneal(from, to, end <= start ? 1 : (step - start) / (end - start));
    start = end;
  }
  return final;
}

/** Steps in which the rate rises before the schedule begins. */
function warmupSteps(recipe: Recipe, steps: number): number {
  return Math.round(recipe.warmup * steps);
}

/** The schedule without warm-up; `steps`: those after the warm-up. */
function scheduled(recipe: Recipe, step: number, steps: number, perEpoch: number): number {
  const { learningRate } = recipe;
  switch (recipe.schedule) {
    case 'constant':
      return learningRate;
    case 'step':
      return learningRate * recipe.decayFactor ** Math.floor(step / (recipe.decayEvery * perEpoch));
    case 'cosine':
      return anneals.cosine(learningRate, learningRate * recipe.cosineEnd, steps === 0 ? 0 : step / steps);
    case 'one-cycle':
      return oneCycle(recipe, step, steps);
  }
}

/** Learning rate of one step (0-based) out of `steps`, those of all epochs. */
export function learningRateAt(recipe: Recipe, step: number, steps: number): number {
  const warmup = warmupSteps(recipe, steps);
  if (step < warmup) {
    const { warmupStart } = recipe;
    return recipe.learningRate * (warmupStart + (1 - warmupStart) * (step / warmup));
  }
  return scheduled(recipe, step - warmup, steps - warmup, steps / recipe.epochs);
}
