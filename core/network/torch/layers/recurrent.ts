/** torch.nn.RNN, LSTM and GRU, several layers and both directions, and their cells. */

import { native, type Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { list, tuple } from '../../../python/types/containers.ts';
import type { InstanceValue, Value } from '../../../python/types/values.ts';
import { formatShape, sameShape } from '../../dimensions.ts';
import type { OperatorAttributes, Shape } from '../../ir.ts';
import { integerOf, tensorOf } from '../world/arguments.ts';
import { addAxis, apply, concatenate, cut, dropAxis, type Site, swapAxes } from '../world/operations.ts';
import type { TensorValue } from '../world/values.ts';
import type { TorchWorld } from '../world/world.ts';
import { probabilityOf } from './dropout.ts';
import { addParameter, argumentsOf, attributeOf, type LayerDefinition, parameterOf } from './layer.ts';
import { ownTensors, selfOf } from './module.ts';

type Kind = OperatorAttributes['recurrent']['kind'];
type Family = 'RNN' | 'LSTM' | 'GRU';

const gates: Readonly<Record<Family, number>> = { RNN: 1, LSTM: 4, GRU: 3 };

function kindOf(self: InstanceValue, family: Family, place: Place): Kind {
  if (family === 'LSTM') return 'lstm';
  if (family === 'GRU') return 'gru';
  const nonlinearity = attributeOf(self, 'nonlinearity');
  if (nonlinearity === 'tanh' || nonlinearity === 'relu') return nonlinearity;
  return refuse('value', `Unknown nonlinearity '${String(nonlinearity)}'. Select from 'tanh' or 'relu'.`, place);
}

/** Zeros are what a layer starts from when nothing is given. */
function isZero({ tensor: { known } }: TensorValue): boolean {
  return known?.kind === 'draw' && known.initializer.kind === 'constant' && known.initializer.value === 0;
}

interface Run {
  readonly self: InstanceValue;
  readonly kind: Kind;
  /** `_l0_reverse`: what follows the names of the weights. */
  readonly suffix: string;
  readonly reverse: boolean;
  /** [N, H], and the cell [N, H] of an LSTM; null for zeros. */
  readonly states: readonly TensorValue[] | null;
}

/** One direction of one layer: hidden states [T, N, H], and the last cell state where it is wanted. */
function runDirection(world: TorchWorld, x: TensorValue, run: Run, site: Site) {
  const { self, kind, suffix, reverse, states } = run;
  const named = (name: string) => parameterOf(self, `${name}${suffix}`)?.read(site.place);
  const weights = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'].flatMap((name) => named(name) ?? []);
  const attributes = { kind, reverse, bias: weights.length > 2, initial: states !== null };
  const inputs = [x, ...weights, ...(states ?? [])];
  const hidden = apply(
    world,
    'recurrent',
    { ...attributes, yields: 'hidden' },
    inputs,
    site,
    self.type.name.toLowerCase(),
  );
  const last = () => {
    const time = hidden.tensor.shape[0];
    const at = reverse || typeof time !== 'number' ? 0 : time - 1;
    return dropAxis(world, cut(world, hidden, 0, at, at + 1, site), 0, site);
  };
  const cell = () => apply(world, 'recurrent', { ...attributes, yields: 'cell' }, inputs, site);
  return { hidden, last, cell };
}

/**
 * Given states as one for each layer and direction; zeros become null.
 * @param expected [layers x directions, N, H]
 */
function givenStates(
  world: TorchWorld,
  family: Family,
  hx: Value,
  expected: Shape,
  site: Site,
): (TensorValue[] | null)[] {
  const count = Number(expected[0]);
  world.evaluator.meter.items(count);
  const none = Array.from({ length: count }, () => null);
  if (hx === null) return none;
  const { place } = site;
  const values = family === 'LSTM' ? world.evaluator.iterate(hx, place) : [hx];
  const tensors = values.map((value) => tensorOf(value, { what: `${site.name}: hx`, place }));
  if (tensors.length !== (family === 'LSTM' ? 2 : 1))
    return refuse('value', `${site.name}: hx must be (h_0, c_0)`, place);
  for (const { tensor } of tensors) {
    if (!sameShape(tensor.shape, expected)) {
      const [wanted, got] = [formatShape(expected), formatShape(tensor.shape)];
      refuse('shape', `${site.name}: Expected hidden size ${wanted}, got ${got}`, place);
    }
  }
  if (tensors.every(isZero)) return none;
  return none.map((_, i) => tensors.map((tensor) => dropAxis(world, cut(world, tensor, 0, i, i + 1, site), 0, site)));
}

function build(world: TorchWorld, self: InstanceValue, taken: Taken, family: Family): void {
  const { place } = taken;
  const { integer, flag } = argumentsOf(world, family, taken);
  const [inputs, hidden, layers] = [integer('input_size'), integer('hidden_size'), integer('num_layers')];
  probabilityOf(taken.get('dropout'), place);
  if (hidden <= 0) refuse('value', 'hidden_size must be greater than zero', place);
  if (layers <= 0) refuse('value', 'num_layers must be greater than zero', place);
  if (family === 'LSTM' && integer('proj_size') !== 0)
    refuse('unsupported', 'LSTM with proj_size is not supported yet', place);
  kindOf(self, family, place);
  self.attributes.set('bias', taken.get('bias'));
  const directions = flag('bidirectional') ? ['', '_reverse'] : [''];
  const initializer = { kind: 'uniform', bound: 1 / Math.sqrt(hidden) } as const;
  const rows = gates[family] * hidden;
  for (let layer = 0; layer < layers; layer++) {
    for (const direction of directions) {
      const suffix = `_l${layer}${direction}`;
      const size = layer === 0 ? inputs : hidden * directions.length;
      addParameter(world, self, `weight_ih${suffix}`, [rows, size], initializer, place);
      addParameter(world, self, `weight_hh${suffix}`, [rows, hidden], initializer, place);
      if (!flag('bias')) continue;
      addParameter(world, self, `bias_ih${suffix}`, [rows], initializer, place);
      addParameter(world, self, `bias_hh${suffix}`, [rows], initializer, place);
    }
  }
}

function forward(
  world: TorchWorld,
  self: InstanceValue,
  input: TensorValue,
  family: Family,
  hx: Value,
  place: Place,
): Value {
  const site = { name: `${self.type.name}()`, place };
  const { evaluator } = world;
  if (input.tensor.shape.length !== 3) {
    return refuse(
      input.tensor.shape.length === 2 ? 'unsupported' : 'shape',
      `${site.name} expected an input [N, T, F] with batch_first=True, but got ${formatShape(input.tensor.shape)}`,
      place,
    );
  }
  const batchFirst = evaluator.truth(attributeOf(self, 'batch_first'), place);
  const layers = integerOf(attributeOf(self, 'num_layers'), { what: 'num_layers', place });
  const both = evaluator.truth(attributeOf(self, 'bidirectional'), place);
  const dropout = probabilityOf(attributeOf(self, 'dropout'), place);
  const kind = kindOf(self, family, place);
  const directions = both ? 2 : 1;
  const batch = input.tensor.shape[batchFirst ? 0 : 1] ?? 0;
  const hiddenSize = integerOf(attributeOf(self, 'hidden_size'), { what: 'hidden_size', place });
  const states = givenStates(world, family, hx, [layers * directions, batch, hiddenSize], site);
  const hidden: TensorValue[] = [];
  const cells: TensorValue[] = [];
  let x = batchFirst ? swapAxes(world, input, 0, 1, site) : input;
  for (let layer = 0; layer < layers; layer++) {
    const runs = Array.from({ length: directions }, (_, direction) => {
      const suffix = `_l${layer}${direction === 1 ? '_reverse' : ''}`;
      const own = states[layer * directions + direction] ?? null;
      return runDirection(world, x, { self, kind, suffix, reverse: direction === 1, states: own }, site);
    });
    for (const run of runs) {
      hidden.push(addAxis(world, run.last(), 0, site));
      if (family === 'LSTM') cells.push(addAxis(world, run.cell(), 0, site));
    }
    x = concatenate(
      world,
      runs.map((run) => run.hidden),
      2,
      site,
    );
    if (dropout > 0 && layer < layers - 1) x = apply(world, 'dropout', { p: dropout, kind: 'element' }, [x], site);
  }
  const output = batchFirst ? swapAxes(world, x, 0, 1, site) : x;
  const last = concatenate(world, hidden, 0, site);
  return tuple([output, family === 'LSTM' ? tuple([last, concatenate(world, cells, 0, site)]) : last]);
}

/** Every weight and bias, in PyTorch's order. */
function weightsOf(world: TorchWorld, self: InstanceValue): Value[] {
  const weights = [...ownTensors(self, '_parameters')].map(([, parameter]) => parameter);
  world.evaluator.meter.items(weights.length);
  return weights;
}

/** Those of each layer and direction in a list of their own. */
function weightsByLayer(world: TorchWorld, self: InstanceValue): Value[] {
  const layers = new Map<string, Value[]>();
  for (const [name, parameter] of ownTensors(self, '_parameters')) {
    const layer = name.replace(/^\w+?_[ih]h_/, '');
    world.evaluator.meter.items(4);
    layers.set(layer, [...(layers.get(layer) ?? []), parameter]);
  }
  return [...layers.values()].map((each) => list(each));
}

function layer(world: TorchWorld, family: Family): LayerDefinition {
  const nonlinearity = family === 'RNN' ? ", nonlinearity='tanh'" : '';
  const projection = family === 'LSTM' ? ', proj_size=0' : '';
  return {
    name: family,
    signature: `input_size, hidden_size, num_layers=1${nonlinearity}, bias=True, batch_first=False, dropout=0.0, bidirectional=False${projection}, device=None, dtype=None`,
    takes: 'input, hx=None',
    build: (self, taken) => build(world, self, taken, family),
    forward: (self, input, place, taken) => forward(world, self, input, family, taken.get('hx'), place),
    methods: [native('flatten_parameters', 'self', () => null, { method: true })],
    properties: [
      native('_flat_weights', 'self', (taken) => list(weightsOf(world, selfOf(world, taken))), { method: true }),
      native('all_weights', 'self', (taken) => list(weightsByLayer(world, selfOf(world, taken))), { method: true }),
    ],
  };
}

/** One step: x [N, I] and the state before -> the state after. */
function cell(world: TorchWorld, family: Family): LayerDefinition {
  const name = `${family}Cell`;
  const nonlinearity = family === 'RNN' ? ", nonlinearity='tanh'" : '';
  return {
    name,
    signature: `input_size, hidden_size, bias=True${nonlinearity}, device=None, dtype=None`,
    takes: 'input, hx=None',
    build(self, taken) {
      const { integer, flag } = argumentsOf(world, name, taken);
      const [inputs, hidden] = [integer('input_size'), integer('hidden_size')];
      const initializer = { kind: 'uniform', bound: hidden > 0 ? 1 / Math.sqrt(hidden) : 0 } as const;
      const rows = gates[family] * hidden;
      const shapes: [string, number[]][] = [
        ['weight_ih', [rows, inputs]],
        ['weight_hh', [rows, hidden]],
        ...(flag('bias')
          ? ([
              ['bias_ih', [rows]],
              ['bias_hh', [rows]],
            ] as [string, number[]][])
          : []),
      ];
      for (const [each, shape] of shapes) addParameter(world, self, each, shape, initializer, taken.place);
    },
    forward(self, input, place, taken) {
      const site = { name: `${name}()`, place };
      const hx = taken.get('hx');
      if (input.tensor.shape.length !== 2) {
        return refuse(
          'shape',
          `${name}: Expected input to be 2D [N, F], got ${formatShape(input.tensor.shape)}`,
          place,
        );
      }
      const values = hx === null ? [] : family === 'LSTM' ? world.evaluator.iterate(hx, place) : [hx];
      const tensors = values.map((value) => tensorOf(value, { what: `${name}: hx`, place }));
      const states = tensors.length === 0 || tensors.every(isZero) ? null : tensors;
      const kind = kindOf(self, family, place);
      const x = addAxis(world, input, 0, site);
      const run = runDirection(world, x, { self, kind, suffix: '', reverse: false, states }, site);
      return family === 'LSTM' ? tuple([run.last(), run.cell()]) : run.last();
    },
  };
}

export function recurrentLayers(world: TorchWorld): LayerDefinition[] {
  const families: readonly Family[] = ['RNN', 'LSTM', 'GRU'];
  return [...families.map((family) => layer(world, family)), ...families.map((family) => cell(world, family))];
}
