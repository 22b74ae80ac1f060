/**
 * Generators as values (Python reference, section 6.2.9): what yields runs as a JavaScript generator, step by step as
 * items are asked for; `send`, `throw` and `close` reach the yield that it waits at.
 */
import type { FailureError } from '../../failure.ts';
import { type Place, reasonError, refuse } from '../reason.ts';
import type { GeneratorControl, IteratorValue, Scope, Value } from '../types/values.ts';
import { catchable, isException, raisedError, simpleException } from './exceptions.ts';
import type { Evaluator } from './runtime.ts';

/** The body of a generator: gives what it yields, gets what is sent, ends with what it returns. */
export type Steps<T = Value> = Generator<Value, T, Value>;

/** What the code of a generator's body shares with whoever resumes it. */
export interface Resumption {
  readonly evaluator: Evaluator;
  /** The evaluator's depth from the resumption on: an exception that is caught in the body goes on from here. */
  depth: number;
  /** Blocks around the yield that it waits at whose cleanup Python runs when nobody keeps the generator. */
  guards: number;
}

/** The same of a generator that the program writes. */
export interface Frame extends Resumption {
  readonly scope: Scope;
}

/** @param place where the call or the expression stands that makes it; null for a generator of the host */
export function makeGenerator(frame: Resumption, place: Place | null, steps: Steps): IteratorValue {
  const { evaluator } = frame;
  let state: GeneratorControl['state'] = 'new';
  let returned: Value = null;
  /** Errors that its except blocks handle while it waits inside them. */
  let handled: unknown[] = [];

  function resume(go: () => IteratorResult<Value, Value>, at: Place | null): Value | undefined {
    const { meter, handling, unfinished } = evaluator;
    if (state === 'running') return refuse('value', 'ValueError: generator already executing', at);
    meter.enter();
    frame.depth = meter.depth();
    const height = handling.length;
    for (const each of handled) handling.push(each);
    if (frame.guards > 0) unfinished.delete(frame);
    state = 'running';
    let given: IteratorResult<Value, Value>;
    try {
      given = go();
    } catch (error) {
      state = 'over';
      // What would end the loop around it silently is an error (PEP 479).
      if (!isException(evaluator, error, 'StopIteration')) throw error;
      throw reasonError('value', 'RuntimeError: generator raised StopIteration', at);
    } finally {
      handled = handling.splice(height);
    }
    meter.caught(frame.depth, 0);
    meter.leave();
    if (given.done === true) {
      state = 'over';
      returned = given.value;
      return undefined;
    }
    state = 'waiting';
    if (frame.guards > 0) unfinished.add(frame);
    return given.value;
  }

  const control: GeneratorControl = {
    place,
    get state() {
      return state;
    },
    get returned() {
      return returned;
    },
    send(value, at) {
      if (state === 'over') return undefined;
      if (state === 'new' && value !== null) {
        return refuse('type', "can't send non-None value to a just-started generator", at);
      }
      return resume(() => steps.next(value), at);
    },
    raise(error, at) {
      if (state === 'new') state = 'over';
      if (state === 'over') throw error;
      return resume(() => steps.throw(error), at);
    },
    close(at) {
      if (state === 'new') state = 'over';
      if (state === 'over') return;
      const depth = evaluator.meter.depth();
      const exit: FailureError = raisedError(simpleException(evaluator, 'GeneratorExit', ''), at);
      let item: Value | undefined;
      try {
        item = resume(() => steps.throw(exit), at);
      } catch (error) {
        if (!isException(evaluator, error, 'GeneratorExit')) throw error;
        evaluator.meter.caught(depth);
      }
      if (item !== undefined) refuse('value', 'RuntimeError: generator ignored GeneratorExit', at);
    },
  };
  return {
    kind: 'iterator',
    typeName: 'generator',
    generator: control,
    next: () => (state === 'over' ? undefined : resume(() => steps.next(null), null)),
  };
}

/**
 * The generator that nobody but the statement at `place` can have: made by the very call that stands there. Python
 * closes it when the statement is through with it.
 */
export function ownGenerator(value: Value, place: Place): GeneratorControl | null {
  if (value === null || typeof value !== 'object' || value.kind !== 'iterator') return null;
  const { generator } = value;
  return generator !== undefined && generator.place === place ? generator : null;
}

/** Closes a generator as Python does with one that nobody keeps: its exceptions go nowhere. */
export function discard(evaluator: Evaluator, generator: GeneratorControl, place: Place): void {
  const depth = evaluator.meter.depth();
  try {
    generator.close(place);
  } catch (error) {
    if (!catchable(evaluator, error)) throw error;
    evaluator.meter.caught(depth);
  }
}
