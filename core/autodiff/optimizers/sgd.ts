/**
 * torch.optim.SGD: g += decay w; v = momentum v + (1 - dampening) g, in the first step v = g; with Nesterov's momentum
 * g += momentum v, else g = v; w -= rate g. v starts at zero.
 */
import type { UpdateRule } from './rule.ts';

export const sgd: UpdateRule = ({ emit, options, weight, gradient, learningRate, weightDecay, ...call }) => {
  const { momentum, dampening, nesterov } = options;
  const decayed = weightDecay === 0 ? gradient : emit.add(gradient, emit.multiply(weight, emit.scalar(weightDecay)));
  let direction = decayed;
  if (momentum !== 0) {
    const entering = dampening === 0 ? decayed : emit.multiply(decayed, call.coefficient('gradientShare'));
    const velocity = emit.add(emit.multiply(call.moment('momentum'), emit.scalar(momentum)), entering);
    call.keep('momentum', velocity);
    direction = nesterov ? emit.add(decayed, emit.multiply(velocity, emit.scalar(momentum))) : velocity;
  }
  return emit.subtract(weight, emit.multiply(direction, learningRate));
};
