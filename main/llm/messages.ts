/** What the language model's process and its supervisor say to each other; both sides parse what they receive. */
import * as z from 'zod';
import { bytesSchema, memoryPlanSchema } from '../../core/contract/models.ts';
import { failureSchema } from '../../core/failure.ts';
import { generationModes } from '../../core/search/settings.ts';
import { protocol } from '../processes/protocol.ts';
import { memoryWishSchema } from './memory/memory-plan.ts';
import { threadTrialSchema } from './threads/thread-trial.ts';

export const generationRequestSchema = z.object({
  prompt: z.string(),
  temperature: z.number().min(0).max(10),
  topP: z.number().gt(0).max(1),
  topK: z.int().min(0),
  minP: z.number().min(0).max(1),
  repetitionPenalty: z.number().min(1).max(10),
  maxTokens: z.int().min(1),
  seed: z.int().min(0).max(0xffffffff),
  prefill: z.string().optional(),
  grammar: z.string().optional(),
});

const toWorkerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('load'),
    file: z.string(),
    /** Null lets the worker choose: by `trial`, one that it makes, or by the size of the model. */
    threads: z.int().min(1).nullable(),
    /** `needed` measures threads; `none` goes by the size. */
    trial: z.union([threadTrialSchema, z.enum(['needed', 'none'])]),
    /** Cores that are left to others. */
    sparedCores: z.int().min(0),
    parameters: z.number(),
    gpu: z.boolean(),
    /** `fast`: a sequence keeps what it has of the next prompt, and requests run beside each other. */
    mode: z.enum(generationModes),
    /** Chat template that prompts go through; null gives them as they are. */
    template: z.string().nullable(),
    wish: memoryWishSchema,
    /** Free memory as the supervisor says; null lets the process look. */
    room: bytesSchema.nullable(),
    /** Of an earlier process with the same model: nothing is estimated again. */
    plan: memoryPlanSchema.nullable(),
    /** Answers with the plan alone and loads nothing. */
    planOnly: z.boolean(),
  }),
  z.object({ type: z.literal('generate'), id: z.int(), request: generationRequestSchema }),
  z.object({ type: z.literal('tokenize'), id: z.int(), text: z.string() }),
  z.object({ type: z.literal('abort'), id: z.int() }),
]);

const generationSchema = z.object({
  text: z.string(),
  tokens: z.int(),
  seconds: z.number(),
  finish: z.enum(['end', 'length']),
});

const fromWorkerSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('loading'), share: z.number() }),
  z.object({ type: z.literal('planned'), plan: memoryPlanSchema }),
  z.object({ type: z.literal('ready'), threads: z.int(), trial: threadTrialSchema.nullable(), plan: memoryPlanSchema }),
  z.object({ type: z.literal('generated'), id: z.int(), generation: generationSchema }),
  z.object({ type: z.literal('tokenized'), id: z.int(), tokens: z.array(z.int()) }),
  z.object({ type: z.literal('aborted'), id: z.int() }),
  /** `id` null: the model could not be loaded. */
  z.object({ type: z.literal('failed'), id: z.int().nullable(), failure: failureSchema }),
]);

export const modelProtocol = protocol(toWorkerSchema, fromWorkerSchema);

export type ToWorker = z.infer<typeof toWorkerSchema>;
export type FromWorker = z.infer<typeof fromWorkerSchema>;
