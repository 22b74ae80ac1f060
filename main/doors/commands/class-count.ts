/** How many classes a network tells apart, held against the datasets that are here. */
import { fail } from '../../../core/failure.ts';
import { type Network, shapeOfValue } from '../../../core/network/ir.ts';
import { listDatasets } from '../../datasets/registry.ts';

/** The classes of a network: its output is [N, classes], or it is not read as one. */
export function classCount(network: Network): number {
  const classes = shapeOfValue(network, network.output)[1];
  return typeof classes === 'number' ? classes : fail('internal', 'The network yields no [N, classes].');
}

/** Names in a row: `builtin and cifar10 have 10`. */
function having(names: readonly string[], count: number): string {
  return `${names.join(' and ')} ${names.length === 1 ? 'has' : 'have'} ${count}`;
}

/** What a network of so many classes can be trained on here, or how many it would need, in words. */
export async function classesText(classes: number): Promise<string> {
  const byCount = new Map<number, string[]>();
  for (const entry of await listDatasets()) {
    if ('problem' in entry) continue;
    byCount.set(entry.classes.length, [...(byCount.get(entry.classes.length) ?? []), entry.name]);
  }
  const fitting = byCount.get(classes);
  if (fitting !== undefined) return `${classes}, as ${fitting.join(' and ')}`;
  const there = [...byCount].map(([count, names]) => having(names, count)).join(', ');
  const needed = [...byCount.keys()].sort((a, b) => a - b).join(' or ');
  return `${classes}: no dataset here has so many (${there}); to be trained on one, or to seed a search over it, the file needs ${needed}`;
}
