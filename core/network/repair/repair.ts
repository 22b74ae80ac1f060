/**
 * Repair of common slips in what a language model wrote. Each repair answers the reason for which the text was refused
 * with one edit; a text is repaired only where the edits together make a network that is accepted. Nothing is guessed
 * about what was meant beyond the slip: layer kinds and their outputs stay as written.
 */
import { type Failure, FailureError } from '../../failure.ts';
import type { PythonParser } from '../../python/syntax/parser.ts';
import type { Misfit } from '../torch/world/world.ts';
import { repairInputSize } from './input-size.ts';
import { repairFlatten } from './missing-flatten.ts';
import { repairNames } from './names.ts';
import type { Mended, Repair, Slip } from './slip.ts';
import { repairUnfinished } from './unfinished.ts';

type Repairer = (slip: Slip) => Mended | null;

const repairers: readonly Repairer[] = [repairUnfinished, repairNames, repairFlatten, repairInputSize];

/** Most repairs of one text: what needs more is no slip. */
export const mostRepairs = 12;

export interface Repaired<T> {
  /** What the repaired text reads as. */
  readonly value: T;
  /** Why the text was refused as it was written. */
  readonly reason: Failure;
  readonly repairs: readonly Repair[];
}

export interface RepairOptions<T> {
  readonly text: string;
  readonly className: string;
  /** What the text was refused with. */
  readonly error: FailureError;
  readonly parser: PythonParser;
  /** Reads a text. @throws FailureError where it is refused */
  read(text: string): T;
  /** Characters that all readings together may have; any number where left out. */
  readonly characters?: number;
}

function isMisfit(cause: unknown): cause is Misfit {
  return typeof cause === 'object' && cause !== null && 'kind' in cause;
}

/** The text made acceptable by repairs, or null where they do not lead there. Pure: the same text, the same answer. */
export function repairText<T>(options: RepairOptions<T>): Repaired<T> | null {
  const { text, className, error, parser, read, characters = Number.POSITIVE_INFINITY } = options;
  const seen = new Set([text]);
  const repairs: Repair[] = [];
  let current = text;
  let refused = error;
  let looked = 0;
  while (repairs.length < mostRepairs) {
    looked += current.length;
    if (looked > characters) return null;
    const { failure: reason, cause } = refused;
    const slip = { text: current, className, reason, misfit: isMisfit(cause) ? cause : null, parser, earlier: repairs };
    const mended = repairers.reduce<Mended | null>((found, repairer) => found ?? repairer(slip), null);
    if (mended === null || seen.has(mended.text)) return null;
    seen.add(mended.text);
    repairs.push(mended.repair);
    current = mended.text;
    try {
      return { value: read(current), reason: error.failure, repairs };
    } catch (next) {
      if (!(next instanceof FailureError)) throw next;
      refused = next;
    }
  }
  return null;
}
