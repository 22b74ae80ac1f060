/**
 * One direction of one layer of torch.nn.RNN, LSTM and GRU, unrolled over the T steps, with a = x W_ih^T + b_ih for all
 * steps at once and u = h W_hh^T + b_hh at each:
 * - RNN: h' = f(a + u), f tanh or relu;
 * - LSTM: i, f, o = s(a + u), g = tanh(a + u), c' = f c + i g, h' = o tanh(c'); rows in the order i, f, g, o;
 * - GRU: r, z = s(a + u), n = tanh(a_n + r u_n), h' = (1 - z) n + z h; rows in the order r, z, n.
 * The reverse pass walks the steps backwards (backpropagation through time).
 */
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';
import { type Call, inputOf, type Rule, type TrainingCall } from '../rule.ts';
import { positive } from './elementwise.ts';
import { transposed } from './matrix-product.ts';

interface Weights {
  readonly x: Tensor;
  readonly input: Tensor;
  readonly hidden: Tensor;
  readonly inputBias: Tensor | null;
  readonly hiddenBias: Tensor | null;
  readonly firstHidden: Tensor | null;
  readonly firstCell: Tensor | null;
}

function weightsOf(call: Call<'recurrent'>): Weights {
  const { bias, initial, kind } = call.attributes;
  const start = bias ? 5 : 3;
  return {
    x: inputOf(call, 0),
    input: inputOf(call, 1),
    hidden: inputOf(call, 2),
    inputBias: bias ? inputOf(call, 3) : null,
    hiddenBias: bias ? inputOf(call, 4) : null,
    firstHidden: initial ? inputOf(call, start) : null,
    firstCell: initial && kind === 'lstm' ? inputOf(call, start + 1) : null,
  };
}

/** What one step keeps for its gradient. */
interface Step {
  readonly time: number;
  /** Null stands for zeros: the first step without a given state. */
  readonly before: Tensor | null;
  readonly cellBefore: Tensor | null;
  readonly hidden: Tensor;
  readonly cell: Tensor | null;
  /** Gates after their functions: [h'] of an RNN, [i, f, g, o, tanh c'] of an LSTM, [r, z, n, u_n] of a GRU. */
  readonly gates: readonly Tensor[];
}

function columns(emit: Emitter, x: Tensor, from: number, to: number): Tensor {
  return emit.slice(x, [{ axis: x.shape.length - 1, start: from, end: to }]);
}

/** x W_ih^T + b_ih of all steps, [T, N, G]; biases that are only ever added together are added here. */
function inputSums(emit: Emitter, weights: Weights, gru: boolean): Tensor {
  const product = emit.matmul(weights.x, transposed(emit, weights.input));
  if (weights.inputBias === null || weights.hiddenBias === null) return product;
  return emit.add(product, gru ? weights.inputBias : emit.add(weights.inputBias, weights.hiddenBias));
}

function runSteps(call: Call<'recurrent'>): Step[] {
  const { emit } = call;
  const { kind, reverse } = call.attributes;
  const weights = weightsOf(call);
  const size = sizeAt(weights.hidden.shape, 1);
  const length = sizeAt(weights.x.shape, 0);
  const sums = inputSums(emit, weights, kind === 'gru');
  const recurrent = transposed(emit, weights.hidden);
  const steps: Step[] = [];
  let before = weights.firstHidden;
  let cellBefore = weights.firstCell;
  for (let i = 0; i < length; i++) {
    const time = reverse ? length - 1 - i : i;
    const chosen: Tensor = { name: emit.builder.integers([time], []), shape: [] };
    const a = emit.node('Gather', [sums, chosen], sums.shape.slice(1), { axis: 0 });
    const product = before === null ? null : emit.matmul(before, recurrent);
    const step = { time, before, cellBefore };
    if (kind === 'lstm') steps.push({ ...step, ...lstmStep(emit, a, product, cellBefore, size) });
    else if (kind === 'gru') steps.push({ ...step, ...gruStep(emit, a, product, before, weights.hiddenBias, size) });
    else {
      const hidden = emit.unary(kind === 'tanh' ? 'Tanh' : 'Relu', product === null ? a : emit.add(a, product));
      steps.push({ ...step, hidden, cell: null, gates: [hidden] });
    }
    const last = steps.at(-1);
    before = last?.hidden ?? null;
    cellBefore = last?.cell ?? null;
  }
  return steps;
}

function lstmStep(
  emit: Emitter,
  a: Tensor,
  product: Tensor | null,
  cellBefore: Tensor | null,
  size: number,
): Pick<Step, 'hidden' | 'cell' | 'gates'> {
  const sum = product === null ? a : emit.add(a, product);
  const gate = (at: number, operator: string) => emit.unary(operator, columns(emit, sum, at * size, (at + 1) * size));
  const [i, f, g, o] = [gate(0, 'Sigmoid'), gate(1, 'Sigmoid'), gate(2, 'Tanh'), gate(3, 'Sigmoid')];
  const fresh = emit.multiply(i, g);
  const cell = cellBefore === null ? fresh : emit.add(emit.multiply(f, cellBefore), fresh);
  const bent = emit.unary('Tanh', cell);
  return { hidden: emit.multiply(o, bent), cell, gates: [i, f, g, o, bent] };
}

function gruStep(
  emit: Emitter,
  a: Tensor,
  product: Tensor | null,
  before: Tensor | null,
  bias: Tensor | null,
  size: number,
): Pick<Step, 'hidden' | 'cell' | 'gates'> {
  // u is b_hh alone where h is zero, and zero where there is no bias either.
  let u = product;
  if (bias !== null) u = product === null ? bias : emit.add(product, bias);
  const part = (x: Tensor, at: number) => columns(emit, x, at * size, (at + 1) * size);
  const gate = (at: number) => {
    const own = part(a, at);
    return emit.unary('Sigmoid', u === null ? own : emit.add(own, part(u, at)));
  };
  const [r, z] = [gate(0), gate(1)];
  const inner = u === null ? emit.multiply(r, emit.scalar(0)) : part(u, 2);
  const n = emit.unary('Tanh', emit.add(part(a, 2), emit.multiply(r, inner)));
  const kept = emit.multiply(emit.subtract(emit.scalar(1), z), n);
  const hidden = before === null ? kept : emit.add(kept, emit.multiply(z, before));
  return { hidden, cell: null, gates: [r, z, n, inner] };
}

/** [N, F] of each step -> [T, N, F]; -1 stands for N. */
function stack(emit: Emitter, values: readonly Tensor[]): Tensor {
  const parts = values.map((value) => {
    const [batch = 1, features = 1] = value.shape;
    const sizes: Tensor = { name: emit.builder.integers([1, -1, features]), shape: [3] };
    return emit.node('Reshape', [value, sizes], [1, batch, features]);
  });
  return emit.concat(parts, 0);
}

function byTime<T extends { readonly time: number }>(steps: readonly T[]): T[] {
  return steps.toSorted((a, b) => a.time - b.time);
}

function outputOf(call: Call<'recurrent'>, steps: readonly Step[]): Tensor {
  if (call.attributes.yields === 'cell') return steps.at(-1)?.cell ?? inputOf(call, 0);
  return stack(
    call.emit,
    byTime(steps).map(({ hidden }) => hidden),
  );
}

/** Gradients of one step by a, by u, and by the states before it. */
interface StepGradient {
  readonly time: number;
  readonly sums: Tensor;
  /** By u, where it differs from that by a. */
  readonly inner: Tensor;
  /** By the hidden state before, besides what goes through u. */
  readonly direct: Tensor | null;
  readonly cell: Tensor | null;
}

/** s (1 - s). */
function sigmoidSlope(emit: Emitter, s: Tensor): Tensor {
  return emit.multiply(s, emit.subtract(emit.scalar(1), s));
}

/** 1 - t^2, as (1 - t)(1 + t). */
function tanhSlope(emit: Emitter, t: Tensor): Tensor {
  return emit.multiply(emit.subtract(emit.scalar(1), t), emit.add(emit.scalar(1), t));
}

function stepGradient(
  emit: Emitter,
  kind: Call<'recurrent'>['attributes']['kind'],
  step: Step,
  dh: Tensor | null,
  dc: Tensor | null,
): StepGradient {
  const { multiply, add, subtract, scalar } = emit;
  const [first, second, third, fourth, fifth] = step.gates;
  const plus = (a: Tensor | null, b: Tensor | null) => (a === null ? b : b === null ? a : add(a, b));
  if (kind === 'lstm' && first && second && third && fourth && fifth) {
    const [i, f, g, o, bent] = [first, second, third, fourth, fifth];
    const throughHidden = dh === null ? null : multiply(multiply(dh, o), tanhSlope(emit, bent));
    const cell = plus(dc, throughHidden) ?? multiply(i, scalar(0));
    const zero = () => multiply(cell, scalar(0));
    const gates = [
      multiply(multiply(cell, g), sigmoidSlope(emit, i)),
      step.cellBefore === null ? zero() : multiply(multiply(cell, step.cellBefore), sigmoidSlope(emit, f)),
      multiply(multiply(cell, i), tanhSlope(emit, g)),
      dh === null ? zero() : multiply(multiply(dh, bent), sigmoidSlope(emit, o)),
    ];
    const sums = emit.concat(gates, 1);
    return { time: step.time, sums, inner: sums, direct: null, cell: multiply(cell, f) };
  }
  if (dh === null || first === undefined) throw new RangeError('A step without a gradient is not part of the pass.');
  if (kind === 'gru' && second && third && fourth) {
    const [r, z, n, inner] = [first, second, third, fourth];
    const dn = multiply(multiply(dh, subtract(scalar(1), z)), tanhSlope(emit, n));
    const difference = step.before === null ? emit.unary('Neg', n) : subtract(step.before, n);
    const dz = multiply(multiply(dh, difference), sigmoidSlope(emit, z));
    const dr = multiply(multiply(dn, inner), sigmoidSlope(emit, r));
    return {
      time: step.time,
      sums: emit.concat([dr, dz, dn], 1),
      inner: emit.concat([dr, dz, multiply(dn, r)], 1),
      direct: multiply(dh, z),
      cell: null,
    };
  }
  const slope = kind === 'tanh' ? tanhSlope(emit, first) : positive(emit, first);
  const sums = multiply(dh, slope);
  return { time: step.time, sums, inner: sums, direct: null, cell: null };
}

function backward(call: TrainingCall<'recurrent'>, steps: readonly Step[], dy: Tensor) {
  const { emit } = call;
  const { kind, yields } = call.attributes;
  const weights = weightsOf(call);
  const found: StepGradient[] = [];
  let dh: Tensor | null = null;
  let dc: Tensor | null = yields === 'cell' ? dy : null;
  for (const step of steps.toReversed()) {
    let whole: Tensor | null = dh;
    if (yields === 'hidden') {
      const own = emit.reshape(emit.slice(dy, [{ axis: 0, start: step.time, end: step.time + 1 }]), dy.shape.slice(1));
      whole = dh === null ? own : emit.add(dh, own);
    }
    const gradient = stepGradient(emit, kind, step, whole, dc);
    found.push(gradient);
    dc = gradient.cell;
    const through: Tensor = emit.matmul(gradient.inner, weights.hidden);
    dh = gradient.direct === null ? through : emit.add(through, gradient.direct);
  }
  const ordered = byTime(found);
  const sums = stack(
    emit,
    ordered.map((each) => each.sums),
  );
  const inner =
    kind === 'gru'
      ? stack(
          emit,
          ordered.map((each) => each.inner),
        )
      : sums;
  const rows = (x: Tensor) => emit.reshape(x, [sizeAt(x.shape, 0) * sizeAt(x.shape, 1), sizeAt(x.shape, 2)]);
  const befores = byTime(steps).flatMap(({ time, before }) => (before === null ? [] : [{ time, before }]));
  const used = ordered.filter(({ time }) => befores.some((each) => each.time === time));
  const hiddenWeight =
    befores.length === 0
      ? emit.zeros(weights.hidden.shape)
      : emit.gemm(
          rows(
            stack(
              emit,
              used.map((each) => each.inner),
            ),
          ),
          rows(
            stack(
              emit,
              befores.map((each) => each.before),
            ),
          ),
          { transA: true },
        );
  const gradients: (Tensor | null)[] = [
    call.needs[0] === true ? emit.matmul(sums, weights.input) : null,
    emit.gemm(rows(sums), rows(weights.x), { transA: true }),
    hiddenWeight,
  ];
  if (weights.inputBias !== null) {
    gradients.push(emit.reduce('ReduceSum', sums, [0, 1], false), emit.reduce('ReduceSum', inner, [0, 1], false));
  }
  if (weights.firstHidden !== null) gradients.push(dh);
  if (weights.firstCell !== null) gradients.push(dc);
  return { inputs: gradients };
}

export const recurrent: Rule<'recurrent'> = {
  evaluate: (call) => outputOf(call, runSteps(call)),
  train(call) {
    const steps = runSteps(call);
    return { output: outputOf(call, steps), backward: (dy) => backward(call, steps, dy) };
  },
};
