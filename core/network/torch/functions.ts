/** Functions on tensors: each once, then exposed under torch, torch.nn.functional and as tensor methods. */
import { refuse } from '../../python/reason.ts';
import { native, type Taken } from '../../python/signature.ts';
import { type NativeFunction, typeName, type Value } from '../../python/values.ts';
import { elementCount } from '../dimensions.ts';
import { activations } from './activations.ts';
import { axisOf, booleanOf, flagOf, floatOf, integersOf, tensorOf } from './arguments.ts';
import { probabilityOf } from './layers.ts';
import { poolings } from './pooling.ts';
import {
  flattenTensor,
  permuteTensor,
  spread,
  squeezeTensor,
  targetShape,
  transposeTensor,
  unsqueezeTensor,
} from './reshaping.ts';
import { batchSize, shapeTuple, sizeValue } from './sizes.ts';
import { contiguousStrides, isContiguous } from './strides.ts';
import { isTensor, makeTensor, type TensorValue } from './tensor.ts';
import type { TorchWorld } from './world.ts';

type Where = 'torch' | 'functional' | 'method';

interface FunctionDefinition {
  readonly name: string;
  readonly where: readonly Where[];
  /** Parameters after the input. */
  readonly signature: string;
  run(input: TensorValue, taken: Taken): Value;
}

export interface FunctionTables {
  readonly torch: Map<string, NativeFunction>;
  readonly functional: Map<string, NativeFunction>;
  readonly methods: Map<string, NativeFunction>;
}

/** A training flag as the program gives it: only `self.training` (true while we read) or a constant true makes sense. */
function trains(taken: Taken): boolean {
  return flagOf(taken.get('training'), { what: "dropout(): argument 'training'", place: taken.place });
}

function reduction(world: TorchWorld, operator: 'mean' | 'sum' | 'max', input: TensorValue, taken: Taken): TensorValue {
  const { place } = taken;
  const rank = input.tensor.shape.length;
  const dim = taken.get('dim');
  const named = { what: `${operator}(): dim`, place };
  const axes =
    dim === null
      ? input.tensor.shape.map((_, axis) => axis)
      : integersOf(dim, named).map((axis) => axisOf(BigInt(axis), rank, named));
  if (new Set(axes).size !== axes.length)
    refuse('value', `${operator}(): dim appears multiple times in the list of dims`, place);
  if (axes.some((axis) => typeof input.tensor.shape[axis] !== 'number')) {
    refuse('unsupported', `${operator} over the batch axis is not supported: it would mix samples`, place);
  }
  const keep = flagOf(taken.get('keepdim'), { what: `${operator}(): argument 'keepdim'`, place });
  const attributes = { axes: [...axes].sort((a, b) => a - b), keep };
  return world.emit({ operator, attributes, inputs: [input], name: operator, label: operator, place });
}

function shapeFunctions(world: TorchWorld): FunctionDefinition[] {
  const both: readonly Where[] = ['torch', 'method'];
  const view = (kind: 'view' | 'reshape') => (input: TensorValue, taken: Taken) => {
    const given = kind === 'view' || taken.has('sizes') ? taken.get('sizes') : null;
    const sizes = spread(world.evaluator.iterate(given, taken.place));
    if (sizes.length === 0) refuse('type', `${kind}() needs the sizes of the result`, taken.place);
    const target = targetShape(input, sizes, kind, taken.place);
    return world.emitView({ inputs: [input], target, name: kind, place: taken.place }, kind);
  };
  return [
    {
      name: 'flatten',
      where: both,
      signature: 'start_dim=0, end_dim=-1',
      run: (input, taken) =>
        flattenTensor(world, input, taken.get('start_dim'), taken.get('end_dim'), 'flatten', taken.place),
    },
    { name: 'view', where: ['method'], signature: '*sizes', run: view('view') },
    { name: 'reshape', where: ['method'], signature: '*sizes', run: view('reshape') },
    {
      name: 'reshape',
      where: ['torch'],
      signature: 'shape',
      run(input, { get, place }) {
        const target = targetShape(input, spread([get('shape')]), 'reshape', place);
        return world.emitView({ inputs: [input], target, name: 'reshape', place }, 'reshape');
      },
    },
    {
      name: 'view_as',
      where: ['method'],
      signature: 'other',
      run(input, { get, place }) {
        const target = tensorOf(get('other'), { what: 'other', place }).tensor.shape;
        return world.emitView({ inputs: [input], target, name: 'view_as', place }, 'view');
      },
    },
    {
      name: 'squeeze',
      where: both,
      signature: 'dim=None',
      run: (input, { get, place }) => squeezeTensor(world, input, get('dim'), place),
    },
    {
      name: 'unsqueeze',
      where: both,
      signature: 'dim',
      run: (input, { get, place }) => unsqueezeTensor(world, input, get('dim'), place),
    },
    {
      name: 'permute',
      where: ['method'],
      signature: '*dims',
      run: (input, { get, place }) =>
        permuteTensor(world, input, spread(world.evaluator.iterate(get('dims'), place)), 'permute', place),
    },
    {
      name: 'permute',
      where: ['torch'],
      signature: 'dims',
      run: (input, { get, place }) => permuteTensor(world, input, spread([get('dims')]), 'permute', place),
    },
    ...['transpose', 'swapaxes'].map(
      (name): FunctionDefinition => ({
        name,
        where: both,
        signature: 'dim0, dim1',
        run: (input, { get, place }) => transposeTensor(world, input, get('dim0'), get('dim1'), place),
      }),
    ),
    {
      name: 't',
      where: both,
      signature: '',
      run(input, { place }) {
        if (input.tensor.shape.length > 2)
          refuse(
            'shape',
            `t() expects a tensor with <= 2 dimensions, but self is ${input.tensor.shape.length}D`,
            place,
          );
        return input.tensor.shape.length < 2 ? input : transposeTensor(world, input, 0n, 1n, place);
      },
    },
    {
      name: 'contiguous',
      where: ['method'],
      signature: '*args, **kwargs',
      run(input) {
        const { tensor } = input;
        if (tensor.strides === null || isContiguous(tensor.shape, tensor.strides)) return input;
        return makeTensor(world, { ...tensor, strides: null, storage: { version: 0 }, version: 0 });
      },
    },
    {
      name: 'is_contiguous',
      where: ['method'],
      signature: '',
      run: ({ tensor }) => isContiguous(tensor.shape, tensor.strides ?? contiguousStrides(tensor.shape)),
    },
    {
      name: 'clone',
      where: both,
      signature: '**kwargs',
      run: (input) => makeTensor(world, { ...input.tensor, storage: { version: 0 }, version: 0 }),
    },
    {
      name: 'size',
      where: ['method'],
      signature: 'dim=None',
      run({ tensor }, { get, place }) {
        const dim = get('dim');
        if (dim === null) return shapeTuple(tensor.shape);
        return sizeValue(tensor.shape[axisOf(dim, tensor.shape.length, { what: 'size(): dim', place })] ?? 0);
      },
    },
    { name: 'dim', where: ['method'], signature: '', run: ({ tensor }) => BigInt(tensor.shape.length) },
    ...['numel', 'nelement'].map(
      (name): FunctionDefinition => ({
        name,
        where: name === 'numel' ? both : ['method'],
        signature: '',
        run({ tensor }, { place }) {
          const { coefficient, power } = elementCount(tensor.shape);
          if (power === 0) return BigInt(coefficient);
          return power === 1
            ? batchSize(coefficient)
            : refuse('unsupported', 'this number of elements is not supported', place);
        },
      }),
    ),
    ...['to', 'float', 'cuda', 'cpu', 'type', 'requires_grad_'].map(
      (name): FunctionDefinition => ({ name, where: ['method'], signature: '*args, **kwargs', run: (input) => input }),
    ),
  ];
}

function arithmeticFunctions(world: TorchWorld): FunctionDefinition[] {
  const definitions: FunctionDefinition[] = [];
  const words = [
    ['add', '+'],
    ['sub', '-'],
    ['subtract', '-'],
    ['mul', '*'],
    ['multiply', '*'],
    ['div', '/'],
    ['divide', '/'],
    ['true_divide', '/'],
    ['pow', '**'],
  ] as const;
  for (const [name, operator] of words) {
    const scaled = operator === '+' || operator === '-';
    const run = (inPlace: boolean) => (input: TensorValue, taken: Taken) => {
      const { get, place } = taken;
      let other = get('other');
      if (scaled && taken.has('alpha')) {
        const alpha = get('alpha');
        const product = isTensor(other) ? world.arithmetic(other, '*', alpha, false, place) : undefined;
        if (product === undefined) refuse('unsupported', `${name} with alpha is supported for tensors only`, place);
        other = product;
      }
      const result = inPlace
        ? world.arithmeticInPlace(input, operator, other, place)
        : world.arithmetic(input, operator, other, false, place);
      return (
        result ??
        refuse('type', `${name}(): argument 'other' must be Tensor or a number, not ${typeName(other)}`, place)
      );
    };
    const signature = scaled ? 'other, *, alpha=1' : 'other';
    definitions.push({ name, where: ['torch', 'method'], signature, run: run(false) });
    if (operator !== '**') definitions.push({ name: `${name}_`, where: ['method'], signature, run: run(true) });
  }
  for (const name of ['mean', 'sum'] as const) {
    definitions.push({
      name,
      where: ['torch', 'method'],
      signature: 'dim=None, keepdim=False, *, dtype=None',
      run: (input, taken) => reduction(world, name, input, taken),
    });
  }
  definitions.push({
    name: 'amax',
    where: ['torch', 'method'],
    signature: 'dim=None, keepdim=False',
    run: (input, taken) => reduction(world, 'max', input, taken),
  });
  definitions.push(
    ...(['square', 'neg', 'negative'] as const).map(
      (name): FunctionDefinition => ({
        name,
        where: ['torch', 'method'],
        signature: '',
        run(input, { place }) {
          const [operator, other] = name === 'square' ? (['**', 2n] as const) : (['*', -1n] as const);
          return world.arithmetic(input, operator, other, false, place) ?? null;
        },
      }),
    ),
  );
  for (const name of ['clamp', 'clip']) {
    definitions.push({
      name,
      where: ['torch', 'method'],
      signature: 'min=None, max=None',
      run(input, { get, place }) {
        const [low, high] = [get('min'), get('max')];
        const request = { inputs: [input], name, label: name, place };
        if (low !== null && high !== null) {
          const attributes = { min: floatOf(low, { what: 'min', place }), max: floatOf(high, { what: 'max', place }) };
          if (attributes.max > attributes.min) return world.emit({ ...request, operator: 'hardtanh', attributes });
        }
        if (low !== null && high === null && floatOf(low, { what: 'min', place }) === 0) {
          return world.emit({ ...request, operator: 'relu', attributes: {} });
        }
        return refuse('unsupported', `${name} with these bounds is not supported yet`, place);
      },
    });
  }
  return definitions;
}

function layerFunctions(world: TorchWorld): FunctionDefinition[] {
  const { evaluator } = world;
  const definitions: FunctionDefinition[] = [];
  for (const activation of activations) {
    const signature = activation.functionSignature ?? activation.signature;
    const run = (inPlace: boolean | null) => (input: TensorValue, taken: Taken) => {
      const { get, place } = taken;
      const flag =
        inPlace ?? (signature.includes('inplace') && booleanOf(get('inplace'), evaluator, { what: 'inplace', place }));
      const chosen = activation.choose(get, input, taken);
      return world.emit({
        ...chosen,
        inputs: [input],
        name: activation.name,
        label: activation.name,
        inPlace: flag,
        place,
      });
    };
    definitions.push({ name: activation.name, where: ['functional'], signature, run: run(null) });
    if (activation.everywhere !== true) continue;
    const plain = signature.replace(/,?\s*inplace=False/, '');
    definitions.push({ name: activation.name, where: ['torch', 'method'], signature: plain, run: run(false) });
    if (activation.name.includes('softmax')) continue;
    definitions.push({
      name: `${activation.name}_`,
      where: ['torch', 'functional', 'method'],
      signature: plain,
      run: run(true),
    });
  }
  for (const pooling of poolings) {
    definitions.push({
      name: pooling.name,
      where: ['functional'],
      signature: pooling.signature,
      run: (input, { get, place }) => pooling.run(world, input, get, pooling.name, place),
    });
  }
  const dropouts = [
    ['dropout', 'element'],
    ['dropout2d', 'channel'],
  ] as const;
  for (const [name, kind] of dropouts) {
    definitions.push({
      name,
      where: ['functional'],
      signature: `p=0.5, training=True, inplace=False`,
      run(input, taken) {
        const attributes = { p: probabilityOf(taken.get('p'), taken.place), kind };
        if (!trains(taken)) return input;
        const inPlace = booleanOf(taken.get('inplace'), evaluator, { what: 'inplace', place: taken.place });
        return world.emit({
          operator: 'dropout',
          attributes,
          inputs: [input],
          name,
          label: 'dropout',
          inPlace,
          place: taken.place,
        });
      },
    });
  }
  return definitions;
}

function concatenation(world: TorchWorld, name: string): NativeFunction {
  return native(name, 'tensors, dim=0', (taken) => {
    const { place } = taken;
    const given = world.evaluator.iterate(taken.get('tensors'), place);
    const inputs = given.map((value) => tensorOf(value, { what: `${name}(): every item`, place }));
    const [first] = inputs;
    if (first === undefined) return refuse('value', `${name}(): expected a non-empty list of Tensors`, place);
    const axis = axisOf(taken.get('dim'), first.tensor.shape.length, { what: `${name}(): dim`, place });
    if (inputs.length === 1) return first;
    return world.emit({ operator: 'concat', attributes: { axis }, inputs, name, label: name, place });
  });
}

/** All functions, by where they are found. */
export function functionTables(world: TorchWorld): FunctionTables {
  const tables: FunctionTables = { torch: new Map(), functional: new Map(), methods: new Map() };
  const place = { torch: tables.torch, functional: tables.functional, method: tables.methods };
  const definitions = [...shapeFunctions(world), ...arithmeticFunctions(world), ...layerFunctions(world)];
  for (const { name, where, signature, run } of definitions) {
    for (const each of where) {
      const whole = signature === '' ? 'input' : `input, ${signature}`;
      const callee = native(
        name,
        whole,
        (taken) =>
          run(tensorOf(taken.get('input'), { what: `${name}(): argument 'input'`, place: taken.place }), taken),
        { method: each === 'method' },
      );
      place[each].set(name, callee);
    }
  }
  for (const name of ['cat', 'concat', 'concatenate']) tables.torch.set(name, concatenation(world, name));
  return tables;
}
