/** What a trainer is asked and what it answers: the interface that the local pool, and later a queue, implements. */
import * as z from 'zod';
import type { Cancellation } from '../cancellation.ts';
import type { Network } from '../network/ir.ts';
import type { Recipe } from './recipe.ts';

export interface TrainingJob {
  readonly network: Network;
  readonly recipe: Recipe;
  /** A registered dataset: `builtin`, or the name of an imported one. */
  readonly dataset: string;
  /** Which images are held out of training to select on; 0 takes none. Split drawn from `splitSeed`. */
  readonly validationImages: number;
  /** Seed of the split (one for a whole run). */
  readonly splitSeed: number;
  /** Seed of initial weights, order of images, augmentation and dropout. */
  readonly seed: number;
  /** Weights to start from where names and shapes agree (safetensors bytes), null for PyTorch's initialisation. */
  readonly initialWeights: Uint8Array | null;
}

export const splitScoresSchema = z.object({
  /** Shares of images classified right, 0 to 1; null where the split is empty or not measured. */
  train: z.number().nullable(),
  validation: z.number().nullable(),
  test: z.number().nullable(),
});

export const epochSchema = z.object({
  epoch: z.int(),
  /** Mean training loss over the epoch's steps. */
  loss: z.number(),
  /** Learning rate of the epoch's last step. */
  learningRate: z.number(),
});

export const trainedSchema = z.object({
  status: z.literal('trained'),
  /** What the images were normalised with: (byte / 255 - mean) / deviation, by channel. */
  normalisation: z.object({ mean: z.array(z.number()), deviation: z.array(z.number()) }).optional(),
  accuracy: splitScoresSchema,
  /** Mean cross-entropy on each split, in evaluation mode. */
  loss: splitScoresSchema,
  curve: z.array(epochSchema),
  steps: z.int(),
  /** Wall-clock seconds; information only, never a verdict. */
  seconds: z.number(),
  device: z.string(),
});

export const divergedSchema = z.object({
  status: z.literal('diverged'),
  /** First step (0-based) whose loss is not finite; the number of steps where it is only the evaluation's. */
  step: z.int(),
  curve: z.array(epochSchema),
  seconds: z.number(),
  device: z.string(),
});

/** A training that was asked to stop: what it had come to then. */
export const stoppedSchema = z.object({
  status: z.literal('stopped'),
  /** Steps done, of all. */
  step: z.int(),
  steps: z.int(),
  curve: z.array(epochSchema),
  seconds: z.number(),
  device: z.string(),
});

/** A fault of the machine, not a verdict: retried, and if it stays, the candidate is set aside. */
export const faultSchema = z.object({
  status: z.literal('fault'),
  kind: z.enum(['crash', 'out-of-memory', 'time-out', 'device']),
  message: z.string(),
});

export type Epoch = z.infer<typeof epochSchema>;
export type TrainedResult = z.infer<typeof trainedSchema>;
type DivergedResult = z.infer<typeof divergedSchema>;
export type StoppedResult = z.infer<typeof stoppedSchema>;
export type Fault = z.infer<typeof faultSchema>;

export type TrainingOutcome =
  /** `weights`: safetensors bytes, parameters and buffers by state_dict name. */
  | { readonly result: TrainedResult; readonly weights: Uint8Array }
  | { readonly result: DivergedResult | Fault; readonly weights: null };

export interface TrainingProgress {
  readonly step: number;
  readonly steps: number;
  readonly epoch: number;
  readonly loss: number;
}

export interface Trainer {
  /** How many jobs can run at once. */
  readonly capacity: number;
  /**
   * Never rejects for what happens to the training itself; rejects with the signal's reason when aborted, and with a
   * FailureError where the job cannot be begun: an unknown dataset, one that does not fit the network, a batch larger
   * than the training images, damaged initial weights.
   */
  train(
    job: TrainingJob,
    options?: {
      readonly signal?: Cancellation;
      /** Several times a second. After a fault that is retried, steps and epochs begin anew. */
      readonly onProgress?: (progress: TrainingProgress) => void;
      /** Once after each epoch. */
      readonly onEpoch?: (epoch: Epoch) => void;
    },
  ): Promise<TrainingOutcome>;
  /** Ends the processes behind it. */
  close(): Promise<void>;
}
