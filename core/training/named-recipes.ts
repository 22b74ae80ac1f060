/** Recipes by name: what each changes from the defaults, which are the paper's. */
import { type Recipe, recipeSchema } from './recipe.ts';

export const recipeNames = ['paper', 'fast'] as const;
export type RecipeName = (typeof recipeNames)[number];

const changes: Readonly<Record<RecipeName, Partial<Recipe>>> = {
  /** SGD 0.001, momentum 0.9, 50 epochs (section 4.1); batch and normalisation as in PyTorch's CIFAR-10 tutorial. */
  paper: {},
  /** A fifth of the epochs, an eighth of the steps in each, at a rate that rises and falls. */
  fast: {
    epochs: 10,
    batch: 32,
    learningRate: 0.03,
    nesterov: true,
    schedule: 'one-cycle',
    normalisation: 'per-channel',
    flip: true,
  },
};

/** The recipe of that name, complete. */
export function namedRecipe(name: RecipeName): Recipe {
  return recipeSchema.parse(changes[name]);
}
