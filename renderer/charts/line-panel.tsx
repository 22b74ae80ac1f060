/** LinePanel: one small line chart as part of a drawing: title, axes in their units, lines, dots, a baseline. */
import {
  between,
  type DataPoint,
  type Domain,
  linePath,
  roundDomain,
  roundTicks,
  wholeTicks,
} from './line-geometry.ts';

export interface LinePanelData {
  readonly key: string;
  readonly title: string;
  /** The main line. */
  readonly line: readonly DataPoint[];
  readonly dots?: readonly DataPoint[];
  readonly baseline?: { readonly y: number; readonly label: string } | null;
  /** Values that must lie inside the axis besides the drawn ones. */
  readonly include?: readonly number[];
  /** The axis goes no further than that. */
  readonly within?: Domain;
  /** Figure at a tick, and as a value. */
  readonly tick: (y: number) => string;
  readonly show: (y: number) => string;
}

interface PanelPlace {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const panelMargins = { left: 44, right: 12, top: 24, bottom: 20 };

export interface LinePanelProps {
  readonly data: LinePanelData;
  readonly place: PanelPlace;
  readonly xDomain: Domain;
  readonly xLabel: string;
  /** Marked by an upright line and a dot. */
  readonly marked: number | null;
}

function yDomainOf({ line, dots = [], baseline, include = [], within }: LinePanelData): Domain {
  const values = [...line, ...dots].map(([, y]) => y);
  const domain = roundDomain([...values, ...include, ...(baseline == null ? [] : [baseline.y])]);
  if (within === undefined) return domain;
  return { low: Math.max(domain.low, within.low), high: Math.min(domain.high, within.high) };
}

export function LinePanel({ data, place, xDomain, xLabel, marked }: LinePanelProps) {
  const left = place.left + panelMargins.left;
  const right = place.left + place.width - panelMargins.right;
  const top = place.top + panelMargins.top;
  const bottom = place.top + place.height - panelMargins.bottom;
  const yDomain = yDomainOf(data);
  const x = (value: number): number => between(xDomain, value, left, right);
  const y = (value: number): number => between(yDomain, value, bottom, top);
  const toDrawing = ([pointX, pointY]: DataPoint): DataPoint => [x(pointX), y(pointY)];
  const last = data.line.findLast(([, value]) => Number.isFinite(value));
  const shown = marked === null ? last : data.line.find(([at]) => at === marked);
  const { baseline = null } = data;
  const dotSize = (data.dots?.length ?? 0) > 120 ? 1 : 2;
  const baselineY = baseline === null ? 0 : y(baseline.y);
  const xTicks = wholeTicks(xDomain, Math.max(2, (right - left) / 48));
  return (
    <g>
      <text x={place.left} y={place.top + 12} className="chart-title">
        {data.title}
      </text>
      {shown !== undefined && Number.isFinite(shown[1]) && (
        <text x={right} y={place.top + 12} textAnchor="end" className="chart-value">
          {data.show(shown[1])}
        </text>
      )}
      {roundTicks(yDomain, Math.max(2, Math.round((bottom - top) / 34))).map((tick) => (
        <g key={tick}>
          <line x1={left} x2={right} y1={y(tick)} y2={y(tick)} className="chart-grid" />
          <text x={left - 6} y={y(tick)} dy="0.32em" textAnchor="end" className="chart-text">
            {data.tick(tick)}
          </text>
        </g>
      ))}
      {xTicks.map((tick) => (
        <text key={tick} x={x(tick)} y={bottom + 14} textAnchor="middle" className="chart-text">
          {tick}
        </text>
      ))}
      <text x={place.left} y={bottom + 14} className="chart-text">
        {xLabel}
      </text>
      {baseline !== null && (
        <g>
          <line x1={left} x2={right} y1={baselineY} y2={baselineY} className="chart-baseline" />
          <text x={right} y={baselineY - 4} textAnchor="end" className="chart-text chart-haloed">
            {baseline.label}
          </text>
        </g>
      )}
      {data.dots?.map((point) => {
        const [dotX, dotY] = toDrawing(point);
        return (
          Number.isFinite(point[1]) && <circle key={point[0]} cx={dotX} cy={dotY} r={dotSize} className="chart-dot" />
        );
      })}
      <path d={linePath(data.line, toDrawing)} className="chart-line" />
      {data.line.length === 1 && last !== undefined && (
        <circle cx={x(last[0])} cy={y(last[1])} r="2.5" className="chart-point" />
      )}
      {marked !== null && (
        <g data-page-only="">
          <line x1={x(marked)} x2={x(marked)} y1={top} y2={bottom} className="chart-marker" />
          {shown !== undefined && Number.isFinite(shown[1]) && (
            <circle cx={x(shown[0])} cy={y(shown[1])} r="3.5" className="chart-point" />
          )}
        </g>
      )}
    </g>
  );
}
