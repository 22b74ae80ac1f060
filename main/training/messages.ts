/** What passes between the app and a training process: one request at a time, answered by reports and one answer. */
import * as z from 'zod';
import { failureSchema } from '../../core/failure.ts';
import { networkOfOurs } from '../../core/network/network-of-ours.ts';
import { divergedSchema, epochSchema, faultSchema, stoppedSchema, trainedSchema } from '../../core/training/job.ts';
import { recipeSchema } from '../../core/training/recipe.ts';
import { protocol } from '../processes/protocol.ts';
import { deviceNameSchema } from './devices.ts';

const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'not bytes');
const floatsSchema = z.custom<Float32Array>((value) => value instanceof Float32Array, 'not a Float32Array');
const integersSchema = z.custom<Int32Array>((value) => value instanceof Int32Array, 'not an Int32Array');

export const sessionSettingsSchema = z.object({
  device: deviceNameSchema,
  /** Threads of one operator (ONNX Runtime's intra-op threads). */
  threads: z.int().min(1),
  /** Level of graph optimization; `basic` is enough (the step's time is the same) and quickest to prepare. */
  optimization: z.enum(['disabled', 'basic', 'extended', 'all']),
  /** A training whose estimate exceeds this is refused. */
  memoryLimitBytes: z.number().positive(),
  /** How gradients are summed (core/autodiff/emitter.ts); the current way where left out. */
  arithmetic: z.literal([1, 2]).exactOptional(),
});

export type SessionSettings = z.infer<typeof sessionSettingsSchema>;

const trainingJobSchema = z.object({
  network: networkOfOurs,
  recipe: recipeSchema,
  dataset: z.string(),
  validationImages: z.int().min(0),
  splitSeed: z.number(),
  seed: z.number(),
  initialWeights: bytesSchema.nullable(),
});

const requestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('train'), settings: sessionSettingsSchema, job: trainingJobSchema }),
  z.object({
    kind: z.literal('predict'),
    settings: sessionSettingsSchema,
    network: networkOfOurs,
    /** Safetensors. */
    weights: bytesSchema,
    /** [n, C, H, W], as the network takes them: already normalised. */
    images: floatsSchema,
    count: z.int().min(1),
  }),
  z.object({
    kind: z.literal('gradients'),
    settings: sessionSettingsSchema,
    network: networkOfOurs,
    weights: bytesSchema,
    images: floatsSchema,
    labels: integersSchema,
    count: z.int().min(1),
  }),
]);

export type Request = z.infer<typeof requestSchema>;

/** Asks for the end of the training under way, with what it has come to; sent beside a request. */
const stopSchema = z.object({ kind: z.literal('stop') });

/** Sent while a request is worked on; any of them is a sign of life. */
const reportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('alive') }),
  z.object({
    kind: z.literal('progress'),
    step: z.int(),
    steps: z.int(),
    epoch: z.int(),
    loss: z.number(),
  }),
  z.object({ kind: z.literal('epoch'), epoch: epochSchema }),
]);

export type Report = z.infer<typeof reportSchema>;

const answerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('trained'), result: trainedSchema, weights: bytesSchema }),
  z.object({ kind: z.literal('stopped'), result: stoppedSchema, weights: bytesSchema }),
  z.object({ kind: z.literal('diverged'), result: divergedSchema }),
  /** A fault that the process itself noticed and outlived; `again`: whether a fresh process may do better. */
  z.object({ kind: z.literal('fault'), result: faultSchema, again: z.boolean() }),
  /** [n, classes]. */
  z.object({ kind: z.literal('logits'), logits: floatsSchema, classes: z.int() }),
  /** Safetensors: a gradient for each parameter, and `loss`. */
  z.object({ kind: z.literal('gradients'), tensors: bytesSchema }),
  /** The request cannot be done as it was asked. */
  z.object({ kind: z.literal('refused'), failure: failureSchema }),
]);

export type Answer = z.infer<typeof answerSchema>;

export const trainerProtocol = protocol(
  z.discriminatedUnion('kind', [...requestSchema.options, stopSchema]),
  z.discriminatedUnion('kind', [...reportSchema.options, ...answerSchema.options]),
);
