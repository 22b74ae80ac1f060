/** Where a network comes from, and what came of it. */
import type { LineageStep } from '../../core/contract/candidates.ts';
import { fail } from '../../core/failure.ts';
import { fitnessOfRecord, testAccuracy } from './outcomes.ts';
import type { Run } from './run.ts';

/**
 * The chain of first parents from the beginning to a network, oldest first; of a damaged run as far as it is recorded
 * (`runs verify` names what is missing).
 * @throws FailureError (`run`) where the network is not in the run
 */
export function lineage({ records, folder }: Pick<Run, 'records' | 'folder'>, network: string): LineageStep[] {
  const steps: LineageStep[] = [];
  const seen = new Set<string>();
  let id: string | undefined = network;
  while (id !== undefined && !seen.has(id)) {
    seen.add(id);
    const record = records.get(id);
    if (record === undefined) break;
    const { proposed } = record;
    steps.push({
      network: id,
      generation: proposed.generation,
      operator: proposed.operator,
      prompt: proposed.individual?.prompt ?? null,
      temperature: proposed.individual?.temperature ?? null,
      parents: [...proposed.parents],
      fitness: fitnessOfRecord(record),
      testAccuracy: testAccuracy(record),
    });
    id = proposed.parents[0];
  }
  if (steps.length === 0) fail('run', `The run ${folder} has no network ${network}. \`runs show\` lists the elites.`);
  return steps.reverse();
}

/** Ids of the candidates that it is a parent of, in the order in which they were proposed. */
export function childrenOf({ records }: Pick<Run, 'records'>, id: string): string[] {
  return [...records.values()].flatMap((other) => (other.proposed.parents.includes(id) ? [other.id] : []));
}
