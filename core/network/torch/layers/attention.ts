/** Attention (Vaswani et al. 2017): scaled_dot_product_attention, MultiheadAttention, Transformer encoder layers. */

import { positional } from '../../../python/evaluation/runtime.ts';
import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { InstanceValue, NativeFunction, Value } from '../../../python/types/values.ts';
import { linearOf } from '../functions/matrix-functions.ts';
import { floatOf, integerOf, tensorOf } from '../world/arguments.ts';
import { attentionStrides, inOwnMemory, sequenceFirstStrides } from '../world/composed-layouts.ts';
import {
  apply,
  cut,
  matrixProduct,
  permuteAxes,
  reduceAxes,
  reshapeTo,
  type Site,
  scale,
  sizeAlong,
  sum2,
  swapAxes,
  tensorOfNumbers,
} from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { copyModule } from './copy-module.ts';
import { probabilityOf } from './dropout.ts';
import { addParameter, argumentsOf, attributeOf, fanIn, type LayerDefinition, parameterOf, weightOf } from './layer.ts';
import { isModule, register, registry, selfOf } from './module.ts';

/** Below every score, and finite: what a masked place gets before the softmax. */
const masked = -3.4028234663852886e38;

interface Masks {
  /** Added to the scores, or true where a place may (`keep`) or may not be attended to. */
  readonly mask: TensorValue | null;
  readonly trueMeans: 'keep' | 'drop';
  readonly causal: boolean;
}

/** Scores with masks: [..., L, S]. */
function maskScores(
  world: TorchWorld,
  scores: TensorValue,
  { mask, trueMeans, causal }: Masks,
  site: Site,
): TensorValue {
  let result = scores;
  const rank = scores.tensor.shape.length;
  const blocked = tensorOfNumbers(world, [masked], []);
  if (causal) {
    const [rows, columns] = [sizeAlong(scores, rank - 2, site), sizeAlong(scores, rank - 1, site)];
    world.evaluator.meter.table(2 * rows * columns);
    const allowed = new Float64Array(rows * columns);
    for (let i = 0; i < allowed.length; i++) allowed[i] = Number(i % columns <= Math.floor(i / columns));
    const open = tensorOfNumbers(world, allowed, [rows, columns], 'bool');
    result = apply(world, 'where', {}, [open, result, blocked], site);
  }
  if (mask === null) return result;
  if (mask.tensor.type !== 'bool') return sum2(world, result, mask, site);
  const [yes, no] = trueMeans === 'keep' ? [result, blocked] : [blocked, result];
  return apply(world, 'where', {}, [mask, yes, no], site);
}

function attend(
  world: TorchWorld,
  query: TensorValue,
  key: TensorValue,
  value: TensorValue,
  how: Masks & { readonly factor: number; readonly dropout: number },
  site: Site,
): { readonly output: TensorValue; readonly weights: TensorValue } {
  const rank = query.tensor.shape.length;
  // Softmax along the batch would let samples see each other.
  sizeAlong(key, key.tensor.shape.length - 2, site);
  const turned = swapAxes(world, key, key.tensor.shape.length - 2, key.tensor.shape.length - 1, site);
  const scores = matrixProduct(world, scale(world, query, how.factor, site), turned, site);
  const weights = apply(world, 'softmax', { axis: rank - 1 }, [maskScores(world, scores, how, site)], site);
  const kept =
    how.dropout > 0
      ? apply(world, 'dropout', { p: how.dropout, kind: 'element' }, [weights], site, 'dropout')
      : weights;
  return { output: matrixProduct(world, kept, value, site), weights: kept };
}

/** F.scaled_dot_product_attention. */
export function scaledDotProduct(world: TorchWorld, query: TensorValue, { get, place }: Taken): TensorValue {
  const site = { name: 'scaled_dot_product_attention', place };
  const tensor = (name: string) => tensorOf(get(name), { what: `${site.name}(): argument '${name}'`, place });
  const [key, value] = [tensor('key'), tensor('value')];
  const width = sizeAlong(query, query.tensor.shape.length - 1, site);
  const given = get('scale');
  const factor = given === null ? 1 / Math.sqrt(width) : floatOf(given, { what: 'scale', place });
  const mask = get('attn_mask') === null ? null : tensor('attn_mask');
  if (world.evaluator.truth(get('enable_gqa'), place)) refuse('unsupported', 'enable_gqa is not supported', place);
  const causal = world.evaluator.truth(get('is_causal'), place);
  const dropout = probabilityOf(get('dropout_p'), place);
  const { output } = attend(world, query, key, value, { mask, trueMeans: 'keep', causal, factor, dropout }, site);
  const laid = [query, key, value].map((each) => each.tensor);
  return inOwnMemory(world, output, attentionStrides(laid, output.tensor.shape));
}

interface Attention {
  readonly self: InstanceValue;
  readonly query: TensorValue;
  readonly key: TensorValue;
  readonly value: TensorValue;
  readonly mask: TensorValue | null;
  readonly causal: boolean;
}

function numberOf(self: InstanceValue, name: string, place: Place): number {
  return integerOf(attributeOf(self, name), { what: name, place });
}

/** Query, key and value after their projections, each [N, L, E]. */
function projected(world: TorchWorld, { self, query, key, value }: Attention, site: Site): TensorValue[] {
  const { place } = site;
  const width = numberOf(self, 'embed_dim', place);
  const whole = parameterOf(self, 'in_proj_weight');
  const bias = parameterOf(self, 'in_proj_bias');
  if (whole !== undefined && query === key && key === value) {
    const all = linearOf(world, query, whole, bias ?? null, site);
    return [0, 1, 2].map((i) => cut(world, all, 2, i * width, (i + 1) * width, site));
  }
  const rows = (tensor: TensorValue, i: number) => cut(world, tensor, 0, i * width, (i + 1) * width, site);
  return [query, key, value].map((input, i) => {
    const own = ['q_proj_weight', 'k_proj_weight', 'v_proj_weight'][i] ?? '';
    const weight = whole === undefined ? weightOf(self, place, own).read(place) : rows(whole.read(place), i);
    return linearOf(world, input, weight, bias === undefined ? null : rows(bias.read(place), i), site);
  });
}

/** [N, L, E] -> [N, heads, L, E / heads]. */
function intoHeads(world: TorchWorld, x: TensorValue, heads: number, site: Site): TensorValue {
  const [batch = 1, length = 1] = x.tensor.shape;
  const width = sizeAlong(x, 2, site);
  return permuteAxes(world, reshapeTo(world, x, [batch, length, heads, width / heads], site), [0, 2, 1, 3], site);
}

function multihead(world: TorchWorld, given: Attention, site: Site) {
  const { self } = given;
  const { place } = site;
  const heads = numberOf(self, 'num_heads', place);
  const width = numberOf(self, 'embed_dim', place);
  const rank = given.query.tensor.shape.length;
  if (rank !== 3) {
    if (rank !== 2) {
      refuse(
        'shape',
        `${site.name}: query should be unbatched 2D or batched 3D tensor but received ${rank}-D query tensor`,
        place,
      );
    }
    refuse('unsupported', `${site.name} of an input without a batch axis is not supported`, place);
  }
  if (typeof given.query.tensor.shape[1] !== 'number' || typeof given.key.tensor.shape[1] !== 'number') {
    refuse('unsupported', `${site.name} takes the batch axis for the sequence: is batch_first=True missing?`, place);
  }
  const size = given.query.tensor.shape[2];
  if (size !== width) {
    refuse('shape', `${site.name}: was expecting embedding dimension of ${width}, but got ${String(size)}`, place);
  }
  const [q, k, v] = projected(world, given, site).map((each) => intoHeads(world, each, heads, site));
  if (q === undefined || k === undefined || v === undefined) throw new Error('Attention needs three projections.');
  const how = {
    mask: given.mask,
    trueMeans: 'drop',
    causal: given.causal && given.mask === null,
    factor: 1 / Math.sqrt(width / heads),
    dropout: probabilityOf(attributeOf(self, 'dropout'), place),
  } as const;
  const { output, weights } = attend(world, q, k, v, how, site);
  const [batch = 1, , length = 1] = output.tensor.shape;
  const joined = reshapeTo(world, permuteAxes(world, output, [0, 2, 1, 3], site), [batch, length, width], site);
  return { output: world.evaluator.call(childOf(world, self, 'out_proj', place), positional(joined), place), weights };
}

function childOf(world: TorchWorld, self: InstanceValue, name: string, place: Place): InstanceValue {
  const found = registry(self, '_modules')?.entries.get(`s${name}`)?.[1] ?? null;
  return isModule(world, found) ? found : refuse('attribute', `${self.type.name} has no ${name}`, place);
}

function makeLayer(
  world: TorchWorld,
  name: string,
  place: Place,
  values: readonly Value[],
  keywords: [string, Value][] = [],
) {
  const type = world.classes.get(name);
  const made =
    type === undefined ? null : world.evaluator.call(type, { positional: values, keywords: new Map(keywords) }, place);
  if (!isModule(world, made)) throw new Error(`There is no layer ${name}.`);
  return made;
}

/** A mask argument: a tensor or None. */
function maskOf({ get, place }: Taken, name: string): TensorValue | null {
  const value = get(name);
  return value === null ? null : tensorOf(value, { what: name, place });
}

/** MultiheadAttention._reset_parameters: the projections of the input anew, the biases zero. */
function resetAttention(world: TorchWorld): NativeFunction {
  return native(
    '_reset_parameters',
    'self',
    (taken) => {
      const self = selfOf(world, taken);
      for (const name of ['in_proj_weight', 'q_proj_weight', 'k_proj_weight', 'v_proj_weight']) {
        const weight = parameterOf(self, name);
        const [rows = 1, columns = 1] = weight?.parameter.shape ?? [];
        if (weight !== undefined) {
          weight.parameter.initializer = { kind: 'uniform', bound: Math.sqrt(6 / (rows + columns)) };
        }
      }
      const output = childOf(world, self, 'out_proj', taken.place);
      for (const bias of [parameterOf(self, 'in_proj_bias'), parameterOf(output, 'bias')]) {
        if (bias !== undefined) bias.parameter.initializer = { kind: 'constant', value: 0 };
      }
      return null;
    },
    { method: true },
  );
}

function multiheadLayer(world: TorchWorld): LayerDefinition {
  return {
    name: 'MultiheadAttention',
    signature:
      'embed_dim, num_heads, dropout=0.0, bias=True, add_bias_kv=False, add_zero_attn=False, kdim=None, vdim=None, batch_first=False, device=None, dtype=None',
    takes:
      'query, key, value, key_padding_mask=None, need_weights=True, attn_mask=None, average_attn_weights=True, is_causal=False',
    build(self, taken) {
      const { get, place } = taken;
      const { integer, flag } = argumentsOf(world, 'MultiheadAttention', taken);
      const [width, heads] = [integer('embed_dim'), integer('num_heads')];
      if (width <= 0 || heads <= 0) {
        refuse(
          'value',
          `embed_dim and num_heads must be greater than 0, got embed_dim=${width} and num_heads=${heads} instead`,
          place,
        );
      }
      if (width % heads !== 0) refuse('raised', 'AssertionError: embed_dim must be divisible by num_heads', place);
      if (flag('add_bias_kv') || flag('add_zero_attn')) {
        refuse('unsupported', 'MultiheadAttention with add_bias_kv or add_zero_attn is not supported yet', place);
      }
      const side = (name: string) => (get(name) === null ? width : integer(name));
      const [keys, values] = [side('kdim'), side('vdim')];
      const xavier = (rows: number, columns: number) =>
        ({ kind: 'uniform', bound: Math.sqrt(6 / (rows + columns)) }) as const;
      const own = ['q_proj_weight', 'k_proj_weight', 'v_proj_weight'];
      if (keys === width && values === width) {
        addParameter(world, self, 'in_proj_weight', [3 * width, width], xavier(3 * width, width), place);
        for (const name of own) register(self, '_parameters', name, null);
      } else {
        [width, keys, values].forEach((columns, i) => {
          addParameter(world, self, own[i] ?? '', [width, columns], xavier(width, columns), place);
        });
        register(self, '_parameters', 'in_proj_weight', null);
      }
      if (flag('bias')) addParameter(world, self, 'in_proj_bias', [3 * width], { kind: 'constant', value: 0 }, place);
      else register(self, '_parameters', 'in_proj_bias', null);
      const output = makeLayer(world, 'Linear', place, [BigInt(width), BigInt(width)], [['bias', get('bias')]]);
      const bias = parameterOf(output, 'bias');
      if (bias !== undefined) bias.parameter.initializer = { kind: 'constant', value: 0 };
      weightOf(output, place).parameter.initializer = fanIn([width, width]);
      register(self, '_modules', 'out_proj', output);
    },
    methods: [resetAttention(world)],
    forward(self, query, place, taken) {
      const site = { name: 'MultiheadAttention()', place };
      const tensor = (name: string) => tensorOf(taken.get(name), { what: `${site.name}: ${name}`, place });
      if (taken.get('key_padding_mask') !== null)
        refuse('unsupported', `${site.name} with key_padding_mask is not supported yet`, place);
      const first = world.evaluator.truth(attributeOf(self, 'batch_first'), place);
      const given = [query, tensor('key'), tensor('value')];
      const same = given.every(
        (each) => each.tensor.value === query.tensor.value && each.tensor.known === query.tensor.known,
      );
      const laid = (each: TensorValue) => (first ? each : swapAxes(world, each, 0, 1, site));
      const q = laid(query);
      const [k, v] = same ? [q, q] : [laid(given[1] ?? query), given[2] === given[1] ? null : laid(given[2] ?? query)];
      const key = k ?? q;
      const causal = world.evaluator.truth(taken.get('is_causal'), place);
      const attention = { self, query: q, key, value: v ?? key, mask: maskOf(taken, 'attn_mask'), causal };
      const { output, weights } = multihead(world, attention, site);
      const whole = tensorOf(output, { what: 'output', place });
      // Computed with the sequence first, whatever the layer takes.
      const turned = inOwnMemory(world, whole, sequenceFirstStrides(whole.tensor.shape));
      const result = first ? turned : swapAxes(world, turned, 0, 1, site);
      if (!world.evaluator.truth(taken.get('need_weights'), place)) return tuple([result, null]);
      const mean = world.evaluator.truth(taken.get('average_attn_weights'), place);
      return tuple([result, mean ? reduceAxes(world, 'mean', weights, [1], false, site) : weights]);
    },
  };
}

function encoderLayer(world: TorchWorld): LayerDefinition {
  return {
    name: 'TransformerEncoderLayer',
    signature:
      "d_model, nhead, dim_feedforward=2048, dropout=0.1, activation='relu', layer_norm_eps=1e-05, batch_first=False, norm_first=False, bias=True, device=None, dtype=None",
    takes: 'src, src_mask=None, src_key_padding_mask=None, is_causal=False',
    build(self, { get, place }) {
      const [width, inner] = [get('d_model'), get('dim_feedforward')];
      const bias: [string, Value][] = [['bias', get('bias')]];
      const add = (name: string, type: string, values: readonly Value[], keywords: [string, Value][]) =>
        register(self, '_modules', name, makeLayer(world, type, place, values, keywords));
      add(
        'self_attn',
        'MultiheadAttention',
        [width, get('nhead')],
        [['dropout', get('dropout')], ...bias, ['batch_first', get('batch_first')]],
      );
      add('linear1', 'Linear', [width, inner], bias);
      add('dropout', 'Dropout', [get('dropout')], []);
      add('linear2', 'Linear', [inner, width], bias);
      for (const name of ['norm1', 'norm2']) add(name, 'LayerNorm', [width], [['eps', get('layer_norm_eps')], ...bias]);
      for (const name of ['dropout1', 'dropout2']) add(name, 'Dropout', [get('dropout')], []);
      self.attributes.delete('dropout');
      const activation = get('activation');
      if (isModule(world, activation)) {
        self.attributes.delete('activation');
        register(self, '_modules', 'activation', activation);
      } else if (typeof activation === 'string' && activation !== 'relu' && activation !== 'gelu') {
        refuse('raised', `RuntimeError: activation should be relu/gelu, not ${activation}`, place);
      }
    },
    forward(self, input, place, taken) {
      const site = { name: 'TransformerEncoderLayer()', place };
      const { evaluator } = world;
      if (taken.get('src_key_padding_mask') !== null)
        refuse('unsupported', `${site.name} with src_key_padding_mask is not supported yet`, place);
      const run = (name: string, x: Value) =>
        tensorOf(evaluator.call(childOf(world, self, name, place), positional(x), place), { what: name, place });
      const attention = (x: TensorValue) => {
        const keywords = new Map<string, Value>([
          ['attn_mask', taken.get('src_mask')],
          ['need_weights', false],
          ['is_causal', taken.get('is_causal')],
        ]);
        const child = childOf(world, self, 'self_attn', place);
        const result = evaluator.call(child, { positional: [x, x, x], keywords }, place);
        return run('dropout1', evaluator.iterate(result, place)[0] ?? null);
      };
      const activated = (x: TensorValue): Value => {
        const activation = attributeOf(self, 'activation');
        if (activation === 'relu') return apply(world, 'relu', {}, [x], site);
        if (activation === 'gelu') return apply(world, 'gelu', { approximate: 'none' }, [x], site);
        return evaluator.call(activation ?? childOf(world, self, 'activation', place), positional(x), place);
      };
      const feedForward = (x: TensorValue) =>
        run('dropout2', run('linear2', run('dropout', activated(run('linear1', x)))));
      if (evaluator.truth(attributeOf(self, 'norm_first'), place)) {
        const attended = sum2(world, input, attention(run('norm1', input)), site);
        return sum2(world, attended, feedForward(run('norm2', attended)), site);
      }
      const attended = run('norm1', sum2(world, input, attention(input), site));
      return run('norm2', sum2(world, attended, feedForward(attended), site));
    },
  };
}

function encoder(world: TorchWorld): LayerDefinition {
  return {
    name: 'TransformerEncoder',
    signature: 'encoder_layer, num_layers, norm=None, enable_nested_tensor=True, mask_check=True',
    takes: 'src, mask=None, src_key_padding_mask=None, is_causal=None',
    build(self, taken) {
      const { get, place } = taken;
      const layer = get('encoder_layer');
      if (!isModule(world, layer)) return refuse('type', 'encoder_layer must be a Module', place);
      const count = integerOf(get('num_layers'), { what: 'num_layers', place });
      world.evaluator.meter.items(Math.max(0, count));
      const copies = Array.from({ length: Math.max(0, count) }, () => copyModule(world, layer));
      self.attributes.delete('encoder_layer');
      self.attributes.delete('norm');
      register(self, '_modules', 'layers', makeLayer(world, 'ModuleList', place, [{ kind: 'list', items: copies }]));
      register(self, '_modules', 'norm', get('norm'));
    },
    forward(self, input, place, taken) {
      const { evaluator } = world;
      if (taken.get('src_key_padding_mask') !== null)
        refuse('unsupported', 'TransformerEncoder with src_key_padding_mask is not supported yet', place);
      const keywords = new Map<string, Value>([['src_mask', taken.get('mask')]]);
      let x: Value = input;
      for (const layer of evaluator.iterate(childOf(world, self, 'layers', place), place)) {
        x = evaluator.call(layer, { positional: [x], keywords }, place);
      }
      const norm = registry(self, '_modules')?.entries.get('snorm')?.[1] ?? null;
      return norm === null ? x : evaluator.call(norm, positional(x), place);
    },
  };
}

export function attentionLayers(world: TorchWorld): LayerDefinition[] {
  return [multiheadLayer(world), encoderLayer(world), encoder(world)];
}
