/**
 * torch.optim.Adam and AdamW (Kingma and Ba 2015; Loshchilov and Hutter 2019). In step t:
 *
 *     Adam: g += decay w         AdamW: w -= rate decay w
 *     m += (1 - beta1) (g - m)
 *     v += (1 - beta2) (g^2 - v)
 *     w -= rate / (1 - beta1^t) m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon)
 *
 * The two bias corrections come from the host, which has them in double precision: 1 - 0.999 in float32 would be off by
 * 1e-5. They are the coefficients `adamRate` = rate / (1 - beta1^t) and `adamScale` = 1 / sqrt(1 - beta2^t).
 */
import { towards, type UpdateCall, type UpdateRule } from './rule.ts';

function adamStep(call: UpdateCall, decoupled: boolean) {
  const { emit, options, weight, weightDecay, learningRate } = call;
  const { add, multiply, subtract, scalar } = emit;
  const decays = weightDecay !== 0;
  const gradient = decays && !decoupled ? add(call.gradient, multiply(weight, scalar(weightDecay))) : call.gradient;
  const mean = towards(emit, call.moment('momentum'), gradient, scalar(1 - options.beta1));
  const square = towards(emit, call.moment('secondMoment'), multiply(gradient, gradient), scalar(1 - options.beta2));
  call.keep('momentum', mean);
  call.keep('secondMoment', square);
  const root = multiply(emit.unary('Sqrt', square), call.coefficient('adamScale'));
  const direction = emit.divide(mean, add(root, scalar(options.epsilon)));
  const step = multiply(direction, call.coefficient('adamRate'));
  const shrinkage = decays && decoupled ? multiply(weight, multiply(learningRate, scalar(weightDecay))) : null;
  return subtract(weight, shrinkage === null ? step : add(shrinkage, step));
}

export const adam: UpdateRule = (call) => adamStep(call, false);

export const adamw: UpdateRule = (call) => adamStep(call, true);
