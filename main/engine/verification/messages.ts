/** What the engine and the process that verifies a run tell each other: one question, one answer. */
import * as z from 'zod';
import { calls } from '../../../core/contract.ts';
import { failureSchema } from '../../../core/failure.ts';
import { protocol } from '../../processes/protocol.ts';

export const verificationProtocol = protocol(
  z.strictObject({ folder: z.string() }),
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('verified'), verification: calls['runs.verify'].result }),
    z.strictObject({ type: z.literal('failed'), failure: failureSchema }),
  ]),
);
