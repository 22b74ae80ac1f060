/**
 * The network archive as a map in text: its second axis to the right, its first upwards (the paper's FLOPs and width to
 * depth), each cell the best fitness among the elites that lie in it, whatever further axes there are. The niches
 * themselves are cells of a Voronoi diagram, which characters cannot draw.
 */
import { placeOnAxis } from '../../../core/archive/axis.ts';
import type { ArchiveAxis } from '../../../core/search/descriptors/axes.ts';
import { descriptors } from '../../../core/search/descriptors/table.ts';
import type { NetworkReport } from '../../run/networks.ts';
import { type Palette, quantity } from './colour.ts';

const columns = 10;
const rows = 8;

/** Index of a share's bin; what lies outside the axis is shown at its edge, as the archive clips it. */
function bin(value: number, axis: ArchiveAxis, count: number): number {
  const place = Math.floor(placeOnAxis(axis, value) * count);
  return Math.min(count - 1, Math.max(0, place));
}

function axisEnds({ scale, min, max }: ArchiveAxis): [string, string] {
  const text = (value: number): string => {
    if (scale === 'log10') return `10^${value}`;
    return Math.abs(value) >= 1e4 ? quantity(value) : String(value);
  };
  return [text(min), text(max)];
}

/** Two or three characters: a fitness as whole percent, or a loss rounded. */
function cellText(fitness: number): string {
  return fitness >= 0 && fitness <= 1 ? String(Math.round(fitness * 100)) : fitness.toFixed(1);
}

type Placed = Pick<NetworkReport, 'fitness' | 'descriptors'>;

export function archiveMap(elites: readonly Placed[], axes: readonly ArchiveAxis[], colours: Palette): string {
  const [up, right, ...others] = axes;
  if (up === undefined || right === undefined) return '';
  const best = new Map<number, number>();
  for (const { descriptors: values, fitness } of elites) {
    const [upward, rightward] = [values[up.descriptor], values[right.descriptor]];
    if (fitness === null || upward === null || rightward === null) continue;
    const cell = bin(upward, up, rows) * columns + bin(rightward, right, columns);
    best.set(cell, Math.max(best.get(cell) ?? Number.NEGATIVE_INFINITY, fitness));
  }
  const values = [...best.values()];
  const low = Math.min(...values);
  const high = Math.max(...values);
  const lines: string[] = [];
  const [rightFrom, rightTo] = axisEnds(right);
  const [upFrom, upTo] = axisEnds(up);
  const margin = Math.max(upFrom.length, upTo.length);
  for (let row = rows - 1; row >= 0; row--) {
    const label = row === rows - 1 ? upTo : row === 0 ? upFrom : '';
    const cells = Array.from({ length: columns }, (_, column) => {
      const fitness = best.get(row * columns + column);
      if (fitness === undefined) return colours.dim('   ·');
      return colours.heat(cellText(fitness).padStart(4), high > low ? (fitness - low) / (high - low) : 1);
    });
    lines.push(`  ${label.padStart(margin)} |${cells.join('')}`);
  }
  const width = columns * 4;
  lines.push(`  ${' '.repeat(margin)} +${'-'.repeat(width)}`);
  const title = descriptors[right.descriptor].label.padStart(width / 2);
  lines.push(
    `  ${' '.repeat(margin)}  ${rightFrom}${title}${rightTo.padStart(Math.max(rightTo.length + 1, width / 2 - rightFrom.length))}`,
  );
  const told = `best fitness${values.every((v) => v >= 0 && v <= 1) ? ' in %' : ''}`;
  const over =
    others.length === 0 ? '' : ` over ${others.map((axis) => descriptors[axis.descriptor].label).join(', ')}`;
  return [`  ${descriptors[up.descriptor].label}; cells: ${told}${over}`, ...lines].join('\n');
}
