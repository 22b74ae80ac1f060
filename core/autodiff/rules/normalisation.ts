/**
 * torch.nn.LayerNorm, RMSNorm, GroupNorm. With c = x - mean (or x), r = 1 / sqrt(mean(c^2) + eps) and h = c r:
 * y = h w + b; with g = dy w, dx = r (g - mean(g) - h mean(g h)), without mean(g) where no mean was taken away.
 * The same formulas hold in evaluation and in training.
 */
import { type Emitter, elementCount, sizeAt, type Tensor } from '../emitter.ts';
import { type Call, type Differentiable, type Gradients, inputOf, type Rule, type TrainingCall } from '../rule.ts';

export interface Standardised {
  readonly output: Tensor;
  /** What was taken away, axes kept; zeros where nothing was. */
  readonly mean: Tensor;
  /** Mean square of what was left, axes kept. */
  readonly square: Tensor;
  /** 1 / sqrt(mean square + eps), axes kept. */
  readonly inverse: Tensor;
}

interface Standard {
  readonly axes: readonly number[];
  readonly eps: number;
  readonly centre: boolean;
}

function standardise(emit: Emitter, x: Tensor, { axes, eps, centre }: Standard): Standardised {
  const mean = centre ? emit.reduce('ReduceMean', x, axes, true) : emit.scalar(0);
  const centred = centre ? emit.subtract(x, mean) : x;
  const square = emit.reduce('ReduceMean', emit.multiply(centred, centred), axes, true);
  const inverse = emit.unary('Reciprocal', emit.unary('Sqrt', emit.add(square, emit.scalar(eps))));
  return { output: emit.multiply(centred, inverse), mean, square, inverse };
}

/** Gradient by x of what {@link standardise} gives. */
function standardiseGradient(
  emit: Emitter,
  g: Tensor,
  { output, inverse }: Standardised,
  { axes, centre }: Pick<Standard, 'axes' | 'centre'>,
): Tensor {
  const along = emit.multiply(output, emit.reduce('ReduceMean', emit.multiply(g, output), axes, true));
  const left = centre ? emit.subtract(g, emit.reduce('ReduceMean', g, axes, true)) : g;
  return emit.multiply(inverse, emit.subtract(left, along));
}

type NormCall = Call<'layerNorm'> | Call<'groupNorm'> | Call<'instanceNorm'>;

/** x w + b, where both broadcast once they have the given shape. */
function affine(call: NormCall, x: Tensor, shape: (sizes: readonly number[]) => number[]) {
  const { emit } = call;
  const given = (role: 'weight' | 'bias') => {
    const found = call.parameter(role);
    return found === undefined ? undefined : emit.reshape(found, shape(found.shape));
  };
  const [weight, bias] = [given('weight'), given('bias')];
  const scaled = weight === undefined ? x : emit.multiply(x, weight);
  return { weight, bias, output: bias === undefined ? scaled : emit.add(scaled, bias) };
}

function parameterGradients(
  call: NormCall,
  { weight, bias }: { readonly weight: Tensor | undefined; readonly bias: Tensor | undefined },
  normal: Tensor,
  dy: Tensor,
): Omit<Gradients, 'inputs'> {
  const { emit } = call;
  const down = (gradient: Tensor, laid: Tensor, role: 'weight' | 'bias') =>
    emit.reshape(emit.sumTo(gradient, laid.shape), call.parameter(role)?.shape ?? laid.shape);
  return {
    ...(weight === undefined ? {} : { weight: down(emit.multiply(dy, normal), weight, 'weight') }),
    ...(bias === undefined ? {} : { bias: down(dy, bias, 'bias') }),
  };
}

export const layerNorm: Rule<'layerNorm'> = {
  evaluate(call) {
    const { output } = standardise(call.emit, inputOf(call, 0), call.attributes);
    return affine(call, output, (sizes) => [...sizes]).output;
  },
  train(call) {
    const { emit, attributes, needs } = call;
    const standard = standardise(emit, inputOf(call, 0), attributes);
    const laid = affine(call, standard.output, (sizes) => [...sizes]);
    return {
      output: laid.output,
      backward(dy) {
        const g = laid.weight === undefined ? dy : emit.multiply(dy, laid.weight);
        return {
          inputs: [needs[0] === true ? standardiseGradient(emit, g, standard, attributes) : null],
          ...parameterGradients(call, laid, standard.output, dy),
        };
      },
    };
  },
};

/** [N, C, ...] -> [N, groups, C / groups * ...]; -1 stands for N, which may be any. */
function grouped(emit: Emitter, x: Tensor, groups: number): Tensor {
  const places = elementCount(x.shape.slice(1)) / groups;
  const sizes: Tensor = { name: emit.builder.integers([-1, groups, places]), shape: [3] };
  return emit.node('Reshape', [x, sizes], [sizeAt(x.shape, 0), groups, places]);
}

function ungrouped(emit: Emitter, x: Tensor, shape: readonly number[]): Tensor {
  const sizes: Tensor = { name: emit.builder.integers([-1, ...shape.slice(1)]), shape: [shape.length] };
  return emit.node('Reshape', [x, sizes], shape);
}

/** [C] -> [C, 1, ...]. */
function alongChannels(x: Tensor) {
  return (sizes: readonly number[]) => [...sizes, ...x.shape.slice(2).map(() => 1)];
}

/** Every group of every image by its own mean and variance: [N, groups, C / groups * ...]. */
export function standardiseGroups(call: Call<'groupNorm'> | Call<'instanceNorm'>, groups: number): Standardised {
  const { emit, attributes } = call;
  return standardise(emit, grouped(emit, inputOf(call, 0), groups), { axes: [2], eps: attributes.eps, centre: true });
}

/** The norm that {@link standardiseGroups} began, with its gradients. */
export function trainGroups(
  call: TrainingCall<'groupNorm'> | TrainingCall<'instanceNorm'>,
  groups: number,
  standard: Standardised,
): Differentiable {
  const { emit, needs } = call;
  const x = inputOf(call, 0);
  const normal = ungrouped(emit, standard.output, x.shape);
  const laid = affine(call, normal, alongChannels(x));
  return {
    output: laid.output,
    backward(dy) {
      const parameters = parameterGradients(call, laid, normal, dy);
      if (needs[0] !== true) return { inputs: [null], ...parameters };
      const g = laid.weight === undefined ? dy : emit.multiply(dy, laid.weight);
      const dx = standardiseGradient(emit, grouped(emit, g, groups), standard, { axes: [2], centre: true });
      return { inputs: [ungrouped(emit, dx, x.shape)], ...parameters };
    },
  };
}

export const groupNorm: Rule<'groupNorm'> = {
  evaluate(call) {
    const { emit, attributes } = call;
    const x = inputOf(call, 0);
    const { output } = standardiseGroups(call, attributes.groups);
    return affine(call, ungrouped(emit, output, x.shape), alongChannels(x)).output;
  },
  train: (call) => trainGroups(call, call.attributes.groups, standardiseGroups(call, call.attributes.groups)),
};
