/**
 * The sum of many rows, as a bias over tokens has for its gradient: [n, F] -> [F]. One long float32 sum over rows, which is what
 * ReduceSum makes of it, loses a digit or two more than PyTorch's cascades; here short sums are added in float64.
 */
import { type Emitter, elementCount, type Tensor } from './emitter.ts';

/** Rows that are added in float32. */
const mostInOne = 32;

/** Fewer rows than this are one sum. */
const fewest = 256;

/** Sum over all axes but the last `kept`, which stay. Of arithmetic 2 alone: runs keep the sums they were trained with. */
export function sumOfRows(emit: Emitter, x: Tensor, kept: number): Tensor {
  const leading = x.shape.slice(0, x.shape.length - kept);
  const trailing = x.shape.slice(x.shape.length - kept);
  const rows = elementCount(leading);
  if (rows < fewest) return emit.reduce('ReduceSum', emit.reshape(x, [rows, ...trailing]), [0], false);
  let short = mostInOne;
  while (rows % short !== 0) short--;
  const inShort = emit.reshape(x, [rows / short, short, ...trailing]);
  const sums = emit.cast(emit.reduce('ReduceSum', inShort, [1], false), 'float64');
  return emit.cast(emit.reduce('ReduceSum', sums, [0], false), 'float32');
}
