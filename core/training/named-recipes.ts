/** Recipes by name: what each changes from the defaults, which are the paper's. */
import { type Recipe, recipeSchema } from './recipe.ts';

export const recipeNames = ['paper', 'fast'] as const;
export type RecipeName = (typeof recipeNames)[number];

const changes: Readonly<Record<RecipeName, Partial<Recipe>>> = {
  /** SGD 0.001, momentum 0.9, 50 epochs (section 4.1); batch and normalisation as in PyTorch's CIFAR-10 tutorial. */
  paper: {},
  /**
   * A fifth of the epochs in batches eight times as large. Muon moves filters far in few steps; it is left out of linear
   * layers, where its products of matrices would cost more than the training itself.
   */
  fast: {
    epochs: 10,
    batch: 32,
    optimizer: 'muon',
    muonTakes: 'filters',
    learningRate: 0.01,
    othersRate: 0.2,
    schedule: 'one-cycle',
    normalisation: 'per-channel',
    flip: true,
  },
};

/** The recipe of that name, complete. */
export function namedRecipe(name: RecipeName): Recipe {
  return recipeSchema.parse(changes[name]);
}
