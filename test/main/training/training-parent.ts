/** A parent to be killed: starts a long training and prints the id of its process once it is on its way. */
import { recipeSchema } from '../../../core/training/recipe.ts';
import { createTrainerPool } from '../../../main/training/pool.ts';
import { smallNetwork } from './small-networks.ts';

const pool = await createTrainerPool();
const recipe = recipeSchema.parse({ epochs: 1000, trainImages: 640, batch: 64 });
const job = { network: smallNetwork, recipe, dataset: 'builtin', validationImages: 0, splitSeed: 0, seed: 0 };
let told = false;
await pool.train(
  { ...job, initialWeights: null },
  {
    onProgress: () => {
      if (told) return;
      told = true;
      process.stdout.write(`${pool.processIds()[0]}\n`);
    },
  },
);
