/** All layer classes of torch.nn: those that are one idea each, and the groups that have files of their own. */
import { type Place, refuse } from '../../../python/reason.ts';
import type { ClassValue, InstanceValue } from '../../../python/types/values.ts';
import { formatShape } from '../../dimensions.ts';
import { distanceLayers } from '../functions/distance-functions.ts';
import { unflattenTensor } from '../functions/moving-functions.ts';
import { shuffleChannels, shufflePixels, unshufflePixels } from '../functions/pixel-functions.ts';
import { randomLayers } from '../functions/random-functions.ts';
import { flattenTensor } from '../functions/reshaping.ts';
import { booleanOf, floatOf, integerOf, integersOf } from '../world/arguments.ts';
import { apply, cut, product2, type Site, scale, sizeAlong } from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { activations } from './activations.ts';
import { attentionLayers } from './attention.ts';
import { batchNormalisationLayers } from './batch-normalisation.ts';
import { bilinearLayer } from './bilinear.ts';
import { convolutionLayers, setLazy } from './convolution.ts';
import { dropoutLayers } from './dropout.ts';
import { embedding } from './embedding.ts';
import {
  addParameter,
  argumentsOf,
  attributeOf,
  describe,
  fanIn,
  type LayerDefinition,
  layerClass,
  parameterOf,
  weightOf,
} from './layer.ts';
import { lossLayers } from './losses.ts';
import { register } from './module.ts';
import { normalisationLayers } from './normalisation.ts';
import { type PaddingMode, padTensor } from './padding.ts';
import { makeParameter } from './parameter.ts';
import { foldPatches, unfoldPatches } from './patches.ts';
import { poolings } from './pooling.ts';
import { recurrentLayers } from './recurrent.ts';
import { unpool } from './unpooling.ts';
import { upsamplingLayers } from './upsampling.ts';

function linear(world: TorchWorld, lazy: boolean): LayerDefinition {
  const name = lazy ? 'LazyLinear' : 'Linear';
  return {
    name,
    ...(lazy ? { base: 'Linear' } : {}),
    signature: `${lazy ? '' : 'in_features, '}out_features, bias=True, device=None, dtype=None`,
    build(self, taken) {
      const { place } = taken;
      const { integer, flag } = argumentsOf(world, name, taken);
      const bias = flag('bias');
      if (lazy) {
        integer('out_features');
        self.attributes.set('in_features', 0n);
        const empty = () => makeParameter(world, null, { kind: 'constant', value: 0 });
        register(self, '_parameters', 'weight', empty());
        register(self, '_parameters', 'bias', bias ? empty() : null);
        return;
      }
      const shape = [integer('out_features'), integer('in_features')];
      addParameter(world, self, 'weight', shape, fanIn(shape), place);
      if (bias) addParameter(world, self, 'bias', shape.slice(0, 1), fanIn(shape), place);
      else register(self, '_parameters', 'bias', null);
    },
    forward(self, input, place) {
      const weight = weightOf(self, place);
      const bias = parameterOf(self, 'bias');
      const features = input.tensor.shape.at(-1);
      if (weight.parameter.shape === null && typeof features === 'number') {
        const shape = [Number(attributeOf(self, 'out_features')), features];
        setLazy(world, weight, shape);
        if (bias !== undefined) setLazy(world, bias, shape.slice(0, 1), shape);
        self.attributes.set('in_features', BigInt(features));
      }
      const parameters = bias === undefined ? { weight } : { weight, bias };
      const site = { name: describe(self, ['in_features', 'out_features']), place };
      return world.emit({ operator: 'linear', attributes: {}, inputs: [input], parameters, label: 'linear', ...site });
    },
  };
}

function prelu(world: TorchWorld): LayerDefinition {
  return {
    name: 'PReLU',
    signature: 'num_parameters=1, init=0.25, device=None, dtype=None',
    build(self, taken) {
      const { integer, float } = argumentsOf(world, 'PReLU', taken);
      const value = float('init');
      addParameter(world, self, 'weight', [integer('num_parameters')], { kind: 'constant', value }, taken.place);
    },
    forward(self, input, place) {
      const weight = parameterOf(self, 'weight');
      const parameters = weight === undefined ? {} : { weight };
      const site = { name: describe(self, ['num_parameters']), place };
      return world.emit({ operator: 'prelu', attributes: {}, inputs: [input], parameters, label: 'prelu', ...site });
    },
  };
}

/** a s(b), where a and b are the halves of an axis (Dauphin et al. 2017). */
export function gatedLinearUnit(world: TorchWorld, input: TensorValue, axis: number, site: Site): TensorValue {
  const size = sizeAlong(input, axis, site);
  if (size % 2 !== 0) {
    return refuse('shape', `Halving dimension must be even, but dimension ${axis} is size ${size}`, site.place);
  }
  const [a, b] = [cut(world, input, axis, 0, size / 2, site), cut(world, input, axis, size / 2, size, site)];
  return product2(world, a, apply(world, 'sigmoid', {}, [b], site), site);
}

function paddingLayers(world: TorchWorld): LayerDefinition[] {
  const kinds: readonly (readonly [string, PaddingMode])[] = [
    ['ZeroPad', 'constant'],
    ['ConstantPad', 'constant'],
    ['ReflectionPad', 'reflect'],
    ['ReplicationPad', 'replicate'],
    ['CircularPad', 'circular'],
  ];
  return kinds.flatMap(([prefix, mode]) =>
    ([1, 2] as const).map((axes): LayerDefinition => {
      const name = `${prefix}${axes}d`;
      return {
        name,
        signature: prefix === 'ConstantPad' ? 'padding, value' : 'padding',
        forward(self, input, place) {
          const given = integersOf(attributeOf(self, 'padding'), { what: `${name}: padding`, place });
          const amounts = given.length === 1 ? new Array<number>(2 * axes).fill(given[0] ?? 0) : given;
          const value = prefix === 'ConstantPad' ? floatOf(attributeOf(self, 'value'), { what: 'value', place }) : 0;
          return padTensor(world, input, amounts, mode, value, { name: `${name}()`, place });
        },
      };
    }),
  );
}

function integerAttribute(self: InstanceValue, name: string, place: Place): number {
  return integerOf(attributeOf(self, name), { what: `${self.type.name}(): argument '${name}'`, place });
}

function rearrangements(world: TorchWorld): LayerDefinition[] {
  return [
    { name: 'Identity', signature: '*args, **kwargs', forward: (_self, input) => input },
    {
      name: 'Flatten',
      signature: 'start_dim=1, end_dim=-1',
      forward: (self, input, place) =>
        flattenTensor(world, input, attributeOf(self, 'start_dim'), attributeOf(self, 'end_dim'), 'Flatten()', place),
    },
    {
      name: 'Unflatten',
      signature: 'dim, unflattened_size',
      forward: (self, input, place) =>
        unflattenTensor(world, input, attributeOf(self, 'dim'), attributeOf(self, 'unflattened_size'), place),
    },
    {
      name: 'PixelShuffle',
      signature: 'upscale_factor',
      forward: (self, input, place) =>
        shufflePixels(world, input, integerAttribute(self, 'upscale_factor', place), place),
    },
    {
      name: 'PixelUnshuffle',
      signature: 'downscale_factor',
      forward: (self, input, place) =>
        unshufflePixels(world, input, integerAttribute(self, 'downscale_factor', place), place),
    },
    {
      name: 'ChannelShuffle',
      signature: 'groups',
      forward: (self, input, place) => shuffleChannels(world, input, integerAttribute(self, 'groups', place), place),
    },
    {
      name: 'Unfold',
      signature: 'kernel_size, dilation=1, padding=0, stride=1',
      forward: (self, input, place) => unfoldPatches(world, input, (name) => attributeOf(self, name), place),
    },
    {
      name: 'MaxUnpool2d',
      signature: 'kernel_size, stride=None, padding=0',
      takes: 'input, indices, output_size=None',
      forward: (self, input, place, { get }) =>
        unpool(world, input, (name) => (name === 'indices' ? get(name) : attributeOf(self, name)), place),
    },
    {
      name: 'Fold',
      signature: 'output_size, kernel_size, dilation=1, padding=0, stride=1',
      forward: (self, input, place) => foldPatches(world, input, (name) => attributeOf(self, name), place),
    },
  ];
}

function composedActivations(world: TorchWorld): LayerDefinition[] {
  return [
    {
      name: 'GLU',
      signature: 'dim=-1',
      forward(self, input, place) {
        const rank = input.tensor.shape.length;
        const dim = integerAttribute(self, 'dim', place);
        if (dim < -rank || dim >= rank) {
          return refuse('index', `GLU: dim ${dim} does not exist in ${formatShape(input.tensor.shape)}`, place);
        }
        return gatedLinearUnit(world, input, dim < 0 ? dim + rank : dim, { name: 'GLU()', place });
      },
    },
    {
      name: 'Tanhshrink',
      signature: '',
      forward: (_self, input, place) => tanhShrink(world, input, { name: 'Tanhshrink()', place }),
    },
    {
      name: 'Softmin',
      signature: 'dim=None',
      forward(self, input, place) {
        const site = { name: 'Softmin()', place };
        const softmax = activations.find(({ name }) => name === 'softmax');
        const turned = scale(world, input, -1, site);
        const chosen = softmax?.choose((name) => attributeOf(self, name), turned, site);
        return chosen === undefined ? turned : world.emit({ ...chosen, inputs: [turned], ...site });
      },
    },
  ];
}

/** x - tanh(x). */
export function tanhShrink(world: TorchWorld, input: TensorValue, site: Site): TensorValue {
  return apply(world, 'subtract', {}, [input, apply(world, 'tanh', {}, [input], site)], site);
}

function sharedLayers(world: TorchWorld): LayerDefinition[] {
  const { evaluator } = world;
  return [
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
    ...convolutionLayers(world),
    linear(world, false),
    linear(world, true),
    bilinearLayer(world),
    ...batchNormalisationLayers(world),
    ...distanceLayers(world),
    ...normalisationLayers(world),
    ...dropoutLayers(world),
    prelu(world),
    ...rearrangements(world),
    ...paddingLayers(world),
    ...composedActivations(world),
    ...sharedLayers(world),
    ...upsamplingLayers(world),
    ...recurrentLayers(world),
    ...attentionLayers(world),
    embedding(world),
    ...lossLayers(world),
    ...randomLayers(world),
  ];
  return definitions.map((definition) => {
    const made = layerClass(world, module, definition);
    world.classes.set(made.name, made);
    return made;
  });
}
