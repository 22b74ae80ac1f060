/** What an operation takes beside what it pays: processor time of a few runs, and the share of the budget they used up. */
import { FailureError } from '../../../../core/failure.ts';
import { resetWorld } from '../../../../core/network/torch/create-world.ts';
import type { Value } from '../../../../core/python/values.ts';
import type { Host, Operation } from './operations.ts';
import { makeValue } from './values.ts';

/** Steps that a program takes at least to ask for anything: a statement, a name, its arguments. */
const leastSteps = 4;

/** Milliseconds that a program may take which uses its budget up. */
const promised = 200;

export interface Cost {
  readonly milliseconds: number;
  /** Times longer than the used share of the budget allows. */
  readonly excess: number;
}

/** Values that may be used a few times: making them takes longer than most operations. */
function pool(host: Host): (name: string, fresh: boolean) => Value {
  const held = new Map<string, { readonly value: Value; uses: number }>();
  return (name, fresh) => {
    const found = held.get(name);
    if (found !== undefined && !fresh && found.uses < 20 && !name.includes('image')) {
      found.uses++;
      return found.value;
    }
    const made = { value: makeValue(host, name), uses: 0 };
    held.set(name, made);
    return made.value;
  };
}

/** Runs an operation on values, by their names, until the budget, a hundred runs or the time is used up. */
export type Measure = (operation: Operation, names: readonly string[], fresh?: boolean) => Cost;

export function measureOn(host: Host, slowness: () => number): Measure {
  const value = pool(host);
  return (operation, names, fresh = false) => {
    resetWorld(host.torch.world);
    const given = names.map((name) => value(name, fresh));
    const meter = host.fresh();
    const before = process.cpuUsage();
    const spentTime = () => {
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    for (let run = 0; run < 100; run++) {
      try {
        meter.steps(leastSteps);
        operation.run(given);
      } catch (error) {
        // What the host itself refuses is a bound too, if a coarse one (see core/network/interpret.ts).
        if (error instanceof RangeError) break;
        if (!(error instanceof FailureError)) throw error;
        if (error.failure.kind === 'budget') break;
        // A program that goes on after a refusal has caught it.
        if (meter.spent() > 0.9) break;
        meter.caught(0);
      }
      if (spentTime() > 60 || meter.spent() > 0.05) break;
    }
    const milliseconds = spentTime() / slowness();
    return { milliseconds, excess: milliseconds / (promised * Math.max(meter.spent(), 1e-6)) };
  };
}

/** Numbers from 0 to 1 that are the same in every run of the tests. */
export function draws(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return state / 0x8000_0000;
  };
}

/** Costs that stand out after several tries: other work on the machine makes times longer, never shorter. */
export function standsOut(measure: Measure, operation: Operation, names: readonly string[]): string | null {
  const tooLong = ({ milliseconds, excess }: Cost) => milliseconds > 5 && excess > 1.5;
  let best = measure(operation, names);
  for (let again = 0; again < 4 && tooLong(best); again++) {
    const next = measure(operation, names, true);
    if (next.excess < best.excess) best = next;
  }
  if (!tooLong(best)) return null;
  const times = `${best.excess.toFixed(1)} times what it pays (${best.milliseconds.toFixed(0)} ms)`;
  return `${operation.name} of ${names.join(', ') || 'nothing'}: ${times}`;
}
