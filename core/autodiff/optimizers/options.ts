/** What the update of a training graph can be asked for; field by field the same as in a recipe (core/training). */

export type OptimizerName = 'sgd' | 'adam' | 'adamw' | 'muon';

export interface OptimizerOptions {
  readonly optimizer: OptimizerName;
  /** Of SGD and Muon, 0 to below 1; 0 has no momentum state. */
  readonly momentum: number;
  /** SGD: share of the gradient that does not enter the velocity, from the second step on. */
  readonly dampening: number;
  /** SGD looks ahead; Muon always does. */
  readonly nesterov: boolean;
  /** Adam's decay of the mean of gradients. */
  readonly beta1: number;
  /** Adam's decay of the mean of squared gradients. */
  readonly beta2: number;
  /** Added to the root of Adam's second moment. */
  readonly epsilon: number;
  /** L2 penalty added to gradients (sgd, adam), or decay of the weights themselves (adamw, muon). */
  readonly weightDecay: number;
  /** Which parameters decay: all, or those of two or more axes, which spares norms and biases. */
  readonly decayed: 'all' | 'matrices';
  /** Which parameters Muon takes: those of two or more axes, or of three or more (filters of convolutions). */
  readonly muonTakes: 'matrices' | 'filters';
  /** Newton-Schulz iterations. */
  readonly muonSteps: number;
  /** How Muon's step grows with the shape of a matrix. */
  readonly muonScale: 'original' | 'match-rms-adamw' | 'none';
  /** Before each step, Muon scales a weight of n rows to the norm sqrt(n). */
  readonly muonNormalise: boolean;
  /** The rule for parameters that Muon leaves. */
  readonly muonOthers: 'adamw' | 'sgd';
  /** Learning rate of those, as a multiple of the learning rate. */
  readonly othersRate: number;
  /** Largest norm of all gradients together; 0 does not clip. */
  readonly clipNorm: number;
  /** Largest magnitude of a gradient's element; 0 does not clip. */
  readonly clipValue: number;
  /** Decay of the exponential moving average of weights; 0 keeps none. */
  readonly averaging: number;
}

/** SGD without anything: what is left out of the options of a training graph. */
export const plainOptimizer: OptimizerOptions = {
  optimizer: 'sgd',
  momentum: 0,
  dampening: 0,
  nesterov: false,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0,
  decayed: 'all',
  muonTakes: 'matrices',
  muonSteps: 5,
  muonScale: 'original',
  muonNormalise: false,
  muonOthers: 'adamw',
  othersRate: 1,
  clipNorm: 0,
  clipValue: 0,
  averaging: 0,
};
