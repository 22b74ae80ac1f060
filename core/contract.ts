/**
 * The contract between a door and the engine: every call with the schemas of its parameters and its result, every
 * event. The window and the page speak it, and nothing else, with the engine. The command line has no engine: its commands
 * call the rooms that the engine's answers are made of, and test/conformance compares what either says.
 */
import * as z from 'zod';
import { archivesSchema } from './contract/archives.ts';
import { candidateDetailSchema, candidateRowSchema } from './contract/candidates.ts';
import type { ContractEvent } from './contract/events.ts';
import { contractFailureSchema } from './contract/failure.ts';
import {
  checkpointRequestSchema,
  checkpointSchema,
  conversionRequestSchema,
  conversionSchema,
  inspectionRequestSchema,
  modelInspectionSchema,
  ofConversionSchema,
  servedModelsSchema,
  servedRequestSchema,
} from './contract/models.ts';
import { cleanSourceSchema, differenceSchema } from './contract/networks.ts';
import { promptPreviewSchema, promptSetNameSchema, promptSetRowSchema } from './contract/prompts.ts';
import { runDetailSchema, runIdSchema, runRowSchema } from './contract/runs.ts';
import {
  datasetImportSchema,
  datasetRowSchema,
  importerRowSchema,
  modelRowSchema,
  searchFormSchema,
  searchRequestSchema,
} from './contract/settings.ts';
import { folderNameSchema, nameSchema, pathSchema } from './names.ts';
import { estimateSchema } from './search/estimate.ts';
import { settingsSchema } from './search/settings.ts';

const nothing = z.strictObject({});
const ofRun = z.strictObject({ run: runIdSchema });

function call<P extends z.ZodType, R extends z.ZodType>(
  params: P,
  result: R,
): { readonly params: P; readonly result: R } {
  return { params, result };
}

export const calls = {
  /** What runs here. */
  'app.describe': call(
    nothing,
    z.object({
      version: z.string(),
      runsFolder: z.string(),
      home: z.string(),
      machine: z.object({ platform: z.string(), cores: z.int(), memoryBytes: z.number() }),
      versions: z.record(z.string(), z.string()),
    }),
  ),
  /** What works on this machine and what does not; takes seconds. */
  'app.doctor': call(
    nothing,
    z.object({
      checks: z.array(z.object({ name: z.string(), status: z.enum(['ok', 'warning', 'failed']), detail: z.string() })),
    }),
  ),
  /** The embedded model, those in the models folder, and those that runs of the list were made with. */
  'models.list': call(nothing, z.object({ models: z.array(modelRowSchema) })),
  /** What a model's file holds, and the memory it would take here; nothing is loaded. */
  'models.inspect': call(inspectionRequestSchema, modelInspectionSchema),
  /** Asks another program's server for its models; the engine does, and goes nowhere else. */
  'models.served': call(servedRequestSchema, servedModelsSchema),
  /** Whether a folder holds a checkpoint that can be converted, and the files that it could become. */
  'conversions.check': call(checkpointRequestSchema, checkpointSchema),
  /** Converts a checkpoint in a process of its own; returns when the file is being written. Outlives its client. */
  'conversions.start': call(conversionRequestSchema, z.object({ conversion: conversionSchema })),
  /** Those under way and those that ended since the engine started, newest first. */
  'conversions.list': call(nothing, z.object({ conversions: z.array(conversionSchema) })),
  /** Ends a conversion, which leaves no file. Returns when it has ended. */
  'conversions.cancel': call(ofConversionSchema, z.object({ conversion: conversionSchema })),
  /** Takes an ended conversion off the list; its file stays. */
  'conversions.forget': call(ofConversionSchema, nothing),
  /** Prompt sets of LLMatic and a person's own, by name. */
  'prompts.list': call(nothing, z.object({ sets: z.array(promptSetRowSchema) })),
  /** Reads a file as a prompt set; nothing is kept. Fails with the prompt and the field that are wrong. */
  'prompts.check': call(z.strictObject({ file: promptSetNameSchema }), z.object({ set: promptSetRowSchema })),
  /** The whole text that a model gets for a prompt, with the initial network or a sample cell as parent. */
  'prompts.preview': call(z.strictObject({ set: promptSetNameSchema, prompt: nameSchema }), promptPreviewSchema),
  /** Keeps a person's own set in the data folder, under its own name or another; one of that name is replaced. */
  'prompts.import': call(
    z.strictObject({ file: promptSetNameSchema, name: nameSchema.max(100).optional() }),
    z.object({ set: promptSetRowSchema }),
  ),
  'datasets.list': call(nothing, z.object({ datasets: z.array(datasetRowSchema) })),
  /** What can be imported, in the order in which files are held against it. */
  'datasets.importers': call(nothing, z.object({ importers: z.array(importerRowSchema) })),
  /** Imports a file or folder into the data folder. Fails with a sentence that says what it is, where it is not read. */
  'datasets.import': call(
    datasetImportSchema,
    z.object({
      dataset: datasetRowSchema,
      /** What differs from the official set, in sentences. */
      notes: z.array(z.string()),
      /** Whether the same content was there already. */
      already: z.boolean(),
    }),
  ),

  /** Everything that a form for a new search needs. */
  'search.form': call(nothing, searchFormSchema),
  /** Whether a search could start so: its complete settings, or what is wrong with them. */
  'search.check': call(
    searchRequestSchema,
    z.object({ settings: settingsSchema.nullable(), problem: contractFailureSchema.nullable() }),
  ),
  /** How long such a search takes here and what it leaves on the disk; a search of hours is measured for some seconds. */
  'search.estimate': call(searchRequestSchema, estimateSchema.extend({ words: z.string() })),
  /** Starts a search; returns when its run folder is there. */
  'search.start': call(searchRequestSchema, z.object({ row: runRowSchema })),
  /** Holds the search at its last recorded step; model and trainers stay ready. Returns once nothing works any more. */
  'search.pause': call(ofRun, z.object({ row: runRowSchema })),
  /** Goes on with a paused, interrupted or failed run at its first missing step. Returns when it works. */
  'search.resume': call(
    z.strictObject({
      run: runIdSchema,
      workers: z.int().min(1).max(1024).optional(),
      /** Where the model's file lies now, where it has moved: it must be the same file. */
      model: pathSchema.optional(),
    }),
    z.object({ row: runRowSchema }),
  ),
  /** Ends the search with its state saved, and frees model and trainers. Returns when they have ended. */
  'search.stop': call(ofRun, z.object({ row: runRowSchema })),

  /** All runs in the runs folder and those opened from elsewhere, newest first. */
  'runs.list': call(nothing, z.object({ runs: z.array(runRowSchema) })),
  /** Adds a run folder from anywhere to the list, to be looked at. */
  'runs.open': call(z.strictObject({ folder: pathSchema }), z.object({ row: runRowSchema })),
  /** Takes an opened run off the list; its folder stays as it is. */
  'runs.forget': call(ofRun, nothing),
  /** Takes a run from elsewhere for this person's own: only then a search may go on in it. */
  'runs.trust': call(ofRun, z.object({ row: runRowSchema })),
  'runs.get': call(ofRun, runDetailSchema),
  /** Both archives after a generation; without one, after the latest. */
  'runs.archives': call(z.strictObject({ run: runIdSchema, generation: z.int().min(-1).optional() }), archivesSchema),
  /** Candidates, newest first: `limit` of them from `offset`, those of one outcome where given. */
  'runs.candidates': call(
    z.strictObject({
      run: runIdSchema,
      offset: z.int().min(0).default(0),
      limit: z.int().min(1).max(1000).default(200),
      outcome: candidateRowSchema.shape.outcome.optional(),
      /** Words that must all stand in the id, operator, prompt, outcome or reason. */
      search: z.string().max(200).optional(),
    }),
    z.object({ total: z.int(), candidates: z.array(candidateRowSchema) }),
  ),
  'runs.candidate': call(z.strictObject({ run: runIdSchema, candidate: nameSchema }), candidateDetailSchema),
  /** Clean PyTorch source of a candidate that is a network, made from its graph. */
  'runs.source': call(z.strictObject({ run: runIdSchema, candidate: nameSchema }), cleanSourceSchema),
  /** How the structure of two candidates that are networks differs. */
  'runs.difference': call(
    z.strictObject({ run: runIdSchema, before: nameSchema, after: nameSchema }),
    differenceSchema,
  ),
  /** Checks every record of a run. */
  'runs.verify': call(
    ofRun,
    z.object({
      ok: z.boolean(),
      checked: z.record(z.string(), z.json()),
      problems: z.array(z.string()),
      /** Whether the same seed gives the same texts again; `note` says why not. */
      reproducible: z.boolean(),
      note: z.string().nullable(),
    }),
  ),
  /** Writes a network (its id, or `best`) as PyTorch, safetensors and ONNX below the run folder, and says where. */
  'runs.export': call(
    z.strictObject({ run: runIdSchema, network: folderNameSchema }),
    z.object({ folder: z.string(), files: z.array(z.string()) }),
  ),
} as const;

export type Calls = typeof calls;
export type CallName = keyof Calls;
/** Parameters as a caller gives them: what has a default may be left out. */
export type Params<N extends CallName> = z.input<Calls[N]['params']>;
export type Result<N extends CallName> = z.output<Calls[N]['result']>;

export interface CallOptions {
  /** Aborts the call: its promise rejects; work that was begun for it alone ends. */
  readonly signal?: { readonly aborted: boolean; addEventListener(type: 'abort', listener: () => void): void };
}

/** What every door speaks with: the engine itself, or a client of it behind a port. */
export interface Contract {
  /** Rejects with a FailureError; its failure says what happened, to what, and what to do. */
  call<N extends CallName>(name: N, params: Params<N>, options?: CallOptions): Promise<Result<N>>;
  /** Hears every event from now on, in order; returns how to end that. */
  subscribe(listener: (event: ContractEvent) => void): () => void;
}

/** The engine: the contract, and its end. */
export interface Engine extends Contract {
  /** Stops all searches with their state saved. */
  close(): Promise<void>;
}

export const callNames = Object.keys(calls).filter((name): name is CallName => name in calls);
