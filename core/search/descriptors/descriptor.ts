/** What every descriptor of a network must say to be an axis of the network archive: one file each, one row in table.ts. */
import type { DescriptorAxis } from '../../archive/axis.ts';
import type { Measures } from '../../network/ir.ts';
import type { TrainedResult } from '../../training/job.ts';
import type { Bound, Limits } from './limits.ts';

/** A network as descriptors see it. */
export interface DescribedNetwork {
  readonly measures: Measures;
  /** Null before it is trained. */
  readonly result: TrainedResult | null;
}

export interface Descriptor {
  /** As people read it at an axis: `width / depth`, `FLOPs`. */
  readonly label: string;
  /** What it measures, in one sentence. */
  readonly sentence: string;
  /** Empty for a plain number. */
  readonly unit: string;
  /** How a value is written: in full, with SI prefixes, or as an amount of memory. */
  readonly figure: 'plain' | 'si' | 'bytes';
  /** Scale and range that suit most searches. */
  readonly axis: DescriptorAxis;
  /** Whether text alone tells it, or only a trained network has it. */
  readonly known: 'before training' | 'after training';
  /** Null where it is not known of this network. */
  measure(network: DescribedNetwork): number | null;
  /** The largest value that a network within the limits can have; null where none follows from them. */
  most(limits: Limits): Bound | null;
}
