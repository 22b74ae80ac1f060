/** The layers that a network's source registers: one for each set of parameters, with what PyTorch would not draw itself. */
import type { Initializer, Network, NetworkNode, NodeOf, NodeParameters, Shape } from '../ir.ts';
import { shapeOfValue } from '../ir.ts';
import { callText, floatText, listText, numberText, sizesText, tupleText, unless } from './python-text.ts';

/** A registered layer: `self.conv1 = nn.Conv2d(3, 8, 3)`. */
interface LayerText {
  readonly name: string;
  /** `nn.Conv2d(3, 8, 3, padding=1)`. */
  readonly construction: string;
  /** Lines that follow it: initialisers, what is not trained. */
  readonly extra: readonly string[];
}

type Sizes = readonly number[];

interface Description {
  readonly kind: string;
  readonly construction: string;
  /** What PyTorch draws by itself, by role. */
  readonly draws: Readonly<Partial<Record<keyof NodeParameters, Initializer>>>;
}

const one: Initializer = { kind: 'constant', value: 1 };
const zero: Initializer = { kind: 'constant', value: 0 };

function fanIn(shape: Sizes): Initializer {
  const fan = shape.slice(1).reduce((product, size) => product * size, 1);
  return fan > 0 ? { kind: 'uniform', bound: 1 / Math.sqrt(fan) } : zero;
}

/** Padding as the constructor takes it: ints, or 'same' where more is added at the end. */
export function paddingText(attributes: NodeOf<'conv2d'>['attributes'], axes: 1 | 2): string {
  const [top, left, bottom, right] = attributes.padding;
  if (top === bottom && left === right) return axes === 1 ? String(left) : sizesText([top, left]);
  return "'same'";
}

function convolution(node: NodeOf<'conv2d'>, weight: Sizes): Description {
  const { stride, dilation, groups, kernel } = node.attributes;
  const axes = weight.length === 3 ? 1 : 2;
  const along = (sizes: Sizes) => sizesText(axes === 1 ? sizes.slice(1) : sizes);
  const [out = 0, inPerGroup = 0] = weight;
  return {
    kind: 'conv',
    construction: callText(`nn.Conv${axes}d`, [inPerGroup * groups, out, along(kernel)], {
      stride: unless(along(stride), '1'),
      padding: unless(paddingText(node.attributes, axes), '0'),
      dilation: unless(along(dilation), '1'),
      groups: unless(groups, 1),
      bias: node.parameters.bias === undefined ? 'False' : null,
    }),
    draws: { weight: fanIn(weight), bias: fanIn(weight) },
  };
}

function transposed(node: NodeOf<'convTranspose2d'>, weight: Sizes): Description {
  const { kernel, stride, padding, outputPadding, dilation, groups } = node.attributes;
  const axes = weight.length === 3 ? 1 : 2;
  const along = (sizes: Sizes) => sizesText(axes === 1 ? sizes.slice(1) : sizes);
  const [inChannels = 0, outPerGroup = 0] = weight;
  return {
    kind: 'deconv',
    construction: callText(`nn.ConvTranspose${axes}d`, [inChannels, outPerGroup * groups, along(kernel)], {
      stride: unless(along(stride), '1'),
      padding: unless(along(padding), '0'),
      output_padding: unless(along(outputPadding), '0'),
      groups: unless(groups, 1),
      bias: node.parameters.bias === undefined ? 'False' : null,
      dilation: unless(along(dilation), '1'),
    }),
    draws: { weight: fanIn(weight), bias: fanIn(weight) },
  };
}

function batchNorm(node: NodeOf<'batchNorm'>, input: Shape): Description {
  const { eps, momentum } = node.attributes;
  const { weight, runningMean } = node.parameters;
  return {
    kind: 'bn',
    construction: callText(`nn.BatchNorm${input.length === 4 ? 2 : 1}d`, [String(input[1])], {
      eps: unless(numberText(eps), String(1e-5)),
      momentum: momentum === null ? 'None' : unless(numberText(momentum), '0.1'),
      affine: weight === undefined ? 'False' : null,
      track_running_stats: runningMean === undefined ? 'False' : null,
    }),
    draws: { weight: one, bias: zero },
  };
}

function layerNorm(node: NodeOf<'layerNorm'>, input: Shape): Description {
  const { axes, eps, centre } = node.attributes;
  const sizes = axes.map((axis) => String(input[axis]));
  const shape = sizes.length === 1 ? (sizes[0] ?? '1') : tupleText(sizes);
  const { weight, bias } = node.parameters;
  const affine = weight === undefined ? 'False' : null;
  return {
    kind: 'norm',
    construction: centre
      ? callText('nn.LayerNorm', [shape], {
          eps: unless(numberText(eps), String(1e-5)),
          elementwise_affine: affine,
          bias: weight !== undefined && bias === undefined ? 'False' : null,
        })
      : callText('nn.RMSNorm', [shape], { eps: numberText(eps), elementwise_affine: affine }),
    draws: { weight: one, bias: zero },
  };
}

function groupNorm(node: NodeOf<'groupNorm'>, input: Shape): Description {
  const { groups, eps } = node.attributes;
  return {
    kind: 'norm',
    construction: callText('nn.GroupNorm', [groups, String(input[1])], {
      eps: unless(numberText(eps), String(1e-5)),
      affine: node.parameters.weight === undefined ? 'False' : null,
    }),
    draws: { weight: one, bias: zero },
  };
}

function instanceNorm(node: NodeOf<'instanceNorm'>, input: Shape): Description {
  const { eps, momentum } = node.attributes;
  return {
    kind: 'norm',
    construction: callText(`nn.InstanceNorm${input.length - 2}d`, [String(input[1])], {
      eps: unless(numberText(eps), String(1e-5)),
      momentum: unless(floatText(momentum), '0.1'),
      affine: node.parameters.weight === undefined ? null : 'True',
      track_running_stats: 'True',
    }),
    draws: { weight: one, bias: zero },
  };
}

function dropout(node: NodeOf<'dropout'>, input: Shape): Description {
  const { p, kind } = node.attributes;
  const names = { element: 'Dropout', channel: input.length === 3 ? 'Dropout1d' : 'Dropout2d', alpha: 'AlphaDropout' };
  return { kind: 'dropout', construction: callText(`nn.${names[kind]}`, [numberText(p)]), draws: {} };
}

/** How a node would be a layer; null for what has none. */
function describe(node: NetworkNode, input: Shape, weight: Sizes | null): Description | null {
  switch (node.operator) {
    case 'conv2d':
      return weight === null ? null : convolution(node, weight);
    case 'convTranspose2d':
      return weight === null ? null : transposed(node, weight);
    case 'linear': {
      const [out = 0, features = 0] = weight ?? [];
      const bias = node.parameters.bias === undefined ? 'False' : null;
      return {
        kind: 'fc',
        construction: callText('nn.Linear', [features, out], { bias }),
        draws: { weight: fanIn(weight ?? []), bias: fanIn(weight ?? []) },
      };
    }
    case 'batchNorm': {
      // The module counts its batches and has both parameters or none; anything else is the function's.
      const { weight, bias, runningMean, batchesTracked } = node.parameters;
      const ofModule =
        (weight === undefined) === (bias === undefined) &&
        (runningMean === undefined) === (batchesTracked === undefined);
      return ofModule ? batchNorm(node, input) : null;
    }
    case 'layerNorm':
      return layerNorm(node, input);
    case 'groupNorm': {
      const both = (node.parameters.weight === undefined) === (node.parameters.bias === undefined);
      return both ? groupNorm(node, input) : null;
    }
    case 'instanceNorm':
      return instanceNorm(node, input);
    case 'prelu':
      return {
        kind: 'prelu',
        construction: callText('nn.PReLU', [weight?.[0] ?? 1]),
        draws: { weight: { kind: 'constant', value: 0.25 } },
      };
    case 'dropout':
      return dropout(node, input);
    default:
      return null;
  }
}

function sameDraw(a: Initializer | undefined, b: Initializer | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The line that draws a parameter as the network does. */
export function drawText(target: string, initializer: Initializer, shape: Sizes): string[] {
  if (initializer.kind !== 'patched') return [plainDraw(target, initializer, shape)];
  const parts = initializer.patches.flatMap(({ start, count, by }) =>
    drawText(`${target}.data.view(-1)[${start}:${start + count}]`, by, [count]),
  );
  return [...drawText(target, initializer.of, shape), ...parts];
}

function plainDraw(target: string, initializer: Exclude<Initializer, { kind: 'patched' }>, shape: Sizes): string {
  switch (initializer.kind) {
    case 'uniform':
      return callText('nn.init.uniform_', [target, floatText(-initializer.bound), floatText(initializer.bound)]);
    case 'range':
      return callText('nn.init.uniform_', [target, floatText(initializer.low), floatText(initializer.high)]);
    case 'normal':
      return callText('nn.init.normal_', [target, floatText(initializer.mean), floatText(initializer.deviation)]);
    case 'truncatedNormal': {
      const { mean, deviation, low, high } = initializer;
      return callText('nn.init.trunc_normal_', [target, ...[mean, deviation, low, high].map(floatText)]);
    }
    case 'orthogonal':
      return callText('nn.init.orthogonal_', [target, floatText(initializer.gain)]);
    case 'constant':
      return callText('nn.init.constant_', [target, floatText(initializer.value)]);
    case 'values':
      return `${target}.data.copy_(torch.tensor(${listText(initializer.values, ' '.repeat(8))}).view(${shape.join(', ')}))`;
    case 'sparse': {
      // PyTorch rounds the share of a column up to whole places.
      const share = (initializer.zeros - 0.5) / (shape[0] ?? 1);
      return callText('nn.init.sparse_', [target, floatText(Math.max(share, 0)), floatText(initializer.deviation)]);
    }
  }
}

export interface Registry {
  /** Layers in the order in which forward first runs them. */
  readonly layers: readonly LayerText[];
  /** `self.conv1` for a node that is a layer; null for what must be written as a function. */
  layerOf(node: NetworkNode): string | null;
  /** `self.conv1.weight` for a parameter of a layer; undefined for one of its own. */
  readonly parameters: ReadonlyMap<string, string>;
  /** A fresh name: `conv2` after `conv1`. */
  fresh(kind: string): string;
  add(layer: LayerText): void;
  /** Gives a parameter to a layer, `self.lstm1.weight_ih_l0`, and returns the layer's that has it already; null for none. */
  give(parameter: string, target: string): string | null;
  /** Parameters with their further targets. */
  readonly shared: readonly (readonly [parameter: string, target: string])[];
}

/** Attributes of a layer by the role that its node gives them. */
const pythonNames: Readonly<Record<string, string>> = {
  weight: 'weight',
  bias: 'bias',
  runningMean: 'running_mean',
  runningVar: 'running_var',
  batchesTracked: 'num_batches_tracked',
};

/** Finds the layers. A parameter belongs to the first node that reads it as a layer does. */
export function registerLayers(network: Network): Registry {
  const shapes = new Map(network.parameters.map(({ name, shape }) => [name, shape]));
  const draws = new Map(network.parameters.map(({ name, initializer }) => [name, initializer]));
  const frozen = new Set(network.parameters.flatMap(({ name, trainable }) => (trainable === false ? [name] : [])));
  const counts = new Map<string, number>();
  const fresh = (kind: string) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return `${kind}${count}`;
  };
  const layers: LayerText[] = [];
  const parameters = new Map<string, string>();
  const shared: [string, string][] = [];
  const byKey = new Map<string, string>();
  const byNode = new Map<NetworkNode, string>();
  for (const node of network.nodes) {
    const input = shapeOfValue(network, node.inputs[0] ?? 0);
    const weightName = node.parameters.weight;
    const description = describe(node, input, weightName === undefined ? null : (shapes.get(weightName) ?? null));
    if (description === null) continue;
    const named = Object.entries(node.parameters);
    const key = JSON.stringify([description.construction, named]);
    const known = byKey.get(key);
    if (known !== undefined) {
      byNode.set(node, known);
      continue;
    }
    // A weight that another layer has already: written as a function of that layer's weight.
    if (named.some(([, name]) => parameters.has(name))) continue;
    const name = fresh(description.kind);
    const extra: string[] = [];
    for (const [role, parameter] of named) {
      const attribute = pythonNames[role];
      if (attribute === undefined) continue;
      const target = `self.${name}.${attribute}`;
      parameters.set(parameter, target);
      const own = draws.get(parameter);
      const expected = description.draws[role as keyof NodeParameters];
      if (own !== undefined && !sameDraw(own, expected))
        extra.push(...drawText(target, own, shapes.get(parameter) ?? []));
      if (frozen.has(parameter)) extra.push(`${target}.requires_grad = False`);
    }
    const layer = { name, construction: description.construction, extra };
    layers.push(layer);
    byKey.set(key, `self.${name}`);
    byNode.set(node, `self.${name}`);
  }
  return {
    layers,
    layerOf: (node) => byNode.get(node) ?? null,
    parameters,
    fresh,
    add: (layer) => layers.push(layer),
    give(parameter, target) {
      const held = parameters.get(parameter);
      if (held === undefined) parameters.set(parameter, target);
      else shared.push([parameter, target]);
      return held ?? null;
    },
    shared,
  };
}
