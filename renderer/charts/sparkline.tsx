/** Sparkline: a trend in a line of text. Props: `values` (null leaves a gap), `label` that says it, `width`, `height`. */
import { between, linePath, roundDomain } from './line-geometry.ts';
import './charts.css';

export interface SparklineProps {
  readonly values: readonly (number | null)[];
  readonly label: string;
  readonly width?: number;
  readonly height?: number;
}

export function Sparkline({ values, label, width = 72, height = 20 }: SparklineProps) {
  const known = values.flatMap((value) => value ?? []);
  const { low, high } = known.length === 0 ? roundDomain([]) : { low: Math.min(...known), high: Math.max(...known) };
  const toDrawing = ([x, y]: readonly [number, number]) =>
    [
      between({ low: 0, high: Math.max(1, values.length - 1) }, x, 2, width - 3),
      between({ low, high }, y, height - 3, 3),
    ] as const;
  const lastIndex = values.findLastIndex((value) => value !== null);
  const last = values[lastIndex];
  const end = last === null || last === undefined ? null : toDrawing([lastIndex, last]);
  return (
    <svg className="sparkline" width={width} height={height} role="img" aria-label={label}>
      <path
        d={linePath(
          values.map((value, index) => [index, value ?? Number.NaN]),
          toDrawing,
        )}
        className="chart-line"
      />
      {end !== null && <circle cx={end[0]} cy={end[1]} r="2" className="chart-point" />}
    </svg>
  );
}
