/** Networks built by hand as IR, so that tests of training need no interpreter. */
import type { Network, NetworkNode, Operator, OperatorAttributes, Parameter, Shape } from '../../../core/network/ir.ts';

const batch = { batch: 1 };

function node<O extends Operator>(
  operator: O,
  attributes: OperatorAttributes[O],
  inputs: number[],
  shape: Shape,
  parameters: NetworkNode['parameters'] = {},
): NetworkNode {
  return { operator, attributes, inputs, shape, parameters, module: null, place: null } as unknown as NetworkNode;
}

function uniform(name: string, shape: number[], fanIn: number): Parameter {
  return { name, shape, initializer: { kind: 'uniform', bound: 1 / Math.sqrt(fanIn) } };
}

function network(nodes: NetworkNode[], parameters: Parameter[], buffers: Network['buffers'] = []): Network {
  return { version: 1, input: [3, 32, 32], nodes, output: nodes.length, parameters, buffers, modules: [] };
}

function convolution(channels: number, size: number, name: string, input: number): NetworkNode {
  const attributes = {
    kernel: [3, 3],
    stride: [1, 1],
    padding: [1, 1, 1, 1],
    dilation: [1, 1],
    groups: 1,
  } as const;
  const parameters = { weight: `${name}.weight`, bias: `${name}.bias` };
  return node('conv2d', attributes, [input], [batch, channels, size, size], parameters);
}

const halve = { kernel: [2, 2], stride: [2, 2], padding: [0, 0], dilation: [1, 1], ceilMode: false } as const;

/** nn.Flatten, nn.Linear(3072, 10): multinomial logistic regression. */
export const linearNetwork: Network = network(
  [
    node('reshape', {}, [0], [batch, 3072]),
    node('linear', {}, [1], [batch, 10], { weight: 'fc.weight', bias: 'fc.bias' }),
  ],
  [uniform('fc.weight', [10, 3072], 3072), uniform('fc.bias', [10], 3072)],
);

/** Convolution to 8 channels, batch norm, ReLU, max-pool, dropout, linear: every kind of state and randomness. */
export const smallNetwork: Network = network(
  [
    convolution(8, 32, 'conv', 0),
    node('batchNorm', { eps: 1e-5, momentum: 0.1 }, [1], [batch, 8, 32, 32], {
      weight: 'bn.weight',
      bias: 'bn.bias',
      runningMean: 'bn.running_mean',
      runningVar: 'bn.running_var',
      batchesTracked: 'bn.num_batches_tracked',
    }),
    node('relu', {}, [2], [batch, 8, 32, 32]),
    node('maxPool2d', halve, [3], [batch, 8, 16, 16]),
    node('reshape', {}, [4], [batch, 2048]),
    node('dropout', { p: 0.2, kind: 'element' }, [5], [batch, 2048]),
    node('linear', {}, [6], [batch, 10], { weight: 'fc.weight', bias: 'fc.bias' }),
  ],
  [
    uniform('conv.weight', [8, 3, 3, 3], 27),
    uniform('conv.bias', [8], 27),
    { name: 'bn.weight', shape: [8], initializer: { kind: 'constant', value: 1 } },
    { name: 'bn.bias', shape: [8], initializer: { kind: 'constant', value: 0 } },
    uniform('fc.weight', [10, 2048], 2048),
    uniform('fc.bias', [10], 2048),
    uniform('unused.weight', [4, 5], 5),
  ],
  [
    { name: 'bn.running_mean', shape: [8], type: 'float32', value: 0 },
    { name: 'bn.running_var', shape: [8], type: 'float32', value: 1 },
    { name: 'bn.num_batches_tracked', shape: [], type: 'int64', value: 0 },
  ],
);

/** The initial network of LLMatic's Appendix A: convolution 1 x 1 to one channel, ReLU, linear 1,024 to 10, ReLU. */
export const initialNetwork: Network = network(
  [
    node(
      'conv2d',
      { kernel: [1, 1], stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1], groups: 1 },
      [0],
      [batch, 1, 32, 32],
      { weight: 'conv1.weight', bias: 'conv1.bias' },
    ),
    node('relu', {}, [1], [batch, 1, 32, 32]),
    node('reshape', {}, [2], [batch, 1024]),
    node('linear', {}, [3], [batch, 10], { weight: 'fc1.weight', bias: 'fc1.bias' }),
    node('relu', {}, [4], [batch, 10]),
  ],
  [
    uniform('conv1.weight', [1, 3, 1, 1], 3),
    uniform('conv1.bias', [1], 3),
    uniform('fc1.weight', [10, 1024], 1024),
    uniform('fc1.bias', [10], 1024),
  ],
);
