/** Functions on tensors: each once, then exposed under torch, torch.nn.functional and as tensor methods. */

import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { refuse } from '../../../python/reason.ts';
import { typeName } from '../../../python/types/type-name.ts';
import type { NativeFunction } from '../../../python/types/values.ts';
import { activations } from '../layers/activations.ts';
import { scaledDotProduct } from '../layers/attention.ts';
import { batchNormFunction } from '../layers/batch-normalisation.ts';
import { bilinearFunction } from '../layers/bilinear.ts';
import { convolutionFunction, weightArgument } from '../layers/convolution.ts';
import { dropoutFunctions } from '../layers/dropout.ts';
import { embed, withoutGradient } from '../layers/embedding.ts';
import { gatedLinearUnit, tanhShrink } from '../layers/layers.ts';
import { lossFunctions } from '../layers/losses.ts';
import { normalisationFunctions } from '../layers/normalisation.ts';
import { foldPatches, unfoldPatches } from '../layers/patches.ts';
import { poolings } from '../layers/pooling.ts';
import { unpool } from '../layers/unpooling.ts';
import { upsamplingFunctions } from '../layers/upsampling.ts';
import { axisOf, booleanOf, tensorOf } from '../world/arguments.ts';
import { laidByName } from '../world/composed-layouts.ts';
import { apply, scale } from '../world/operations.ts';
import { isParameter, isTensor, type TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { computedIndexFunctions } from './computed-indices.ts';
import { creationFunctions, creationMethods } from './creation-functions.ts';
import { cumulativeProduct } from './cumulative-product.ts';
import { distanceFunctions } from './distance-functions.ts';
import { elementwiseFunctions, powerFunction, whereFunction } from './elementwise-functions.ts';
import { finiteFunctions } from './finite-functions.ts';
import type { FunctionDefinition } from './function-definition.ts';
import { einsumFunction, matrixFunctions } from './matrix-functions.ts';
import { numberLimits } from './number-limits.ts';
import { orderingFunctions } from './ordering-functions.ts';
import { pixelFunctions } from './pixel-functions.ts';
import { randomCreators, randomFunctions } from './random-functions.ts';
import { reductionFunctions } from './reduction-functions.ts';
import { repetitionFunctions } from './repetition-functions.ts';
import { samplingFunctions } from './sampling-functions.ts';
import { joiningFunctions, selectionFunctions } from './selection-functions.ts';
import { shapeFunctions } from './shape-functions.ts';
import { uniqueFunction } from './unique.ts';

export interface FunctionTables {
  readonly torch: Map<string, NativeFunction>;
  readonly functional: Map<string, NativeFunction>;
  readonly methods: Map<string, NativeFunction>;
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
    ['floor_divide', '//'],
    ['remainder', '%'],
  ] as const;
  for (const [name, operator] of words) {
    const scaled = operator === '+' || operator === '-';
    const run = (inPlace: boolean) => (input: TensorValue, taken: Taken) => {
      const { get, place } = taken;
      let other = get(name === 'pow' ? 'exponent' : 'other');
      if (scaled && taken.has('alpha')) {
        const alpha = get('alpha');
        const product = isTensor(other) ? world.arithmetic(other, '*', alpha, false, place) : undefined;
        if (product === undefined) refuse('unsupported', `${name} with alpha is supported for tensors only`, place);
        other = product;
      }
      const rounding = name.startsWith('div') ? get('rounding_mode') : null;
      if (rounding !== null && rounding !== 'floor' && (rounding !== 'trunc' || inPlace)) {
        refuse('unsupported', `${name} with rounding_mode=${String(rounding)} is not supported`, place);
      }
      const used = rounding === 'floor' ? '//' : operator;
      const quotient = inPlace
        ? world.arithmeticInPlace(input, used, other, place)
        : world.arithmetic(input, used, other, false, place);
      const truncated = rounding === 'trunc' && quotient !== undefined && isTensor(quotient);
      const result = truncated ? apply(world, 'round', { to: 'zero' }, [quotient], { name, place }) : quotient;
      return (
        result ??
        refuse('type', `${name}(): argument 'other' must be Tensor or a number, not ${typeName(other)}`, place)
      );
    };
    const signature = scaled
      ? 'other, *, alpha=1'
      : name.startsWith('div')
        ? 'other, *, rounding_mode=None'
        : name === 'pow'
          ? 'exponent'
          : 'other';
    definitions.push({ name, where: ['torch', 'method'], signature, run: run(false) });
    if (operator !== '**') definitions.push({ name: `${name}_`, where: ['method'], signature, run: run(true) });
  }
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
    if (activation.signature.includes('inplace') && activation.everywhere !== true) {
      const plain = signature.replace(/,?\s*inplace=False/, '');
      definitions.push({ name: `${activation.name}_`, where: ['functional'], signature: plain, run: run(true) });
    }
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
  return definitions;
}

/** Functions of torch.nn.functional that stand for a layer or are put together from other operators. */
function composedFunctions(world: TorchWorld): FunctionDefinition[] {
  return [
    ...([1, 2] as const).flatMap((axes) =>
      [false, true].map(
        (transposed): FunctionDefinition => ({
          ...convolutionFunction(world, axes, transposed),
          where: ['functional', 'torch'],
        }),
      ),
    ),
    batchNormFunction(world),
    bilinearFunction(world),
    ...normalisationFunctions(world).map(
      (each): FunctionDefinition => ({
        ...each,
        where: each.name === 'local_response_norm' ? ['functional'] : ['functional', 'torch'],
      }),
    ),
    {
      name: 'glu',
      where: ['functional'],
      signature: 'dim=-1',
      run(input, { get, place }) {
        const axis = axisOf(get('dim'), input.tensor.shape.length, { what: 'glu(): dim', place });
        return gatedLinearUnit(world, input, axis, { name: 'glu', place });
      },
    },
    {
      name: 'tanhshrink',
      where: ['functional'],
      signature: '',
      run: (input, { place }) => tanhShrink(world, input, { name: 'tanhshrink', place }),
    },
    {
      name: 'softmin',
      where: ['functional'],
      signature: 'dim=None, _stacklevel=3, dtype=None',
      run(input, { get, place }) {
        const site = { name: 'softmin', place };
        const turned = scale(world, input, -1, site);
        const softmax = activations.find(({ name }) => name === 'softmax');
        const chosen = softmax?.choose(get, turned, { place });
        return chosen === undefined ? turned : world.emit({ ...chosen, inputs: [turned], ...site });
      },
    },
    {
      name: 'prelu',
      where: ['functional', 'torch'],
      signature: 'weight',
      run(input, { get, place }) {
        const weight = weightArgument(get('weight'), "prelu(): argument 'weight'", place);
        if (!isParameter(weight)) return refuse('unsupported', 'prelu with a computed weight is not supported', place);
        return world.emit({
          operator: 'prelu',
          attributes: {},
          inputs: [input],
          parameters: { weight },
          name: 'prelu',
          place,
        });
      },
    },
    {
      name: 'scaled_dot_product_attention',
      where: ['functional'],
      signature: 'key, value, attn_mask=None, dropout_p=0.0, is_causal=False, scale=None, enable_gqa=False',
      run: (input, taken) => scaledDotProduct(world, input, taken),
    },
    {
      name: 'embedding',
      where: ['functional'],
      signature: 'weight, padding_idx=None, max_norm=None, norm_type=2.0, scale_grad_by_freq=False, sparse=False',
      run: (input, { get, place }) =>
        embed(
          world,
          input,
          withoutGradient(
            world,
            tensorOf(get('weight'), { what: "embedding(): argument 'weight'", place }),
            get('padding_idx'),
            place,
          ),
          place,
        ),
    },
    {
      name: 'unfold',
      where: ['functional'],
      signature: 'kernel_size, dilation=1, padding=0, stride=1',
      run: (input, { get, place }) => unfoldPatches(world, input, get, place),
    },
    {
      name: 'max_unpool2d',
      where: ['functional'],
      signature: 'indices, kernel_size, stride=None, padding=0, output_size=None',
      run: (input, { get, place }) => unpool(world, input, get, place),
    },
    {
      name: 'fold',
      where: ['functional'],
      signature: 'output_size, kernel_size, dilation=1, padding=0, stride=1',
      run: (input, { get, place }) => foldPatches(world, input, get, place),
    },
  ];
}

/** The names of NumPy that PyTorch's functions take, too. */
const otherNames: Readonly<Record<string, string>> = { axis: 'dim', keepdims: 'keepdim' };

/** A function that takes `axis` for dim and `keepdims` for keepdim. */
function withOtherNames(callee: NativeFunction): NativeFunction {
  return {
    ...callee,
    run(given, place) {
      if (!given.keywords.has('axis') && !given.keywords.has('keepdims')) return callee.run(given, place);
      const keywords = new Map([...given.keywords].map(([name, value]) => [otherNames[name] ?? name, value]));
      return callee.run({ ...given, keywords }, place);
    },
  };
}

/** All functions, by where they are found. */
export function functionTables(world: TorchWorld): FunctionTables {
  const tables: FunctionTables = {
    torch: new Map([
      ...creationFunctions(world),
      ...randomCreators(world),
      ...[...joiningFunctions(world)].map(([name, callee]) => [name, withOtherNames(callee)] as const),
    ]),
    functional: new Map(),
    methods: new Map(),
  };
  const place = { torch: tables.torch, functional: tables.functional, method: tables.methods };
  const definitions = [
    ...shapeFunctions(world),
    ...arithmeticFunctions(world),
    ...elementwiseFunctions(world),
    ...reductionFunctions(world),
    ...distanceFunctions(world),
    ...selectionFunctions(world),
    ...repetitionFunctions(world),
    ...pixelFunctions(world),
    ...matrixFunctions(world),
    ...creationMethods(world),
    ...dropoutFunctions(world),
    ...samplingFunctions(world),
    ...upsamplingFunctions(world),
    ...layerFunctions(world),
    ...composedFunctions(world),
    ...lossFunctions(world),
    ...randomFunctions(world),
    ...orderingFunctions(world),
    uniqueFunction(world),
    cumulativeProduct(world),
    ...computedIndexFunctions(world),
    ...finiteFunctions(world),
  ];
  for (const { name, where, signature, run } of definitions) {
    // scaled_dot_product_attention calls its first argument query.
    const first = name === 'scaled_dot_product_attention' ? 'query' : 'input';
    for (const each of where) {
      const whole = signature === '' ? first : `${first}, ${signature}`;
      const callee = native(
        name,
        whole,
        (taken) => {
          const input = tensorOf(taken.get(first), { what: `${name}(): argument '${first}'`, place: taken.place });
          const result = run(input, taken);
          return isTensor(result) ? laidByName(world, name, input, result) : result;
        },
        { method: each === 'method' },
      );
      place[each].set(name, /\bdim\b/.test(signature) && each !== 'functional' ? withOtherNames(callee) : callee);
    }
  }
  for (const each of numberLimits()) tables.torch.set(each.name, each);
  tables.torch.set('where', whereFunction(world));
  tables.torch.set('pow', powerFunction(world));
  tables.torch.set('einsum', einsumFunction(world));
  tables.torch.set(
    'is_tensor',
    native('is_tensor', 'obj', ({ get }) => isTensor(get('obj')) || isParameter(get('obj'))),
  );
  return tables;
}
