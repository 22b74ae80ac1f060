/** The still part of a map: cells, axes, what was clipped, and the legend that only a file of it shows. */
import { memo, useId } from 'react';
import type { AxisView } from '../../core/contract/archives.ts';
import { type ColourScheme, colourAt } from './colour-scale.ts';
import { lean, type MapLayout, pathOfCells } from './map-layout.ts';
import type { VoronoiMap } from './voronoi.ts';

export interface MapDrawingProps {
  readonly map: VoronoiMap;
  readonly layout: MapLayout;
  readonly axes: readonly [AxisView, AxisView];
  /** Colour of each filled niche. */
  readonly colours: ReadonlyMap<number, string>;
  readonly unreachable: ReadonlySet<number>;
  readonly legend: {
    readonly label: string;
    readonly scheme: ColourScheme;
    readonly low: string;
    readonly high: string;
  } | null;
}

/** Cells by colour: one path for each shade, however many niches there are. */
function byColour(colours: ReadonlyMap<number, string>): Map<string, number[]> {
  const cells = new Map<string, number[]>();
  for (const [niche, colour] of colours) {
    const known = cells.get(colour);
    if (known === undefined) cells.set(colour, [niche]);
    else known.push(niche);
  }
  return cells;
}

/** CSS pixels. */
const shortAxis = 190;

function Clipped({ axis, x, from, to, y }: { axis: AxisView; x: number; from: number; to: number; y: number }) {
  const { below, above } = axis.clipped;
  // Beside the title of a short axis there is room for the count alone.
  const word = to - from < shortAxis ? '' : ' clipped';
  return (
    <>
      <text x={x} y={y} textAnchor="middle" className="map-axis-title">
        {axis.label}
      </text>
      {below > 0 && (
        <text x={from} y={y} className="chart-text">
          {`◂ ${below}${word}`}
        </text>
      )}
      {above > 0 && (
        <text x={to} y={y} textAnchor="end" className="chart-text">
          {`${above}${word} ▸`}
        </text>
      )}
    </>
  );
}

function Axes({ layout, axes }: Pick<MapDrawingProps, 'layout' | 'axes'>) {
  const { left, top, side, xTicks, yTicks, isLeaning, xTitle, yTitle } = layout;
  const bottom = top + side;
  return (
    <g>
      {xTicks.map(({ place, label }) => {
        const x = left + place * side;
        return (
          <g key={place}>
            <line x1={x} x2={x} y1={bottom} y2={bottom + (label === '' ? 3 : 5)} className="chart-axis" />
            {label !== '' && isLeaning && (
              <text
                textAnchor="end"
                className="chart-text"
                transform={`translate(${x + 3} ${bottom + 12}) rotate(${-lean})`}
              >
                {label}
              </text>
            )}
            {label !== '' && !isLeaning && (
              <text x={x} y={bottom + 17} textAnchor="middle" className="chart-text">
                {label}
              </text>
            )}
          </g>
        );
      })}
      {yTicks.map(({ place, label }) => {
        const y = bottom - place * side;
        return (
          <g key={place}>
            <line x1={left - (label === '' ? 3 : 5)} x2={left} y1={y} y2={y} className="chart-axis" />
            {label !== '' && (
              <text x={left - 8} y={y} dy="0.32em" textAnchor="end" className="chart-text">
                {label}
              </text>
            )}
          </g>
        );
      })}
      <rect x={left} y={top} width={side} height={side} className="map-frame" />
      <Clipped axis={axes[0]} x={left + side / 2} from={left} to={left + side} y={xTitle} />
      <g transform={`translate(${yTitle} ${bottom}) rotate(-90)`}>
        <Clipped axis={axes[1]} x={side / 2} from={0} to={side} y={4} />
      </g>
    </g>
  );
}

const legendSteps = 32;

/** The legend as it stands in an exported file; on the page it is made of controls. */
function FileLegend({ layout, legend }: { layout: MapLayout; legend: NonNullable<MapDrawingProps['legend']> }) {
  const { left, height, side } = layout;
  const barWidth = Math.min(160, side / 2);
  const barLeft = left + side - barWidth - 46;
  const y = height + 10;
  return (
    <g data-file-only="">
      <text x={left} y={y + 9} className="chart-text">
        {legend.label}
      </text>
      <text x={barLeft - 6} y={y + 9} textAnchor="end" className="chart-text">
        {legend.low}
      </text>
      {Array.from({ length: legendSteps }, (_, step) => (
        <rect
          key={colourAt(legend.scheme, step / (legendSteps - 1))}
          x={barLeft + (step * barWidth) / legendSteps}
          y={y}
          width={barWidth / legendSteps + 0.5}
          height={10}
          fill={colourAt(legend.scheme, step / (legendSteps - 1))}
        />
      ))}
      <text x={barLeft + barWidth + 6} y={y + 9} className="chart-text">
        {legend.high}
      </text>
    </g>
  );
}

export const MapDrawing = memo(function MapDrawing(props: MapDrawingProps) {
  const { map, layout, axes, colours, unreachable, legend } = props;
  const hatch = useId().replaceAll(':', '');
  const empty = [...map.cells.keys()].filter((niche) => !colours.has(niche));
  const hatched = [...unreachable].filter((niche) => !colours.has(niche));
  const isDense = map.cells.length > 2000;
  return (
    <svg
      data-drawing=""
      data-file-height={layout.height + (legend === null ? 0 : 26)}
      width={layout.width}
      height={layout.height}
      aria-hidden="true"
      className={isDense ? 'map-drawing is-dense' : 'map-drawing'}
    >
      <defs>
        <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <line x1="0" x2="0" y1="0" y2="6" className="map-hatch" />
        </pattern>
      </defs>
      {hatched.length > 0 && <path d={pathOfCells(map, hatched, layout)} fill={`url(#${hatch})`} />}
      <path d={pathOfCells(map, empty, layout)} className="map-empty" />
      {[...byColour(colours)].map(([colour, niches]) => (
        <path key={colour} d={pathOfCells(map, niches, layout)} fill={colour} className="map-cell" />
      ))}
      <Axes layout={layout} axes={axes} />
      {legend !== null && <FileLegend layout={layout} legend={legend} />}
    </svg>
  );
});
