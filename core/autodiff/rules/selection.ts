/** Selecting, padding and choosing elements; gradients go back to where each element came from. */
import { type Emitter, sizeAt, type Tensor } from '../emitter.ts';
import { inputOf, type Rule, withoutGradient } from '../rule.ts';

/** Zeros before and after along one axis, made when the graph runs: the graph stays small, whatever the batch. */
function surround(emit: Emitter, x: Tensor, axis: number, before: number, after: number): Tensor {
  return emit.padAxis(x, axis, Math.max(0, before), Math.max(0, after), 0);
}

/** Element i of x put at start + i step of an axis of that length, zeros elsewhere. */
function spreadAlong(
  emit: Emitter,
  x: Tensor,
  axis: number,
  { start, step, length }: { readonly start: number; readonly step: number; readonly length: number },
): Tensor {
  const count = sizeAt(x.shape, axis);
  let spread = x;
  if (step > 1) {
    const apart = emit.reshape(x, [...x.shape.slice(0, axis + 1), 1, ...x.shape.slice(axis + 1)]);
    const filled = surround(emit, apart, axis + 1, 0, step - 1);
    const joined = emit.reshape(filled, x.shape.with(axis, count * step));
    spread = emit.slice(joined, [{ axis, start: 0, end: Math.min(count * step, length - start) }]);
  }
  return surround(emit, spread, axis, start, length - start - sizeAt(spread.shape, axis));
}

export const slice: Rule<'slice'> = {
  evaluate: (call) => call.emit.slice(inputOf(call, 0), [call.attributes]),
  train(call) {
    const x = inputOf(call, 0);
    const { axis, start, step } = call.attributes;
    return {
      output: slice.evaluate(call),
      backward: (dy) => ({
        inputs: [spreadAlong(call.emit, dy, axis, { start, step, length: sizeAt(x.shape, axis) })],
      }),
    };
  },
};

function take(emit: Emitter, x: Tensor, axis: number, indices: readonly number[]): Tensor {
  const chosen: Tensor = { name: emit.builder.integers(indices), shape: [indices.length] };
  return emit.node('Gather', [x, chosen], x.shape.with(axis, indices.length), { axis });
}

/** Where each place went, when every place went to exactly one; null otherwise. */
function inverseOf(indices: readonly number[], length: number): number[] | null {
  if (indices.length !== length || new Set(indices).size !== length) return null;
  const inverse = Array.from({ length }, () => 0);
  for (const [place, index] of indices.entries()) inverse[index] = place;
  return inverse;
}

/** Sums elements back to the place of the axis that each was taken from. */
function giveBack(emit: Emitter, dy: Tensor, axis: number, indices: readonly number[], length: number): Tensor {
  const inverse = inverseOf(indices, length);
  if (inverse !== null) return take(emit, dy, axis, inverse);
  const order = [axis, ...dy.shape.map((_, i) => i).filter((i) => i !== axis)];
  const rows = emit.transpose(dy, order);
  const shape = rows.shape.with(0, length);
  const places: Tensor = { name: emit.builder.integers(indices, [indices.length, 1]), shape: [indices.length, 1] };
  const summed = emit.node('ScatterND', [emit.zeros(shape), places, rows], shape, { reduction: 'add' });
  return emit.transpose(
    summed,
    dy.shape.map((_, i) => order.indexOf(i)),
  );
}

export const gather: Rule<'gather'> = {
  evaluate: (call) => take(call.emit, inputOf(call, 0), call.attributes.axis, call.attributes.indices),
  train(call) {
    const x = inputOf(call, 0);
    const { axis, indices } = call.attributes;
    return {
      output: gather.evaluate(call),
      backward: (dy) => ({ inputs: [giveBack(call.emit, dy, axis, indices, sizeAt(x.shape, axis))] }),
    };
  },
};

export const pad: Rule<'pad'> = {
  evaluate(call) {
    const { emit, attributes, batch } = call;
    const { before, after, value } = attributes;
    let x = inputOf(call, 0);
    const cuts = x.shape.map((size, axis) => ({
      axis,
      start: Math.max(0, -(before[axis] ?? 0)),
      end: size - Math.max(0, -(after[axis] ?? 0)),
    }));
    x = emit.slice(
      x,
      cuts.filter(({ axis, start, end }) => start > 0 || end < sizeAt(x.shape, axis)),
    );
    const added = (amounts: readonly number[]) => amounts.map((amount) => Math.max(0, amount));
    const [first, last] = [added(before), added(after)];
    if ([...first, ...last].every((amount) => amount === 0)) return x;
    if (emit.formulation === 'portable') {
      return x.shape.reduce((all, _, axis) => emit.padAxis(all, axis, first[axis] ?? 0, last[axis] ?? 0, value), x);
    }
    if (batch === null || value !== 0) {
      // Pad holds for any batch.
      const amounts: Tensor = { name: emit.builder.integers([...first, ...last]), shape: [2 * first.length] };
      return emit.node('Pad', [x, amounts, emit.constant([value], [])], call.shape, { mode: 'constant' });
    }
    return x.shape.reduce((result, _, axis) => surround(emit, result, axis, first[axis] ?? 0, last[axis] ?? 0), x);
  },
  train(call) {
    const { emit } = call;
    const { before, after } = call.attributes;
    const x = inputOf(call, 0);
    return {
      output: pad.evaluate(call),
      backward(dy) {
        const cuts = x.shape.map((size, axis) => {
          const start = before[axis] ?? 0;
          return { axis, start: Math.max(0, start), end: Math.min(start + size, sizeAt(dy.shape, axis)) };
        });
        const kept = emit.slice(
          dy,
          cuts.filter(({ axis, start, end }) => start > 0 || end < sizeAt(dy.shape, axis)),
        );
        // What was cut off gets no gradient.
        const dx = x.shape.reduce(
          (result, _, axis) =>
            surround(emit, result, axis, Math.max(0, -(before[axis] ?? 0)), Math.max(0, -(after[axis] ?? 0))),
          kept,
        );
        return { inputs: [dx] };
      },
    };
  },
};

const relations = {
  less: ['Less', false],
  lessOrEqual: ['Greater', true],
  greater: ['Greater', false],
  greaterOrEqual: ['Less', true],
  equal: ['Equal', false],
  notEqual: ['Equal', true],
} as const;

/** 1 where the relation holds, else 0. */
export const compare: Rule<'compare'> = withoutGradient((call) => {
  const { emit } = call;
  const [operator, negated] = relations[call.attributes.relation];
  const [one, zero] = [emit.scalar(1), emit.scalar(0)];
  const [yes, no] = negated ? [zero, one] : [one, zero];
  return emit.select(operator, inputOf(call, 0), inputOf(call, 1), yes, no);
});

/** condition, a, b: the gradient goes to the one that was taken. */
export const where: Rule<'where'> = {
  evaluate(call) {
    const { emit } = call;
    return emit.select('Equal', inputOf(call, 0), emit.scalar(0), inputOf(call, 2), inputOf(call, 1));
  },
  train(call) {
    const { emit, needs } = call;
    const [condition, a, b] = [inputOf(call, 0), inputOf(call, 1), inputOf(call, 2)];
    const zero = emit.scalar(0);
    return {
      output: where.evaluate(call),
      backward: (dy) => ({
        inputs: [
          null,
          needs[1] === true ? emit.sumTo(emit.select('Equal', condition, zero, zero, dy), a.shape) : null,
          needs[2] === true ? emit.sumTo(emit.select('Equal', condition, zero, dy, zero), b.shape) : null,
        ],
      }),
    };
  },
};

/** The largest along one axis; the gradient goes to the first of equals. */
export const maxAlong: Rule<'maxAlong'> = {
  evaluate(call) {
    const { axis, keep } = call.attributes;
    return call.emit.reduce('ReduceMax', inputOf(call, 0), [axis], keep);
  },
  train(call) {
    const { emit } = call;
    const { axis } = call.attributes;
    const x = inputOf(call, 0);
    return {
      output: maxAlong.evaluate(call),
      backward(dy) {
        const kept = x.shape.with(axis, 1);
        const found = emit.builder.node('ArgMax', [x.name], { axis, keepdims: 1 });
        const indices: Tensor = { name: found, shape: kept };
        const inputs = [emit.zeros(x.shape), indices, emit.reshape(dy, kept)];
        return { inputs: [emit.node('ScatterElements', inputs, x.shape, { axis })] };
      },
    };
  },
};
