/** Graphs of a run's networks, read anew from their recorded sources, in the shapes of the contract. */
import type { DifferenceView } from '../../core/contract/networks.ts';
import { fail } from '../../core/failure.ts';
import { networkDifference } from '../../core/network/difference.ts';
import { cleanSource } from '../../core/network/source/clean-source.ts';
import type { EndableInterpreter, Interpretation } from '../../core/search/ports.ts';
import { candidateOf } from '../run/candidates.ts';
import { sourceOf } from '../run/outcomes.ts';
import type { Run } from '../run/run.ts';

/** @throws FailureError (`input`) for a candidate that is not in the run or no network */
async function read(name: string, run: Run, id: string, interpreter: EndableInterpreter): Promise<Interpretation> {
  const source = sourceOf(candidateOf(name, run, id));
  if (source === null) return fail('input', `${id} is no network: its text was not read, or was refused.`);
  const result = await interpreter(source);
  if (result.ok) return result.value;
  return fail('run', `The source of ${id} is no longer read as a network: ${result.reason.message}`);
}

/**
 * Clean source of a candidate, read back. `name`: what the run is called.
 * @throws FailureError (`input`, `run`, `verification`, `fault`)
 */
export async function sourceOfCandidate(name: string, run: Run, id: string, interpreter: EndableInterpreter) {
  const interpretation = await read(name, run, id, interpreter);
  return { source: await cleanSource(interpretation, interpreter), hash: interpretation.hash };
}

/** What changed from one candidate to another. @throws FailureError (`input`, `run`, `fault`) */
export async function differenceOfCandidates(
  name: string,
  run: Run,
  ids: { readonly before: string; readonly after: string },
  interpreter: EndableInterpreter,
): Promise<DifferenceView> {
  const before = await read(name, run, ids.before, interpreter);
  const after = await read(name, run, ids.after, interpreter);
  const { counts, changes } = networkDifference(before.network, after.network);
  const side = (id: string, { hash, measures }: Interpretation) => ({ id, hash, measures });
  const shown = (operation: (typeof changes)[number]['before']) =>
    operation === null
      ? null
      : {
          ...operation,
          weight: operation.weight === null ? null : [...operation.weight],
          attributes: [...operation.attributes],
        };
  return {
    before: side(ids.before, before),
    after: side(ids.after, after),
    counts,
    changes: changes.map((change) => ({
      kind: change.kind,
      before: shown(change.before),
      after: shown(change.after),
    })),
  };
}
