/** What a device that networks are trained on is: a file beside this, and a row in `table.ts`. */
import type { Formulation } from '../../autodiff/emitter.ts';

/** An execution provider of ONNX Runtime by its name, with its options as the library calls them. */
interface Provider {
  readonly name: string;
  readonly [option: string]: string | number | boolean;
}

export interface Device {
  /** What it is, as it follows the name and a colon: `the processor; ...`. */
  readonly sentence: string;
  /** What a machine must have for it, with which `doctor` and errors say what is missing. */
  readonly needs: string;
  /** Other names under which a person may ask for it: whoever gives one is told this device. */
  readonly reaches: readonly string[];
  /** The operators that its provider computes rightly and fast (core/autodiff/emitter.ts). */
  readonly formulation: Formulation;
  readonly provider: Provider;
  /** Whether trainings side by side get through more than one after the other. */
  readonly parallel: boolean;
  /** The library's own reason why the device is not there, from what a session failed with; null where it failed otherwise. */
  readonly whyMissing: (message: string) => string | null;
}
