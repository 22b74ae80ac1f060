/** What the engine and the process that converts a checkpoint tell each other; both sides parse what they receive. */
import * as z from 'zod';
import { checkpointSchema, conversionRequestSchema, conversionSchema } from '../../../core/contract/models.ts';
import { failureSchema } from '../../../core/failure.ts';
import { type FromChild, protocol, type ReadByChild, type ToChild } from '../../processes/protocol.ts';

/** `models`: the folder of a file that is not named. */
const models = z.string();

const toConverterSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('check'), path: z.string(), models }),
  z.strictObject({ type: z.literal('convert'), request: conversionRequestSchema, models }),
  z.strictObject({ type: z.literal('cancel') }),
]);

const fromConverterSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('checked'), checkpoint: checkpointSchema }),
  z.strictObject({ type: z.literal('begun'), folder: z.string(), file: z.string(), bytes: z.number() }),
  z.strictObject({ type: z.literal('progress'), written: z.number(), tensor: z.string() }),
  /** All is written and is being read back. */
  z.strictObject({ type: z.literal('checking') }),
  z.strictObject({ type: z.literal('converted'), made: conversionSchema.shape.made.unwrap() }),
  z.strictObject({ type: z.literal('failed'), failure: failureSchema }),
]);

export const converterProtocol = protocol(toConverterSchema, fromConverterSchema);

/** As it is sent, and as it is read. */
export type ToConverter = ToChild<typeof converterProtocol>;
export type ReadByConverter = ReadByChild<typeof converterProtocol>;
export type FromConverter = FromChild<typeof converterProtocol>;
