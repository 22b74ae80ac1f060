/** What a run's writer and its thread say to each other. */
import * as z from 'zod';
import { failureSchema } from '../../../core/failure.ts';
import { protocol } from '../../processes/protocol.ts';

const sessionSchema = z.object({ id: z.int(), seconds: z.string() });

/** Bodies, seconds and environments are JSON, made on the side that knows their schema. */
const taskSchema = z.discriminatedUnion('task', [
  /** The first one. `key`: this machine's, which seals what is written; null where there is none. */
  z.object({ task: z.literal('open'), file: z.string(), key: z.string().nullable() }),
  z.object({ task: z.literal('step'), candidate: z.string(), step: z.string(), body: z.string() }),
  /** Takes back steps and writes one instead. */
  z.object({
    task: z.literal('replace'),
    takeBack: z.array(z.object({ id: z.string(), step: z.string() })),
    candidate: z.string(),
    step: z.string(),
    body: z.string(),
  }),
  z.object({ task: z.literal('start-session'), environment: z.string() }),
  z.object({ task: z.literal('update-session'), ...sessionSchema.shape }),
  z.object({
    task: z.literal('end-session'),
    ...sessionSchema.shape,
    environment: z.string(),
    outcome: z.enum(['finished', 'interrupted', 'failed']),
  }),
  z.object({ task: z.literal('seal') }),
  z.object({ task: z.literal('close') }),
]);
export type Task = z.infer<typeof taskSchema>;

export const writerProtocol = protocol(
  z.object({ number: z.int(), task: taskSchema }),
  z.union([
    /** `id`: of the session that was started. */
    z.object({ number: z.int(), id: z.int().nullable() }),
    z.object({ number: z.int(), failure: failureSchema }),
  ]),
);
