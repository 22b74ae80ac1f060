/** Windows of PyTorch's adaptive pools: output i of `outputs` covers inputs floor(i n / outputs) up to ceil((i + 1) n / outputs). */

export interface AdaptiveWindows {
  /** Largest window. */
  readonly size: number;
  /** outputs x size. */
  readonly length: number;
  /** Input index of each place of each window; short windows repeat their last one. */
  readonly indices: readonly number[];
}

function windowBounds(length: number, outputs: number): { start: number; end: number }[] {
  return Array.from({ length: outputs }, (_, i) => ({
    start: Math.floor((i * length) / outputs),
    end: Math.ceil(((i + 1) * length) / outputs),
  }));
}

export function adaptiveWindows(length: number, outputs: number): AdaptiveWindows {
  const bounds = windowBounds(length, outputs);
  const size = Math.max(...bounds.map(({ start, end }) => end - start));
  const indices = bounds.flatMap(({ start, end }) =>
    Array.from({ length: size }, (_, place) => Math.min(start + place, end - 1)),
  );
  return { size, length: size * outputs, indices };
}

/** [length, indices.length], row-major: 1 where a place repeats that input. */
export function selectionMatrix(indices: readonly number[], length: number): Float32Array {
  const matrix = new Float32Array(length * indices.length);
  for (const [place, index] of indices.entries()) matrix[index * indices.length + place] = 1;
  return matrix;
}

/** [outputs, length], row-major: each row averages one window. */
export function averagingMatrix(length: number, outputs: number): Float32Array {
  const matrix = new Float32Array(outputs * length);
  for (const [row, { start, end }] of windowBounds(length, outputs).entries()) {
    matrix.fill(1 / (end - start), row * length + start, row * length + end);
  }
  return matrix;
}
