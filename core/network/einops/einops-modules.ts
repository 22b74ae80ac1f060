/** The package einops as programs import it: rearrange, reduce, repeat, einsum, pack and unpack, and its layers for PyTorch. */

import { positional } from '../../python/evaluation/runtime.ts';
import { native } from '../../python/evaluation/signature.ts';
import { hostModule } from '../../python/modules/host-module.ts';
import { type Place, refuse } from '../../python/reason.ts';
import { tuple } from '../../python/types/containers.ts';
import { typeName } from '../../python/types/type-name.ts';
import type { ClassValue, ModuleValue, NativeFunction, Value } from '../../python/types/values.ts';
import type { Dimension } from '../ir.ts';
import { attributeOf, type LayerDefinition, layerClass } from '../torch/layers/layer.ts';
import { tensorOf } from '../torch/world/arguments.ts';
import { addAxis, concatenate, cut, reshapeTo } from '../torch/world/operations.ts';
import { dimensionFrom, sizeValue } from '../torch/world/sizes.ts';
import type { TensorValue } from '../torch/world/values.ts';
import type { TorchWorld } from '../torch/world/world.ts';
import { fail, parsePattern, parseSide } from './pattern.ts';
import { type Reduction, rearranged } from './rearranging.ts';

const reductions: readonly string[] = ['mean', 'sum', 'max', 'min'];

function text(value: Value, place: Place): string {
  return typeof value === 'string' ? value : refuse('type', `a pattern must be a str, not ${typeName(value)}`, place);
}

function sizesFrom(given: Value, place: Place): ReadonlyMap<string, Dimension> {
  if (given === null || typeof given !== 'object' || given.kind !== 'dict') return new Map();
  return new Map(
    [...given.entries.values()].map(([name, value]) => [
      String(name),
      dimensionFrom(value) ??
        refuse('type', `the size of ${String(name)} must be an int, not ${typeName(value)}`, place),
    ]),
  );
}

function reductionFrom(value: Value, place: Place): Reduction {
  if (value === 'mean' || value === 'sum' || value === 'max' || value === 'min') return value;
  if (typeof value !== 'string') return refuse('unsupported', 'reduce() with a function is not supported', place);
  return value === 'prod' || value === 'any' || value === 'all'
    ? refuse('unsupported', `reduce() by ${value} is not supported yet`, place)
    : fail(`unknown reduction ${value}: expected one of ${reductions.join(', ')}, prod, any, all`, place);
}

/** A tensor, or a list of them stacked in front. */
function inputOf(world: TorchWorld, value: Value, name: string, place: Place): TensorValue {
  if (value === null || typeof value !== 'object' || (value.kind !== 'list' && value.kind !== 'tuple')) {
    return tensorOf(value, { what: `${name}(): the first argument`, place });
  }
  const site = { name, place };
  const parts = value.items.map((each) =>
    addAxis(world, tensorOf(each, { what: `${name}(): every item`, place }), 0, site),
  );
  return parts.length === 0 ? fail('a list of tensors is empty', place) : concatenate(world, parts, 0, site);
}

type Kind = 'rearrange' | 'reduce' | 'repeat';

function run(
  world: TorchWorld,
  kind: Kind,
  x: TensorValue,
  given: { pattern: Value; reduction: Value; sizes: Value },
  place: Place,
) {
  const asked = {
    pattern: parsePattern(text(given.pattern, place), place),
    sizes: sizesFrom(given.sizes, place),
    reduction: kind === 'reduce' ? reductionFrom(given.reduction, place) : null,
    repeats: kind === 'repeat',
  };
  return rearranged(world, x, asked, { name: kind, place });
}

function functionsOf(world: TorchWorld, torchModule: ModuleValue): [string, NativeFunction][] {
  const rearranging = (kind: Kind): [string, NativeFunction] => [
    kind,
    native(kind, `tensor, pattern, ${kind === 'reduce' ? 'reduction, ' : ''}**axes_lengths`, ({ get, place }) => {
      const x = inputOf(world, get('tensor'), kind, place);
      const reduction = kind === 'reduce' ? get('reduction') : null;
      return run(world, kind, x, { pattern: get('pattern'), reduction, sizes: get('axes_lengths') }, place);
    }),
  ];
  const einsum = native('einsum', '*tensors_and_pattern', ({ get, place }) => {
    const given = world.evaluator.iterate(get('tensors_and_pattern'), place);
    const equation = text(given.at(-1) ?? null, place);
    const tensors = given.slice(0, -1);
    const torch = torchModule.attributes.get('einsum') ?? null;
    // Axes have names of several letters here: each gets a letter.
    const letters = new Map<string, string>();
    const short = equation.replace(/[A-Za-z_]\w*/g, (name) => {
      const letter = letters.get(name) ?? String.fromCharCode(97 + letters.size);
      letters.set(name, letter);
      return letter;
    });
    if (letters.size > 26) return refuse('unsupported', 'einsum() of more than 26 axes is not supported', place);
    return world.evaluator.call(torch, positional(short.replaceAll(' ', ''), ...tensors), place);
  });
  const parseShape = native('parse_shape', 'x, pattern', ({ get, place }) => {
    const { shape } = tensorOf(get('x'), { what: 'parse_shape(): x', place }).tensor;
    const groups = parseSide(text(get('pattern'), place).replaceAll(/(^|\s)_(?=\s|$)/g, ' 1'), place);
    if (groups.length !== shape.length)
      fail(`the pattern has ${groups.length} dimensions, the tensor ${shape.length}`, place);
    const found = groups.flatMap((group, i): [string, [Value, Value]][] => {
      const [name] = group;
      return name === undefined ? [] : [[`s${name}`, [name, sizeValue(shape[i] ?? 1)]]];
    });
    return { kind: 'dict', typeName: 'dict', entries: new Map(found), fallback: null };
  });
  return [
    rearranging('rearrange'),
    rearranging('reduce'),
    rearranging('repeat'),
    ['einsum', einsum],
    ['parse_shape', parseShape],
    ['pack', pack(world)],
    ['unpack', unpack(world)],
    ['asnumpy', native('asnumpy', 'tensor', ({ get }) => get('tensor'))],
  ];
}

/** Where `*` stands in a pattern of pack, and how many dimensions are before and after. */
function starOf(pattern: string, place: Place): { readonly before: number; readonly after: number } {
  const names = pattern.split(/\s+/).filter((name) => name !== '');
  const at = names.indexOf('*');
  if (at < 0 || names.indexOf('*', at + 1) >= 0) fail(`a pattern of pack has one *: ${pattern}`, place);
  return { before: at, after: names.length - at - 1 };
}

/** Joins tensors along one dimension, whatever dimensions each has there. */
function pack(world: TorchWorld): NativeFunction {
  return native('pack', 'tensors, pattern', ({ get, place }) => {
    const site = { name: 'pack', place };
    const { before, after } = starOf(text(get('pattern'), place), place);
    const shapes: Value[] = [];
    const parts = world.evaluator.iterate(get('tensors'), place).map((each) => {
      const x = tensorOf(each, { what: 'pack(): every item', place });
      const { shape } = x.tensor;
      const inner = shape.slice(before, shape.length - after);
      if (inner.some((size) => typeof size !== 'number')) {
        return refuse('unsupported', 'pack() over the batch axis is not supported: it would mix samples', place);
      }
      shapes.push(tuple(inner.map(sizeValue), 'torch.Size'));
      const joined = inner.reduce<number>((total, size) => total * Number(size), 1);
      return reshapeTo(world, x, [...shape.slice(0, before), joined, ...shape.slice(shape.length - after)], site);
    });
    if (parts.length === 0) fail('there is nothing to pack', place);
    return tuple([concatenate(world, parts, before, site), { kind: 'list', items: shapes }]);
  });
}

function unpack(world: TorchWorld): NativeFunction {
  return native('unpack', 'tensor, packed_shapes, pattern', ({ get, place }) => {
    const site = { name: 'unpack', place };
    const x = tensorOf(get('tensor'), { what: 'unpack(): tensor', place });
    const { before, after } = starOf(text(get('pattern'), place), place);
    const { shape } = x.tensor;
    const inner = world.evaluator
      .iterate(get('packed_shapes'), place)
      .map((each) => world.evaluator.iterate(each, place).map((size) => dimensionFrom(size) ?? 1));
    const sizes = inner.map((each) => each.reduce<number>((total, size) => total * Number(size), 1));
    const known = sizes.filter((size) => size >= 0).reduce((total, size) => total + size, 0);
    let start = 0;
    const parts = inner.map((each, i) => {
      const size = (sizes[i] ?? 0) < 0 ? Number(shape[before]) - known : (sizes[i] ?? 0);
      const part = cut(world, x, before, start, start + size, site);
      start += size;
      const target = each.map((one) =>
        one === -1 ? size / each.reduce<number>((t, s) => (s === -1 ? t : t * Number(s)), 1) : one,
      );
      return reshapeTo(world, part, [...shape.slice(0, before), ...target, ...shape.slice(shape.length - after)], site);
    });
    return { kind: 'list', items: parts };
  });
}

function layersOf(world: TorchWorld, module: ClassValue): [string, ClassValue][] {
  const definition = (name: string, kind: Kind): LayerDefinition => ({
    name,
    signature: `pattern, ${kind === 'reduce' ? 'reduction, ' : ''}**axes_lengths`,
    build(self, { get }) {
      self.attributes.set('axes_lengths', get('axes_lengths'));
    },
    forward: (self, input, place) =>
      run(
        world,
        kind,
        input,
        {
          pattern: attributeOf(self, 'pattern'),
          reduction: attributeOf(self, 'reduction'),
          sizes: attributeOf(self, 'axes_lengths'),
        },
        place,
      ),
  });
  return [definition('Rearrange', 'rearrange'), definition('Reduce', 'reduce')].map((each) => [
    each.name,
    layerClass(world, module, each),
  ]);
}

/** einops and einops.layers.torch. */
export function einopsModules(world: TorchWorld, torch: ModuleValue): ModuleValue[] {
  const module = world.classes.get('Module');
  if (module === undefined) return [];
  const missing = (name: string) => (each: string) => refuse('unsupported', `${name}.${each} is not supported yet`);
  const torchLayers = hostModule('einops.layers.torch', layersOf(world, module), missing('einops.layers.torch'));
  const layers = hostModule('einops.layers', [['torch', torchLayers]], missing('einops.layers'));
  const functions = functionsOf(world, torch);
  return [
    hostModule('einops', [...functions, ['layers', layers]], missing('einops')),
    hostModule('einops.einops', functions, missing('einops')),
    layers,
    torchLayers,
  ];
}
