/** Which tensors an operator's gradient reads: they must not change in place before it runs (PyTorch's derivatives.yaml). */
import type { Operator } from '../ir.ts';
import type { TensorValue } from './tensor.ts';
import type { Request, TorchWorld } from './world.ts';

/** What PyTorch's backward of an operator reads: its inputs, its output, both or neither (derivatives.yaml). */
const saves: { readonly [O in Operator]: 'inputs' | 'output' | 'both' | 'neither' } = {
  conv2d: 'inputs',
  linear: 'inputs',
  batchNorm: 'inputs',
  dropout: 'neither',
  maxPool2d: 'inputs',
  avgPool2d: 'inputs',
  adaptiveAvgPool2d: 'inputs',
  adaptiveMaxPool2d: 'inputs',
  relu: 'output',
  leakyRelu: 'inputs',
  prelu: 'inputs',
  relu6: 'inputs',
  elu: 'inputs',
  selu: 'inputs',
  celu: 'inputs',
  gelu: 'inputs',
  silu: 'inputs',
  mish: 'inputs',
  hardswish: 'inputs',
  hardsigmoid: 'inputs',
  hardtanh: 'inputs',
  sigmoid: 'output',
  tanh: 'output',
  softplus: 'inputs',
  softmax: 'output',
  logSoftmax: 'output',
  reshape: 'neither',
  permute: 'neither',
  concat: 'neither',
  add: 'neither',
  subtract: 'neither',
  multiply: 'inputs',
  divide: 'inputs',
  affine: 'neither',
  mean: 'neither',
  sum: 'neither',
  max: 'both',
  maxAlong: 'inputs',
  convTranspose2d: 'inputs',
  layerNorm: 'inputs',
  groupNorm: 'inputs',
  instanceNorm: 'inputs',
  softsign: 'inputs',
  logSigmoid: 'inputs',
  threshold: 'inputs',
  hardshrink: 'inputs',
  softshrink: 'inputs',
  exp: 'output',
  log: 'inputs',
  sqrt: 'output',
  abs: 'inputs',
  sin: 'inputs',
  cos: 'inputs',
  erf: 'inputs',
  power: 'inputs',
  clamp: 'inputs',
  round: 'neither',
  maximum: 'inputs',
  minimum: 'inputs',
  compare: 'neither',
  where: 'neither',
  matmul: 'inputs',
  slice: 'neither',
  gather: 'neither',
  pad: 'neither',
  expand: 'neither',
  resize: 'neither',
  recurrent: 'inputs',
  parameter: 'neither',
  buffer: 'neither',
  constant: 'neither',
  detach: 'neither',
  byMode: 'neither',
  noise: 'neither',
};

/** In-place activations whose backward reads their result; the others keep a copy of their input. */
const savesResultInPlace: ReadonlySet<Operator> = new Set<Operator>([
  'relu',
  'leakyRelu',
  'relu6',
  'hardtanh',
  'elu',
  'selu',
  'celu',
  'sigmoid',
  'tanh',
]);

/** Records which tensors the operation's gradient will read. */
export function remember(
  world: TorchWorld,
  request: Request<Operator>,
  node: number,
  result: TensorValue,
  inPlace: boolean,
): void {
  const { operator, inputs, place, name } = request;
  let what = saves[operator];
  if (inPlace)
    what = savesResultInPlace.has(operator)
      ? 'output'
      : operator === 'multiply' || operator === 'divide'
        ? 'inputs'
        : 'neither';
  const save = ({ tensor }: TensorValue) => {
    world.saved.push({ node, storage: tensor.storage, version: tensor.version, name, place });
  };
  if (what === 'output' || what === 'both') save(result);
  if (what !== 'inputs' && what !== 'both') return;
  if (operator === 'multiply' || operator === 'divide') {
    const [left, right] = inputs;
    if (left === undefined || right === undefined) return;
    // The gradient of one factor is the other factor; a quotient's needs its divisor always.
    if (right.tensor.requiresGrad && !inPlace) save(left);
    if (left.tensor.requiresGrad) save(right);
    return;
  }
  for (const input of inputs) save(input);
}
