/** A candidate's life as it is stored: proposed, generated, interpreted, trained, inserted; each step one record. */
import * as z from 'zod';
import { fail, failureSchema } from '../failure.ts';
import { repairSchema } from '../network/repair/slip.ts';
import { visibleLine } from '../text/visible.ts';
import { divergedSchema, faultSchema, type TrainedResult, trainedSchema } from '../training/job.ts';
import { stepNames } from './step-names.ts';

/** What repairs made, or would have made, of a text that was refused as it was written. */
export const repairedSchema = z.object({
  /** Why it was refused as it was written. */
  reason: failureSchema,
  /** The class's source as it was written, and after the repairs. */
  from: z.string(),
  source: z.string(),
  repairs: z.array(repairSchema).min(1),
});

/** Whether repairs were applied, or only could have been (setting repair is off). */
export const repairStateSchema = z.enum(['applied', 'possible']);

/** `initial` for the initial network, `g003-017` for offspring 17 of generation 3: three digits, more where it takes them. */
export const candidateIdSchema = z
  .string()
  .regex(/^(?:initial|g(?:\d{3}|[1-9]\d{3,7})-(?:\d{3}|[1-9]\d{3,7}))$/, 'no id that a search gives its candidates');

/** Characters of what stands in an id's place, where it is none. */
const shownOfName = 40;

/** What a stored candidate is called in a sentence: its id, or what stands in its place, quoted, escaped and cut. */
export function candidateWord(stored: string): string {
  if (candidateIdSchema.safeParse(stored).success) return stored;
  return `"${visibleLine(stored.slice(0, shownOfName))}${stored.length > shownOfName ? '…' : ''}"`;
}

const promptIndividualSchema = z.object({
  /** Id of the prompt in its prompt set. */
  prompt: z.string(),
  temperature: z.number(),
});

export const proposedSchema = z.object({
  step: z.literal('proposed'),
  /** From 0; -1 for the initial network. */
  generation: z.int(),
  index: z.int(),
  /** `edit` and `draw`: networks that the strategy wrote itself, without a model. */
  operator: z.enum(['initial', 'mutation', 'crossover', 'random', 'edit', 'draw']),
  parents: z.array(candidateIdSchema),
  /** Prompt and the temperature used for sampling; null for the initial network. */
  individual: promptIndividualSchema.nullable(),
  /** How the prompt was chosen; `curious` credits the individual of the prompt archive named by its niche. */
  selection: z.enum(['none', 'random', 'curious']),
  selectedNiche: z.int().nullable(),
  /** The text given to the model, but for what the levers of its profile add. */
  promptText: z.string(),
  seed: z.int(),
});

const generatedSchema = z.object({
  step: z.literal('generated'),
  text: z.string(),
  tokens: z.int(),
  seconds: z.number(),
  finish: z.enum(['end', 'length']),
  /** Why there is no text: `context` when prompt and answer exceed the model's context, else the fault that stayed. */
  failure: failureSchema.optional(),
});

export const measuresSchema = z.object({
  params: z.number(),
  flops: z.number(),
  width: z.number(),
  depth: z.number(),
  widthToDepth: z.number(),
  activationBytes: z.number(),
});

const interpretedSchema = z.object({
  step: z.literal('interpreted'),
  verdict: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('accepted'),
      source: z.string(),
      hash: z.string(),
      measures: measuresSchema,
      /** Why the child itself was refused, where its parent stands in for it (setting failedChild). */
      standsInFor: failureSchema.optional(),
      /** How the source came to be, where it was repaired (setting repair). */
      repaired: repairedSchema.optional(),
      /** Whether it does what the prompt asked; null for a prompt without a check, absent in runs of earlier versions. */
      followed: z.boolean().nullable().optional(),
    }),
    /** Reason `fault`: the model failed and kept failing; the candidate is set aside, which is no verdict. */
    z.object({
      kind: z.literal('refused'),
      reason: failureSchema,
      /** What repairs would have made of it, had they been allowed. */
      repairable: repairedSchema.optional(),
    }),
  ]),
});

const trainedStepSchema = z.object({
  step: z.literal('trained'),
  /** Id of the candidate whose result is reused because it is the same network; null when trained itself. */
  sameAs: candidateIdSchema.nullable(),
  result: z.discriminatedUnion('status', [trainedSchema, divergedSchema, faultSchema]),
  /** Content hash of the trained weights; they stay in the run folder while the candidate is an elite. */
  weights: z.string().nullable(),
});

/** What became of it in one archive. */
export const placementSchema = z.object({
  niche: z.int(),
  /** Descriptors scaled to [0, 1], before clipping. */
  descriptors: z.array(z.number()),
  /** Axes on which it lay outside and was clipped. */
  clipped: z.array(z.int()),
  added: z.boolean(),
  /** `empty niche`, `better`, `not better`, `not selected for insertion`, ... */
  why: z.string(),
  replaced: candidateIdSchema.nullable(),
});

export const insertedSchema = z.object({
  step: z.literal('inserted'),
  fitness: z.number().nullable(),
  network: placementSchema.nullable(),
  prompt: placementSchema.nullable(),
  /** Curiosity given to the selected prompt individual: 1, -0.5, -1, or 0 where nobody is credited. */
  credit: z.number(),
  /** Temperature of the prompt individual after the change by fitness; null without one. */
  nextTemperature: z.number().nullable(),
});

export const candidateStepSchema = z.discriminatedUnion('step', [
  proposedSchema,
  generatedSchema,
  interpretedSchema,
  trainedStepSchema,
  insertedSchema,
]);

export type Proposed = z.infer<typeof proposedSchema>;
export type Generated = z.infer<typeof generatedSchema>;
export type RepairState = z.infer<typeof repairStateSchema>;
export type RepairedRecord = z.infer<typeof repairedSchema>;
export type Interpreted = z.infer<typeof interpretedSchema>;
/** The verdict on a text that is a network, and on one that is none. */
export type Accepted = Extract<Interpreted['verdict'], { kind: 'accepted' }>;
type Refused = Exclude<Interpreted['verdict'], Accepted>;
export type TrainedStep = z.infer<typeof trainedStepSchema>;
export type Placement = z.infer<typeof placementSchema>;
export type Inserted = z.infer<typeof insertedSchema>;
export type CandidateStep = z.infer<typeof candidateStepSchema>;

/** What repairs made of a text; null where it needed none or they lead nowhere. */
export function repairStateOf({ verdict }: Interpreted): RepairState | null {
  if (verdict.kind === 'accepted') return verdict.repaired === undefined ? null : 'applied';
  return verdict.repairable === undefined ? null : 'possible';
}

interface AcceptedStep extends Interpreted {
  readonly verdict: Accepted;
}

interface RefusedStep extends Interpreted {
  readonly verdict: Refused;
}

/** A candidate with the steps recorded so far; a step is null until it is recorded. */
interface Known<G, I, T, E> {
  readonly id: string;
  readonly proposed: Proposed;
  readonly generated: G;
  readonly interpreted: I;
  readonly trained: T;
  readonly inserted: E;
}

export type ProposedCandidate = Known<null, null, null, null>;
export type WrittenCandidate = Known<Generated, null, null, null>;
/** Refused by the interpreter or a budget, or set aside by a fault of model or interpreter: it is never trained. */
export type RefusedCandidate = Known<Generated, RefusedStep, null, Inserted | null>;
export type AcceptedCandidate = Known<Generated, AcceptedStep, null, null>;
/** Trained to whatever end. */
export type TrainedCandidate = Known<Generated, AcceptedStep, TrainedStep, Inserted | null>;

/** Nothing more will be done for it but its insertion. */
export type EndedCandidate = RefusedCandidate | TrainedCandidate;

/** A candidate by the stage of its life: no other steps stand together. */
export type CandidateRecord =
  | ProposedCandidate
  | WrittenCandidate
  | RefusedCandidate
  | AcceptedCandidate
  | TrainedCandidate;

/** All but those that wait for their text. */
export type CandidateWithText = Exclude<CandidateRecord, ProposedCandidate>;

/** A candidate of which its proposal is recorded. */
export function begun(id: string, proposed: Proposed): ProposedCandidate {
  return { id, proposed, generated: null, interpreted: null, trained: null, inserted: null };
}

export function withText(record: ProposedCandidate, generated: Generated): WrittenCandidate {
  return { ...record, generated };
}

export function withVerdict(
  record: WrittenCandidate,
  { step, verdict }: Interpreted,
): RefusedCandidate | AcceptedCandidate {
  return verdict.kind === 'accepted'
    ? { ...record, interpreted: { step, verdict } }
    : { ...record, interpreted: { step, verdict } };
}

export function withTraining(record: AcceptedCandidate, trained: TrainedStep): TrainedCandidate {
  return { ...record, trained };
}

/**
 * The record with one step more; null stands for a candidate of which nothing is recorded.
 * @throws FailureError (`run`) where that step does not follow
 */
export function withStep(id: string, record: CandidateRecord | null, step: CandidateStep): CandidateRecord {
  if (record === null) {
    return step.step === 'proposed'
      ? begun(id, step)
      : fail('run', `Candidate ${id}: ${step.step} is recorded without proposed.`);
  }
  const last = stepNames.findLast((name) => record[name] !== null) ?? 'proposed';
  if (stepNames.indexOf(step.step) <= stepNames.indexOf(last)) {
    return fail('run', `Candidate ${id}: ${step.step} is recorded after ${last}.`);
  }
  const isWritten = record.generated !== null;
  if (step.step === 'generated' && !isWritten) return withText(record, step);
  if (step.step === 'interpreted') {
    if (isWritten && record.interpreted === null) return withVerdict(record, step);
    return fail('run', `Candidate ${id}: interpreted without a generated text.`);
  }
  if (step.step === 'trained') {
    if (isWaiting(record)) return withTraining(record, step);
    return fail('run', `Candidate ${id}: trained, but not accepted by the interpreter.`);
  }
  if (step.step === 'inserted' && isEnded(record)) return { ...record, inserted: step };
  return fail('run', `Candidate ${id}: inserted before it was refused or trained.`);
}

/** Whether it was accepted and is not trained yet. */
function isWaiting(record: CandidateRecord): record is AcceptedCandidate {
  return record.interpreted?.verdict.kind === 'accepted' && record.trained === null;
}

/** Whether nothing more will be done for it but its insertion: refused, set aside, or trained to whatever end. */
export function isEnded(record: CandidateRecord): record is EndedCandidate {
  return record.trained !== null || record.interpreted?.verdict.kind === 'refused';
}

/** The recorded steps of a candidate, in order. */
export function stepsOf(record: CandidateRecord | null): CandidateStep[] {
  return record === null ? [] : stepNames.flatMap((name) => record[name] ?? []);
}

/** The candidate that these steps make, in their order. @throws FailureError (`run`) where one does not follow */
export function recorded(id: string, steps: readonly CandidateStep[]): CandidateRecord | null {
  return steps.reduce<CandidateRecord | null>((record, step) => withStep(id, record, step), null);
}

/** What the interpreter read of an accepted candidate; null for every other. */
export function acceptedOf(record: CandidateRecord | null | undefined): Accepted | null {
  const verdict = record?.interpreted?.verdict;
  return verdict?.kind === 'accepted' ? verdict : null;
}

/** The result of a training that came to its end without diverging; null for every other candidate. */
export function resultOf(record: CandidateRecord | null | undefined): TrainedResult | null {
  const result = record?.trained?.result;
  return result?.status === 'trained' ? result : null;
}
