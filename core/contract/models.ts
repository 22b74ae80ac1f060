/** Language models as a door sees them: what a file holds and takes, and conversions of checkpoints to such files. */
import * as z from 'zod';
import { outputTypes } from '../gguf/encode.ts';
import { nameSchema, pathSchema, placeSchema } from '../names.ts';
import { contractFailureSchema } from './failure.ts';

const path = pathSchema;

/** Bytes in main memory and in a GPU's own. */
export const bytesSchema = z.object({ ram: z.number().min(0), vram: z.number().min(0) });

export const memoryShapeSchema = z.object({
  /** Tokens that prompt and completion of one sequence may have together. */
  contextLength: z.int().min(1),
  sequences: z.int().min(1),
  /** Tokens evaluated at once. */
  batch: z.int().min(1),
  gpuLayers: z.int().min(0),
});

/** How a model is run so that it fits, and the memory that takes. */
export const memoryPlanSchema = memoryShapeSchema.extend({
  /** The layers that could be on a GPU, the output counted. */
  layers: z.int().min(0),
  /** The file's own bytes, mapped and not copied where they are in main memory. */
  weights: bytesSchema,
  /** Key-value cache and compute buffers. */
  context: bytesSchema,
  /** What was free when it was planned. */
  room: bytesSchema,
});

/** A plan with what it takes in all, the process itself counted. */
const modelMemorySchema = memoryPlanSchema.extend({ needs: bytesSchema });

export type ModelMemory = z.infer<typeof modelMemorySchema>;

export const modelInspectionSchema = z.object({
  file: z.string(),
  embedded: z.boolean(),
  bytes: z.number(),
  /** The title that the file gives itself. */
  title: z.string().nullable(),
  /** llama.cpp's name: `phi2`, `llama`, ... */
  architecture: z.string(),
  parameters: z.number(),
  /** Tokens the model was trained on at once. */
  contextLength: z.int(),
  layers: z.int(),
  heads: z.number().nullable(),
  width: z.int(),
  vocabulary: z.int(),
  tokenizer: z.string(),
  quantization: z.string(),
  tensors: z.array(z.object({ type: z.string(), count: z.int(), bytes: z.number() })),
  /** Whether the file brings a chat template. */
  chat: z.boolean(),
  prompts: z.object({ form: z.enum(['chat', 'completion']), why: z.string() }),
  /** As a search runs it: on the CPU. Null where it cannot run; a problem says why. */
  memory: modelMemorySchema.nullable(),
  /** With the layers that fit on the GPU; null where there is none. */
  gpu: modelMemorySchema.nullable(),
  problems: z.array(contractFailureSchema),
});

export type ModelInspection = z.infer<typeof modelInspectionSchema>;

export const servedRequestSchema = z.strictObject({
  /** `http://127.0.0.1:8080/v1`; a name behind `#` is left aside. */
  address: placeSchema,
  /** The person's word that the address may be another machine's. */
  allowRemote: z.boolean().default(false),
  /** The server's key, kept by the engine until it ends; absent leaves what it has. */
  key: z.string().max(4096).optional(),
});

/** The models of a server. */
export const servedModelsSchema = z.object({
  /** As it is written from now on: with its path, without a name. */
  address: z.string(),
  remote: z.boolean(),
  models: z.array(
    z.object({
      name: z.string(),
      /** Tokens of prompt and answer together; null where the server does not tell. */
      contextLength: z.int().nullable(),
      parameters: z.number().nullable(),
      quantization: z.string().nullable(),
    }),
  ),
});

export type ServedModels = z.infer<typeof servedModelsSchema>;

const outputTypeSchema = z.enum(outputTypes);

/** A checkpoint that could be converted. */
export const checkpointSchema = z.object({
  folder: z.string(),
  name: z.string(),
  parameters: z.number(),
  contextLength: z.int(),
  /** Files of weights. */
  weights: z.array(z.string()),
  /** For each type of numbers: the file that would be written by default, its bytes, and whether it is there already. */
  types: z.array(z.object({ type: outputTypeSchema, file: z.string(), bytes: z.number(), exists: z.boolean() })),
  /** Bytes free where the files would go. */
  free: z.number(),
});

export type CheckpointDetail = z.infer<typeof checkpointSchema>;

export const conversionSchema = z.object({
  id: z.string(),
  folder: z.string(),
  /** The file that is written; it is there once the conversion is finished. */
  file: z.string(),
  type: outputTypeSchema,
  state: z.enum(['converting', 'checking', 'finished', 'failed', 'cancelled']),
  /** Bytes written, and bytes of the whole file. */
  written: z.number(),
  bytes: z.number(),
  /** The tensor that was written last. */
  tensor: z.string().nullable(),
  started: z.string(),
  seconds: z.number(),
  /** Why it failed. */
  problem: contractFailureSchema.nullable(),
  /** What a finished one made. */
  made: z.object({ name: z.string(), sha256: z.string(), tensors: z.int(), parameters: z.number() }).nullable(),
});

export type ConversionRow = z.infer<typeof conversionSchema>;

/** Whether a conversion has ended, however. */
export function hasEnded({ state }: Pick<ConversionRow, 'state'>): boolean {
  return state === 'finished' || state === 'failed' || state === 'cancelled';
}

export const conversionRequestSchema = z.strictObject({
  /** The checkpoint's folder, or a file in it. */
  path,
  type: outputTypeSchema,
  /** The file to write; null: beside the other models, named after checkpoint and type. */
  file: path.nullable().default(null),
  /** Whether a file of that name may be replaced. */
  replace: z.boolean().default(false),
});

export type ConversionRequest = Required<z.input<typeof conversionRequestSchema>>;

export const inspectionRequestSchema = z.strictObject({
  /** Null for the embedded model. */
  file: path.nullable(),
  /** Tokens of prompt and completion together; null lets memory decide. */
  contextLength: z.int().min(1).nullable().default(null),
});

export const checkpointRequestSchema = z.strictObject({ path });
export const ofConversionSchema = z.strictObject({ conversion: nameSchema });
