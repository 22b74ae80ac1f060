/** What the budget of a search says of its networks before any is written. */

/** The largest value that is possible, and which setting makes it so. */
export interface Bound {
  readonly value: number;
  readonly setting: string;
}

/** Largest values of one network. */
export interface Limits {
  readonly params: Bound;
  readonly flops: Bound;
  /** Bytes of one image. */
  readonly activationBytes: Bound;
}

/** The settings that limit a network. `epochs` and images are those of a training. */
interface Limiting {
  readonly budget: {
    readonly params: number;
    readonly flops: number;
    readonly activationBytes: number;
    readonly trainingFlops: number | null;
  };
  readonly recipe: { readonly batch: number; readonly epochs: number; readonly trainImages: number | null };
}

/** Forward pass, gradient of the input and gradient of the weights cost about the same each. */
export const passesOfTraining = 3;

/** The smaller of two bounds, the first on a tie. */
function smaller(a: Bound, b: Bound): Bound {
  return b.value < a.value ? b : a;
}

/** @param images training images of an epoch, null where unknown: then the cost of a training limits nothing here */
export function limitsOf({ budget, recipe }: Limiting, images: number | null = recipe.trainImages): Limits {
  const flops = { value: budget.flops, setting: 'budget.flops' };
  const { trainingFlops } = budget;
  const ofTraining =
    trainingFlops === null || images === null
      ? flops
      : { value: trainingFlops / (passesOfTraining * images * recipe.epochs), setting: 'budget.trainingFlops' };
  return {
    params: { value: budget.params, setting: 'budget.params' },
    flops: smaller(flops, ofTraining),
    activationBytes: { value: budget.activationBytes / recipe.batch, setting: 'budget.activationBytes' },
  };
}
