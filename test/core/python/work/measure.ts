/** What an operation takes beside what it pays: processor time of a few runs, and the share of the budget they used up. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { FailureError } from '../../../../core/failure.ts';
import { newReading } from '../../../../core/network/torch/world/world.ts';
import type { Value } from '../../../../core/python/types/values.ts';
import type { Host, Operation } from './operations.ts';
import { makeValue } from './values.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Steps that a program takes at least to ask for anything: a statement, a name, its arguments. */
const leastSteps = 4;

/** Milliseconds that a program may take which uses its budget up. */
const promised = 200;

/** Milliseconds beyond what is paid that are no noise: of collected garbage, of code that is compiled. */
const noise = 60;

/** How far an operation is repeated: times, milliseconds, share of the budget. */
interface Extent {
  readonly runs: number;
  readonly milliseconds: number;
  readonly spent: number;
}

/** Enough to see that something may be wrong; most operations end here. */
const glance: Extent = { runs: 20, milliseconds: 15, spent: 0.01 };

/** Enough to tell it from noise. */
const look: Extent = { runs: 2_000, milliseconds: 250, spent: 0.25 };

export interface Cost {
  /** Of the processor, on the thread that asks. */
  readonly milliseconds: number;
  /** Milliseconds that the used share of the budget allows. */
  readonly paid: number;
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

/** Runs an operation on values, by their names, as far as an extent says or the budget goes. */
export type Measure = (operation: Operation, names: readonly string[], extent: Extent) => Cost;

function threadTime(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

export function measureOn(host: Host, slowness: () => number): Measure {
  const value = pool(host);
  return (operation, names, extent) => {
    host.torch.world.reading = newReading();
    const given = names.map((name) => value(name, extent === look));
    // What others left behind is not collected at this one's expense.
    if (extent === look) collect();
    const meter = host.fresh();
    const before = threadTime();
    const spentTime = () => threadTime() - before;
    for (let run = 0; run < extent.runs; run++) {
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
      if (spentTime() > extent.milliseconds || meter.spent() > extent.spent) break;
    }
    return { milliseconds: spentTime() / slowness(), paid: promised * meter.spent() };
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

/**
 * Says it where an operation takes longer than it pays for: seen at a glance, then each time it is looked at anew. Other work
 * on the machine makes times longer, never shorter.
 */
export function standsOut(measure: Measure, operation: Operation, names: readonly string[]): string | null {
  const beyond = ({ milliseconds, paid }: Cost) => milliseconds - 1.5 * paid;
  if (beyond(measure(operation, names, glance)) < 2) return null;
  let least: Cost | null = null;
  for (let again = 0; again < 3; again++) {
    const cost = measure(operation, names, look);
    if (beyond(cost) < noise) return null;
    if (least === null || beyond(cost) < beyond(least)) least = cost;
  }
  if (least === null) return null;
  const times = `${least.milliseconds.toFixed(0)} ms where ${least.paid.toFixed(1)} ms are paid`;
  return `${operation.name} of ${names.join(', ') || 'nothing'}: ${times}`;
}
