/** The numbers that a training graph asks the host for at every step, in double precision (core/autodiff/graph.ts). */
import type { CoefficientName } from '../autodiff/graph.ts';
import type { Recipe } from './recipe.ts';
import { learningRateAt } from './schedules.ts';

/** The coefficient of one step (0-based) out of `steps`. */
export function coefficientAt(recipe: Recipe, name: CoefficientName, step: number, steps: number): number {
  switch (name) {
    case 'gradientShare':
      return step === 0 ? 1 : 1 - recipe.dampening;
    case 'adamRate': {
      // Beside Muon, Adam's rule is that of the parameters that Muon leaves.
      const share = recipe.optimizer === 'muon' ? recipe.othersRate : 1;
      return (share * learningRateAt(recipe, step, steps)) / (1 - recipe.beta1 ** (step + 1));
    }
    case 'adamScale':
      return 1 / Math.sqrt(1 - recipe.beta2 ** (step + 1));
    case 'averageShare':
      return step === 0 ? 1 : 1 - recipe.averaging;
  }
}
