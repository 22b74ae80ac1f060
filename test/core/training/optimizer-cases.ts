/** Trains as test/golden/training/optimizers.py does, through the training graph, the schedule and the coefficients. */
import { buildTrainingGraph } from '../../../core/autodiff/training-graph.ts';
import type { Network } from '../../../core/network/ir.ts';
import { coefficientAt } from '../../../core/training/coefficients.ts';
import { type Recipe, recipeSchema } from '../../../core/training/recipe.ts';
import { learningRateAt } from '../../../core/training/schedules.ts';
import { numbers } from '../../golden/autodiff/formula.ts';
import * as golden from '../autodiff/golden-cases.ts';
import { openSession, runGraph } from '../autodiff/session.ts';

export interface OptimizerCase {
  readonly name: string;
  readonly steps: number;
  /** What differs from the defaults. */
  readonly recipe: Partial<Recipe>;
}

/** What PyTorch makes of a case in float64, and how far its float32 is from that. */
export interface OptimizerGolden extends OptimizerCase {
  readonly losses: readonly number[];
  readonly rates: readonly number[];
  readonly lossError: number;
  /** By state_dict name; `average:NAME` for averages. */
  readonly state: Readonly<Record<string, golden.Golden>>;
}

export interface OptimizerGoldens {
  readonly network: Network;
  readonly batch: number;
  readonly cases: readonly OptimizerGolden[];
}

/** Eight batches, over and over. */
const batches = 8;

export interface TrainedCase {
  readonly losses: readonly number[];
  readonly rates: readonly number[];
  readonly state: ReadonlyMap<string, Float32Array>;
}

export async function trainCase(
  { network, batch }: OptimizerGoldens,
  { recipe: changes, steps }: OptimizerCase,
  formulation: 'cpu' | 'portable' = 'cpu',
  open: typeof openSession = openSession,
): Promise<TrainedCase> {
  const recipe = recipeSchema.parse({ epochs: 8, ...changes });
  const graph = buildTrainingGraph(network, { ...recipe, batch, formulation });
  const session = await open(graph.bytes);
  const initial = golden.initialState({ name: '', network, step: 0, spread: 1 });
  const state = new Map<string, Float32Array | BigInt64Array>();
  for (const input of graph.inputs) {
    if (!('state' in input)) continue;
    const zeros = input.role === 'momentum' || input.role === 'secondMoment';
    const values = initial.get(input.state)!;
    state.set(input.name, zeros ? new Float32Array(values.length) : values);
  }
  const losses: number[] = [];
  const rates: number[] = [];
  for (let step = 0; step < steps; step++) {
    const results = await runGraph(session, graph, (input) => {
      switch (input.role) {
        case 'images':
          return numbers([batch, ...network.input], 1 + (step % batches));
        case 'labels':
          return Int32Array.from({ length: batch }, (_, i) => (3 * i + (step % batches)) % 5);
        case 'learningRate':
          return Float32Array.of(learningRateAt(recipe, step, steps));
        case 'coefficient':
          return Float32Array.of(coefficientAt(recipe, input.coefficient, step, steps));
        case 'dropoutMask':
          throw new Error('The network has no dropout.');
        default:
          return state.get(input.name)!;
      }
    });
    losses.push(results.get('loss')![0] as number);
    rates.push(learningRateAt(recipe, step, steps));
    for (const input of graph.inputs) {
      if ('state' in input && input.next !== null) state.set(input.name, results.get(input.next) as Float32Array);
    }
  }
  await session.release();
  const final = new Map<string, Float32Array>();
  for (const input of graph.inputs) {
    const values = state.get(input.name);
    if (!('state' in input) || !(values instanceof Float32Array)) continue;
    if (input.role === 'average') final.set(`average:${input.state}`, values);
    if (input.role === 'parameter' || input.role === 'statistic') final.set(input.state, values);
  }
  return { losses, rates, state: final };
}

/** Where ours leaves PyTorch's float64 by more than `bound` relative and by more than twice what PyTorch's float32 does. */
export function deviations(ours: TrainedCase, theirs: OptimizerGolden, bound = 1e-5): string[] {
  const found: string[] = [];
  for (const [step, loss] of theirs.losses.entries()) {
    const error = Math.abs((ours.losses[step] ?? Number.NaN) - loss);
    if (!(error <= Math.max(bound * Math.abs(loss), 2 * theirs.lossError)))
      found.push(`loss of step ${step}: ${error}`);
  }
  const peak = Math.max(...theirs.rates);
  for (const [step, rate] of theirs.rates.entries()) {
    const error = Math.abs((ours.rates[step] ?? Number.NaN) - rate);
    if (!(error <= 1e-12 * peak)) found.push(`rate of step ${step}: ${error}`);
  }
  for (const [name, { value, error: single }] of Object.entries(theirs.state)) {
    const error = golden.relativeError(ours.state.get(name) ?? new Float32Array(0), golden.decode(value));
    if (!(error <= Math.max(bound, 2 * single))) found.push(`${name}: ${error} against ${single}`);
  }
  return found;
}
