/**
 * What recipes reach on real CIFAR-10 images, and how long they take, as one JSON document:
 *
 *     node test/bench/recipes.ts [--networks initial,plain] [--recipes paper,fast] [--seeds 3] [--change JSON]
 *
 * Networks are those of test/golden/training/networks; images are ../shared/data's, 10,000 to train on and 1,000 to test
 * with. Seconds are processor time, so that other work on the machine does not show; `--change` is laid over every
 * recipe, for trials.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { namedRecipe, recipeNames } from '../../core/training/named-recipes.ts';
import { recipeSchema } from '../../core/training/recipe.ts';
import { readNetworkFile } from '../../main/interpreter.ts';
import { trainNetwork } from '../../main/training/train-network.ts';
import { prepareCifar } from '../main/training/cifar-losses.ts';
import { goldenFolder } from '../main/training/python-oracle.ts';

const { values } = parseArgs({
  options: {
    networks: { type: 'string', default: 'initial,plain,residual' },
    recipes: { type: 'string', default: recipeNames.join(',') },
    seeds: { type: 'string', default: '3' },
    change: { type: 'string', default: '{}' },
  },
});
const settings = { threads: 1, optimization: 'basic', memoryLimitBytes: 4e9, device: 'cpu' } as const;

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

const folder = mkdtempSync(join(tmpdir(), 'llmatic-recipes-'));
try {
  const cifar = prepareCifar(folder);
  const results: unknown[] = [];
  for (const name of values.networks.split(',')) {
    const file = join(goldenFolder, 'networks', `${name}.py`);
    const { network } = await readNetworkFile(file, { input: [3, 32, 32], classes: 10 });
    for (const word of values.recipes.split(',')) {
      const found = recipeNames.find((known) => known === word);
      if (found === undefined) throw new Error(`There is no recipe ${word}.`);
      const recipe = recipeSchema.parse({ ...namedRecipe(found), ...JSON.parse(values.change) });
      const accuracies: number[] = [];
      const seconds: number[] = [];
      let steps = 0;
      for (let seed = 1; seed <= Number(values.seeds); seed++) {
        const before = process.cpuUsage();
        const job = {
          network,
          recipe,
          dataset: 'cifar',
          validationImages: 0,
          splitSeed: 0,
          seed,
          initialWeights: null,
        };
        const answer = await trainNetwork(job, cifar, settings, { report() {} });
        const { user, system } = process.cpuUsage(before);
        seconds.push((user + system) / 1e6);
        accuracies.push(answer.kind === 'trained' ? (answer.result.accuracy.test ?? Number.NaN) : Number.NaN);
        if (answer.kind === 'trained') ({ steps } = answer.result);
      }
      const figures = { testAccuracy: median(accuracies), seconds: median(seconds), steps };
      results.push({ network: name, recipe: word, ...figures, accuracies });
      console.error(JSON.stringify(results.at(-1)));
    }
  }
  console.log(JSON.stringify({ change: JSON.parse(values.change), results }, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
