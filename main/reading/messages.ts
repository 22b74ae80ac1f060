/** What is asked of the thread that reads texts as networks, and what it answers. */
import * as z from 'zod';
import { failureSchema } from '../../core/failure.ts';
import type { Measures } from '../../core/network/ir.ts';
import { networkOfOurs } from '../../core/network/network-of-ours.ts';
import { repairSchema } from '../../core/network/repair/slip.ts';
import type { Interpretation, InterpretationResult } from '../../core/search/ports.ts';
import type { CellReading } from '../cell-interpreter.ts';
import type { ReadNetworkFile } from '../interpreter.ts';
import { protocol } from '../processes/protocol.ts';

const sizesSchema = z.array(z.number());
const budgetSchema = z.record(z.string(), z.number());

const generatedSchema = z.object({
  ask: z.literal('generated'),
  text: z.string(),
  repair: z.boolean(),
  options: z.object({
    input: sizesSchema.exactOptional(),
    classes: z.number().exactOptional(),
    budget: budgetSchema.exactOptional(),
  }),
});

const cellSchema = z.object({ ask: z.literal('cell'), text: z.string() });

const fileSchema = z.object({
  ask: z.literal('file'),
  path: z.string(),
  /** Arguments of the constructor as JSON text, in which 1.0 is no 1. */
  args: z.string().nullable(),
  options: z.object({
    className: z.string().exactOptional(),
    input: sizesSchema.exactOptional(),
    classes: z.number().exactOptional(),
    factory: z.string().exactOptional(),
    root: z.string().exactOptional(),
    repair: z.boolean().exactOptional(),
    budget: budgetSchema.exactOptional(),
  }),
});

const taskSchema = z.discriminatedUnion('ask', [generatedSchema, cellSchema, fileSchema]);
export type Task = z.input<typeof taskSchema>;

/**
 * The thread says `ready` once its parser is loaded; then each question has one answer. What a value is depends on the
 * question: whoever asked parses it with one of the schemas below.
 */
export const readingProtocol = protocol(
  taskSchema,
  z.union([
    z.object({ ready: z.literal(true) }),
    z.object({ value: z.unknown() }),
    z.object({ failure: failureSchema }),
  ]),
);

/** Infinite ones too: a network of parameters alone has no depth. */
const measuresOfOurs = z.custom<Measures>(
  (value) =>
    z
      .record(
        z.string(),
        z.custom((each) => typeof each === 'number'),
      )
      .safeParse(value).success,
  'not measures',
);

const interpretationSchema: z.ZodType<Interpretation> = z.object({
  source: z.string(),
  network: networkOfOurs,
  hash: z.string(),
  measures: measuresOfOurs,
  assumed: z.array(z.string()).exactOptional(),
  notes: z.array(z.string()).exactOptional(),
});

const repairs = z.array(repairSchema);

export const generatedAnswerSchema: z.ZodType<InterpretationResult> = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: interpretationSchema }),
  z.object({
    ok: z.literal(false),
    reason: failureSchema,
    repaired: z.object({ value: interpretationSchema, from: z.string(), repairs }).exactOptional(),
  }),
]);

export const fileAnswerSchema: z.ZodType<ReadNetworkFile> = z.intersection(
  interpretationSchema,
  z.object({ repaired: z.object({ reason: failureSchema, from: z.string(), repairs }).exactOptional() }),
);

const cellReadingSchema = z.custom<CellReading>(
  (value) => z.object({ cell: z.array(z.string()), arch: z.string(), source: z.string() }).safeParse(value).success,
  'not a cell',
);

export const cellAnswerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: cellReadingSchema }),
  z.object({ ok: z.literal(false), reason: failureSchema }),
]);
