/** The layers of torch.nn: constructors with PyTorch's signatures, checks and initialisers, and their forward. */
import { type Place, refuse } from '../../python/reason.ts';
import { native, type Taken } from '../../python/signature.ts';
import { type ClassValue, type InstanceValue, makeClass, typeName, type Value } from '../../python/values.ts';
import type { Initializer } from '../ir.ts';
import { activations } from './activations.ts';
import { booleanOf, floatOf, integerOf, pairOf, tensorOf } from './arguments.ts';
import { convolutionNumbers } from './convolution-numbers.ts';
import { initialiseModule, register, registry, selfOf } from './module.ts';
import { isParameter, makeParameter, type ParameterValue } from './parameter.ts';
import { poolings } from './pooling.ts';
import { flattenTensor } from './reshaping.ts';
import type { TensorValue } from './tensor.ts';
import type { TorchWorld } from './world.ts';

interface LayerDefinition {
  readonly name: string;
  /** Parameters of the constructor besides self. */
  readonly signature: string;
  /** Sets attributes and parameters; plain arguments are already attributes. */
  build?(self: InstanceValue, taken: Taken): void;
  forward(self: InstanceValue, input: TensorValue, place: Place): Value;
}

/** Plain attribute of a layer, as the program may have changed it. */
export function attributeOf(self: InstanceValue, name: string): Value {
  return self.attributes.get(name) ?? null;
}

function parameterOf(self: InstanceValue, kind: '_parameters' | '_buffers', name: string): ParameterValue | undefined {
  const found = registry(self, kind)?.entries.get(`s${name}`)?.[1] ?? null;
  return isParameter(found) ? found : undefined;
}

/** Adds a parameter of a shape, counted against the budget. @throws a reason for negative sizes */
function addParameter(
  world: TorchWorld,
  self: InstanceValue,
  name: string,
  shape: readonly number[],
  initializer: Initializer,
  place: Place,
): void {
  const negative = shape.find((size) => size < 0);
  if (negative !== undefined)
    refuse('value', `Trying to create tensor with negative dimension ${negative}: [${shape.join(', ')}]`, place);
  world.evaluator.meter.parameters(shape.reduce((product, size) => product * size, 1));
  register(self, '_parameters', name, makeParameter(shape, initializer));
}

/** kaiming_uniform_(a=sqrt(5)) of a weight, and PyTorch's bias bound: both are uniform within 1 / sqrt(fan_in). */
function fanIn(shape: readonly number[]): Initializer {
  const fan = shape.slice(1).reduce((product, size) => product * size, 1);
  return fan > 0 ? { kind: 'uniform', bound: 1 / Math.sqrt(fan) } : { kind: 'constant', value: 0 };
}

function describe(self: InstanceValue, names: readonly string[]): string {
  const shown = names.map((name) => {
    const value = attributeOf(self, name);
    return typeof value === 'bigint' ? String(value) : typeName(value);
  });
  return `${self.type.name}(${shown.join(', ')})`;
}

function convolution(world: TorchWorld): LayerDefinition {
  const title = (self: InstanceValue) => {
    const [height, width] = pairOf(attributeOf(self, 'kernel_size'), {
      what: 'kernel_size',
      place: { line: 1, column: 1 },
    });
    const kernel = height === width ? `${height}` : `(${height}, ${width})`;
    return `${describe(self, ['in_channels', 'out_channels']).slice(0, -1)}, kernel_size=${kernel})`;
  };
  return {
    name: 'Conv2d',
    signature:
      "in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True, padding_mode='zeros', device=None, dtype=None",
    build(self, taken) {
      const { place } = taken;
      const integer = (name: string) => integerOf(taken.get(name), { what: `Conv2d(): argument '${name}'`, place });
      const [inChannels, outChannels, groups] = [integer('in_channels'), integer('out_channels'), integer('groups')];
      if (groups <= 0) refuse('value', 'groups must be a positive integer', place);
      if (inChannels % groups !== 0)
        refuse('value', `in_channels must be divisible by groups: ${inChannels} / ${groups}`, place);
      if (outChannels % groups !== 0)
        refuse('value', `out_channels must be divisible by groups: ${outChannels} / ${groups}`, place);
      if (taken.get('padding_mode') !== 'zeros') {
        refuse(
          'unsupported',
          `Conv2d with padding_mode=${world.evaluator.repr(taken.get('padding_mode'), place)} is not supported yet`,
          place,
        );
      }
      const kernel = pairOf(taken.get('kernel_size'), { what: "Conv2d(): argument 'kernel_size'", place });
      convolutionNumbers(taken.get, kernel, place);
      const shape = [outChannels, inChannels / groups, ...kernel];
      addParameter(world, self, 'weight', shape, fanIn(shape), place);
      if (booleanOf(taken.get('bias'), world.evaluator, { what: 'bias', place })) {
        addParameter(world, self, 'bias', [outChannels], fanIn(shape), place);
      } else register(self, '_parameters', 'bias', null);
    },
    forward(self, input, place) {
      const weight = parameterOf(self, '_parameters', 'weight');
      if (weight === undefined) return refuse('attribute', `${self.type.name} has no weight`, place);
      const [, , height = 1, width = 1] = weight.parameter.shape;
      const bias = parameterOf(self, '_parameters', 'bias');
      const get = (name: string) => attributeOf(self, name);
      const attributes = convolutionNumbers(get, [height, width], place);
      const parameters = bias === undefined ? { weight } : { weight, bias };
      return world.emit({
        operator: 'conv2d',
        attributes,
        inputs: [input],
        parameters,
        name: title(self),
        label: 'conv2d',
        place,
      });
    },
  };
}

function linear(world: TorchWorld): LayerDefinition {
  return {
    name: 'Linear',
    signature: 'in_features, out_features, bias=True, device=None, dtype=None',
    build(self, taken) {
      const { place } = taken;
      const integer = (name: string) => integerOf(taken.get(name), { what: `Linear(): argument '${name}'`, place });
      const shape = [integer('out_features'), integer('in_features')];
      addParameter(world, self, 'weight', shape, fanIn(shape), place);
      if (booleanOf(taken.get('bias'), world.evaluator, { what: 'bias', place })) {
        addParameter(world, self, 'bias', shape.slice(0, 1), fanIn(shape), place);
      } else register(self, '_parameters', 'bias', null);
    },
    forward(self, input, place) {
      const weight = parameterOf(self, '_parameters', 'weight');
      if (weight === undefined) return refuse('attribute', `${self.type.name} has no weight`, place);
      const bias = parameterOf(self, '_parameters', 'bias');
      const parameters = bias === undefined ? { weight } : { weight, bias };
      const name = describe(self, ['in_features', 'out_features']);
      return world.emit({
        operator: 'linear',
        attributes: {},
        inputs: [input],
        parameters,
        name,
        label: 'linear',
        place,
      });
    },
  };
}

function batchNorm(world: TorchWorld, name: 'BatchNorm1d' | 'BatchNorm2d'): LayerDefinition {
  const ranks = name === 'BatchNorm2d' ? [4] : [2, 3];
  return {
    name,
    signature: 'num_features, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True, device=None, dtype=None',
    build(self, taken) {
      const { place } = taken;
      const features = integerOf(taken.get('num_features'), { what: `${name}(): argument 'num_features'`, place });
      if (!booleanOf(taken.get('track_running_stats'), world.evaluator, { what: '', place })) {
        refuse('unsupported', `${name} with track_running_stats=False is not supported yet`, place);
      }
      if (booleanOf(taken.get('affine'), world.evaluator, { what: '', place })) {
        addParameter(world, self, 'weight', [features], { kind: 'constant', value: 1 }, place);
        addParameter(world, self, 'bias', [features], { kind: 'constant', value: 0 }, place);
      } else {
        register(self, '_parameters', 'weight', null);
        register(self, '_parameters', 'bias', null);
      }
      if (features < 0)
        refuse('value', `Trying to create tensor with negative dimension ${features}: [${features}]`, place);
      const buffer = (shape: readonly number[], type: 'float32' | 'int64', value: number) =>
        makeParameter(shape, { kind: 'constant', value }, { type, value });
      register(self, '_buffers', 'running_mean', buffer([features], 'float32', 0));
      register(self, '_buffers', 'running_var', buffer([features], 'float32', 1));
      register(self, '_buffers', 'num_batches_tracked', buffer([], 'int64', 0));
    },
    forward(self, input, place) {
      const rank = input.tensor.shape.length;
      if (!ranks.includes(rank)) {
        refuse(
          'shape',
          `${name} expected ${ranks.map((each) => `${each}D`).join(' or ')} input (got ${rank}D input)`,
          place,
        );
      }
      const found = {
        weight: parameterOf(self, '_parameters', 'weight'),
        bias: parameterOf(self, '_parameters', 'bias'),
        runningMean: parameterOf(self, '_buffers', 'running_mean'),
        runningVar: parameterOf(self, '_buffers', 'running_var'),
        batchesTracked: parameterOf(self, '_buffers', 'num_batches_tracked'),
      };
      const momentum = attributeOf(self, 'momentum');
      return world.emit({
        operator: 'batchNorm',
        attributes: {
          eps: floatOf(attributeOf(self, 'eps'), { what: `${name}(): argument 'eps'`, place }),
          momentum: momentum === null ? null : floatOf(momentum, { what: `${name}(): argument 'momentum'`, place }),
        },
        inputs: [input],
        parameters: present(found),
        name: describe(self, ['num_features']),
        label: 'batch_norm',
        place,
      });
    },
  };
}

/** A record without its undefined entries. */
function present<K extends string, V>(record: Readonly<Record<K, V | undefined>>): Partial<Record<K, V>> {
  const result: Partial<Record<K, V>> = {};
  for (const key in record) {
    const value = record[key];
    if (value !== undefined) result[key] = value;
  }
  return result;
}

/** Checks a dropout probability. */
export function probabilityOf(value: Value, place: Place): number {
  const p = floatOf(value, { what: "dropout: argument 'p'", place });
  if (!(p >= 0 && p <= 1)) refuse('value', `dropout probability has to be between 0 and 1, but got ${p}`, place);
  return p;
}

function dropout(world: TorchWorld, name: 'Dropout' | 'Dropout2d', kind: 'element' | 'channel'): LayerDefinition {
  return {
    name,
    signature: 'p=0.5, inplace=False',
    build: (_self, taken) => {
      probabilityOf(taken.get('p'), taken.place);
    },
    forward(self, input, place) {
      const inPlace = booleanOf(attributeOf(self, 'inplace'), world.evaluator, { what: 'inplace', place });
      const attributes = { p: probabilityOf(attributeOf(self, 'p'), place), kind };
      return world.emit({
        operator: 'dropout',
        attributes,
        inputs: [input],
        name: `${name}()`,
        label: 'dropout',
        inPlace,
        place,
      });
    },
  };
}

function simpleLayers(world: TorchWorld): LayerDefinition[] {
  const { evaluator } = world;
  return [
    { name: 'Identity', signature: '*args, **kwargs', forward: (_self, input) => input },
    {
      name: 'Flatten',
      signature: 'start_dim=1, end_dim=-1',
      forward: (self, input, place) =>
        flattenTensor(world, input, attributeOf(self, 'start_dim'), attributeOf(self, 'end_dim'), 'Flatten()', place),
    },
    {
      name: 'PReLU',
      signature: 'num_parameters=1, init=0.25, device=None, dtype=None',
      build(self, taken) {
        const count = integerOf(taken.get('num_parameters'), {
          what: "PReLU(): argument 'num_parameters'",
          place: taken.place,
        });
        const value = floatOf(taken.get('init'), { what: "PReLU(): argument 'init'", place: taken.place });
        addParameter(world, self, 'weight', [count], { kind: 'constant', value }, taken.place);
      },
      forward(self, input, place) {
        const weight = parameterOf(self, '_parameters', 'weight');
        const parameters = weight === undefined ? {} : { weight };
        const name = describe(self, ['num_parameters']);
        return world.emit({
          operator: 'prelu',
          attributes: {},
          inputs: [input],
          parameters,
          name,
          label: 'prelu',
          place,
        });
      },
    },
    ...poolings.map(
      (pooling): LayerDefinition => ({
        name: pooling.layer,
        signature: pooling.signature,
        forward: (self, input, place) =>
          pooling.run(world, input, (name) => attributeOf(self, name), `${pooling.layer}()`, place),
      }),
    ),
    ...activations.flatMap((activation): LayerDefinition[] => {
      const { layer } = activation;
      if (layer === null) return [];
      return [
        {
          name: layer,
          signature: activation.signature,
          forward(self, input, place) {
            const inPlace = booleanOf(attributeOf(self, 'inplace'), evaluator, { what: 'inplace', place });
            const chosen = activation.choose((name) => attributeOf(self, name), input, { place });
            return world.emit({
              ...chosen,
              inputs: [input],
              name: `${layer}()`,
              label: activation.name,
              inPlace,
              place,
            });
          },
        },
      ];
    }),
  ];
}

/** All layer classes on top of Module. */
export function layerClasses(world: TorchWorld, module: ClassValue): ClassValue[] {
  const definitions: LayerDefinition[] = [
    convolution(world),
    linear(world),
    batchNorm(world, 'BatchNorm1d'),
    batchNorm(world, 'BatchNorm2d'),
    dropout(world, 'Dropout', 'element'),
    dropout(world, 'Dropout2d', 'channel'),
    ...simpleLayers(world),
  ];
  return definitions.map((definition) => layerClass(world, module, definition));
}

function layerClass(world: TorchWorld, module: ClassValue, definition: LayerDefinition): ClassValue {
  const { name, signature } = definition;
  const names = signature
    .split(',')
    .map((part) => part.split('=')[0]?.trim() ?? '')
    .filter((part) => part !== '' && !part.startsWith('*') && part !== 'device' && part !== 'dtype' && part !== 'bias');
  const attributes = new Map<string, Value>();
  attributes.set(
    '__init__',
    native(
      `${name}.__init__`,
      `self, ${signature}`,
      (taken) => {
        const self = selfOf(world, taken);
        initialiseModule(world, self);
        for (const each of names) self.attributes.set(each, taken.get(each));
        definition.build?.(self, taken);
        return null;
      },
      { method: true },
    ),
  );
  attributes.set(
    'forward',
    native(
      `${name}.forward`,
      'self, input',
      (taken) => {
        const self = selfOf(world, taken);
        const input = tensorOf(taken.get('input'), { what: `${name}(): argument 'input'`, place: taken.place });
        world.used.add(self);
        const before = world.running;
        world.running = world.paths.get(self) ?? null;
        const result = definition.forward(self, input, taken.place);
        world.running = before;
        return result;
      },
      { method: true },
    ),
  );
  return makeClass(name, [module], attributes);
}
