/** What the window's process and the engine's process tell each other, besides the ports they hand over. */
import * as z from 'zod';
import { contractFailureSchema } from '../../../core/contract/failure.ts';

export const toEngineProcessSchema = z.discriminatedUnion('type', [
  /** Comes with one port: a page to serve. */
  z.strictObject({ type: z.literal('connect') }),
  /** The person chose a file or a folder: the page may name it. Answered with `opened`. */
  z.strictObject({ type: z.literal('chosen'), path: z.string() }),
  /** Which searches and conversions work? */
  z.strictObject({ type: z.literal('working') }),
  /** Stop all searches with their state saved, then end. */
  z.strictObject({ type: z.literal('close') }),
]);

export const fromEngineProcessSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  /** The engine cannot be made; the process ends. */
  z.strictObject({ type: z.literal('failed'), failure: contractFailureSchema }),
  z.strictObject({ type: z.literal('opened'), path: z.string() }),
  /** Names of runs, and files that checkpoints are being converted to. */
  z.strictObject({
    type: z.literal('working'),
    runs: z.array(z.string()),
    conversions: z.array(z.string()).default([]),
  }),
]);

export type ToEngineProcess = z.infer<typeof toEngineProcessSchema>;
/** What the end of the engine's process would stop. */
export interface Working {
  readonly runs: readonly string[];
  readonly conversions: readonly string[];
}

export type FromEngineProcess = z.infer<typeof fromEngineProcessSchema>;
