/**
 * LineChart: small line charts side by side over one axis, read together: the pointer or the arrows mark a place in all.
 * Props: {@link LineChartProps}. HistoryChart and TrainingCurve are made of it.
 */
import { type KeyboardEvent, useState } from 'react';
import { type Domain, nearestIndex } from './line-geometry.ts';
import { LinePanel, type LinePanelData, panelMargins } from './line-panel.tsx';
import { Tooltip } from './tooltip.tsx';
import { useWidth } from './use-width.ts';
import './charts.css';

export interface LineChartProps {
  readonly label: string;
  readonly panels: readonly LinePanelData[];
  /** Where there are values, ascending. */
  readonly xs: readonly number[];
  readonly xDomain: Domain;
  readonly xLabel: string;
  /** Title of the tooltip at a place, and what it lists. */
  titleOf(x: number): string;
  rowsOf(x: number): readonly (readonly [label: string, value: string])[];
  /** A place marked from outside. */
  readonly chosen?: number | null;
  /** Called on a click and on Enter. */
  readonly onChoose?: (x: number) => void;
  readonly panelHeight?: number;
  /** Least width of a panel; as many stand beside each other as have room. */
  readonly panelWidth?: number;
}

const gap = 20;

export function LineChart(props: LineChartProps) {
  const { label, panels, xs, xDomain, xLabel, titleOf, rowsOf, chosen = null, onChoose } = props;
  const { panelHeight = 148, panelWidth = 230 } = props;
  const [frame, width] = useWidth<HTMLDivElement>();
  const [hovered, setHovered] = useState<{ x: number; left: number; top: number } | null>(null);

  const fitting = Math.max(1, Math.min(panels.length, Math.floor((width + gap) / (panelWidth + gap))));
  // Four are two rows of two rather than three and one.
  const columns = Math.ceil(panels.length / Math.ceil(panels.length / fitting));
  const rows = Math.ceil(panels.length / columns);
  const each = (width - gap * (columns - 1)) / columns;
  const height = rows * panelHeight + (rows - 1) * 12;
  const placeOf = (index: number) => ({
    left: (index % columns) * (each + gap),
    top: Math.floor(index / columns) * (panelHeight + 12),
    width: each,
    height: panelHeight,
  });
  const marked = hovered?.x ?? chosen;

  /** The place of the axis under a point of the drawing, in whichever panel it lies. */
  const nearestTo = (left: number): number | undefined => {
    const inPanel = (left % (each + gap)) - panelMargins.left;
    const share = inPanel / (each - panelMargins.left - panelMargins.right);
    return xs[nearestIndex(xs, xDomain.low + share * (xDomain.high - xDomain.low))];
  };
  const drawnX = (x: number): number =>
    panelMargins.left +
    ((x - xDomain.low) / (xDomain.high - xDomain.low || 1)) * (each - panelMargins.left - panelMargins.right);
  const move = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setHovered(null);
    if (event.key === 'Enter' && marked !== null) onChoose?.(marked);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || xs.length === 0) return;
    event.preventDefault();
    const from = marked === null ? xs.length - 1 - step : xs.indexOf(marked);
    const x = xs[Math.max(0, Math.min(xs.length - 1, from + step))];
    if (x !== undefined) setHovered({ x, left: drawnX(x), top: 24 });
  };
  const said = marked === null ? '' : [titleOf(marked), ...rowsOf(marked).map((row) => row.join(' '))].join(', ');

  return (
    <div ref={frame} className="chart-box">
      {width > 0 && (
        <div
          className="chart-slider"
          role="slider"
          aria-label={label}
          aria-valuemin={xs[0] ?? 0}
          aria-valuemax={xs.at(-1) ?? 0}
          aria-valuenow={marked ?? xs.at(-1) ?? 0}
          aria-valuetext={said === '' ? label : said}
          tabIndex={0}
          onKeyDown={move}
          onBlur={() => setHovered(null)}
          onPointerMove={(event) => {
            const box = event.currentTarget.getBoundingClientRect();
            const [left, top] = [event.clientX - box.left, event.clientY - box.top];
            const x = nearestTo(left);
            setHovered(x === undefined ? null : { x, left, top });
          }}
          onPointerLeave={() => setHovered(null)}
          onClick={() => hovered !== null && onChoose?.(hovered.x)}
        >
          <svg data-drawing="" width={width} height={height} aria-hidden="true">
            {panels.map((data, index) => (
              <LinePanel
                key={data.key}
                data={data}
                place={placeOf(index)}
                xDomain={xDomain}
                xLabel={xLabel}
                marked={marked}
              />
            ))}
          </svg>
          {hovered !== null && (
            <Tooltip
              x={hovered.left}
              y={hovered.top}
              width={width}
              title={titleOf(hovered.x)}
              rows={rowsOf(hovered.x)}
            />
          )}
        </div>
      )}
    </div>
  );
}
