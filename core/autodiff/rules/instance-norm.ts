/**
 * torch.nn.InstanceNorm1d/2d with running statistics (Ulyanov et al. 2016): in training each channel of each image by its
 * own mean and variance, in evaluation by the running statistics. These move by `momentum` towards the averages over
 * the batch of the images' means and unbiased variances. PyTorch counts no batches here.
 */
import { fail } from '../../failure.ts';
import { elementCount, type Tensor } from '../emitter.ts';
import { inputOf, type Rule, requireParameter, type TrainingCall } from '../rule.ts';
import { type Standardised, standardiseGroups, trainGroups } from './normalisation.ts';
import { movedTowards, normaliseByStatistics } from './running-statistics.ts';

function updateStatistics(call: TrainingCall<'instanceNorm'>, { mean, square }: Standardised): void {
  const { emit } = call;
  const share = emit.scalar64(call.attributes.momentum);
  const places = elementCount(inputOf(call, 0).shape.slice(2));
  const move = (role: 'runningMean' | 'runningVar', ofImages: Tensor) => {
    const now = emit.reduce('ReduceMean', emit.cast(ofImages, 'float64'), [0, 2], false);
    call.updateStatistic(role, movedTowards(emit, requireParameter(call, role), now, share));
  };
  move('runningMean', mean);
  move('runningVar', emit.multiply(square, emit.scalar(places / (places - 1))));
}

export const instanceNorm: Rule<'instanceNorm'> = {
  evaluate: (call) => normaliseByStatistics(call) ?? fail('internal', 'An instance norm lacks its statistics.'),
  train(call) {
    const groups = inputOf(call, 0).shape[1] ?? 1;
    const standard = standardiseGroups(call, groups);
    if (call.updatesStatistics) updateStatistics(call, standard);
    return trainGroups(call, groups, standard);
  },
};
