/**
 * The network archive as a map in text: FLOPs to the right, width to depth upwards, each cell the best fitness among
 * the elites that lie in it. The niches themselves are cells of a Voronoi diagram, which characters cannot draw.
 */
import { placeOnAxis } from '../../../core/archive/axis.ts';
import type { Axis, Settings } from '../../../core/search/settings.ts';
import type { NetworkReport } from '../../store/run-report.ts';
import type { Palette } from './colour.ts';

const columns = 10;
const rows = 8;

/** Index of a share's bin; what lies outside the axis is shown at its edge, as the archive clips it. */
function bin(value: number, axis: Axis, count: number): number {
  const place = Math.floor(placeOnAxis(axis, value) * count);
  return Math.min(count - 1, Math.max(0, place));
}

function axisEnds(axis: Axis): [string, string] {
  const text = (value: number): string => (axis.scale === 'log10' ? `10^${value}` : String(value));
  return [text(axis.min), text(axis.max)];
}

/** Two or three characters: a fitness as whole percent, or a loss rounded. */
function cellText(fitness: number): string {
  return fitness >= 0 && fitness <= 1 ? String(Math.round(fitness * 100)) : fitness.toFixed(1);
}

export function archiveMap(elites: readonly NetworkReport[], settings: Settings, colours: Palette): string {
  const { flops, widthToDepth } = settings.networkArchive;
  const best = new Map<number, number>();
  for (const { measures, fitness } of elites) {
    if (fitness === null) continue;
    const cell = bin(measures.widthToDepth, widthToDepth, rows) * columns + bin(measures.flops, flops, columns);
    best.set(cell, Math.max(best.get(cell) ?? Number.NEGATIVE_INFINITY, fitness));
  }
  const values = [...best.values()];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const lines: string[] = [];
  const [flopsFrom, flopsTo] = axisEnds(flops);
  const [ratioFrom, ratioTo] = axisEnds(widthToDepth);
  const margin = Math.max(ratioFrom.length, ratioTo.length);
  for (let row = rows - 1; row >= 0; row--) {
    const label = row === rows - 1 ? ratioTo : row === 0 ? ratioFrom : '';
    const cells = Array.from({ length: columns }, (_, column) => {
      const fitness = best.get(row * columns + column);
      if (fitness === undefined) return colours.dim('   ·');
      return colours.heat(cellText(fitness).padStart(4), high > low ? (fitness - low) / (high - low) : 1);
    });
    lines.push(`  ${label.padStart(margin)} |${cells.join('')}`);
  }
  const width = columns * 4;
  lines.push(`  ${' '.repeat(margin)} +${'-'.repeat(width)}`);
  lines.push(
    `  ${' '.repeat(margin)}  ${flopsFrom}${'FLOPs'.padStart(width / 2)}${flopsTo.padStart(width / 2 - flopsFrom.length)}`,
  );
  return [`  width/depth; cells: best fitness${values.every((v) => v >= 0 && v <= 1) ? ' in %' : ''}`, ...lines].join(
    '\n',
  );
}
