/** The dropouts of torch.nn and torch.nn.functional. */

import type { Taken } from '../../../python/evaluation/signature.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import type { Value } from '../../../python/types/values.ts';
import type { OperatorAttributes } from '../../ir.ts';
import type { FunctionDefinition } from '../functions/function-definition.ts';
import { booleanOf, flagOf, floatOf } from '../world/arguments.ts';
import type { TorchWorld } from '../world/world.ts';
import { attributeOf, type LayerDefinition } from './layer.ts';
import { trains } from './module-mode.ts';

type Kind = OperatorAttributes['dropout']['kind'];

const kinds: readonly (readonly [layer: string, name: string, kind: Kind])[] = [
  ['Dropout', 'dropout', 'element'],
  ['Dropout1d', 'dropout1d', 'channel'],
  ['Dropout2d', 'dropout2d', 'channel'],
  ['Dropout3d', 'dropout3d', 'channel'],
  ['AlphaDropout', 'alpha_dropout', 'alpha'],
];

/** Checks a dropout probability. */
export function probabilityOf(value: Value, place: Place): number {
  const p = floatOf(value, { what: "dropout: argument 'p'", place });
  if (!(p >= 0 && p <= 1)) refuse('value', `dropout probability has to be between 0 and 1, but got ${p}`, place);
  return p;
}

/** Whether a dropout is on. One that is on in evaluation too is left out there, which is said. */
function isOn(world: TorchWorld, training: boolean, { place }: Pick<Taken, 'place'>): boolean {
  if (training && world.reading.mode === 'evaluation') {
    world.reading.notes.add(
      `line ${place.line}: this dropout is on in evaluation too (training=self.training is missing); it is left out there, so that the same image gets the same logits`,
    );
  }
  return training;
}

export function dropoutLayers(world: TorchWorld): LayerDefinition[] {
  return kinds.map(([name, , kind]) => ({
    name,
    signature: 'p=0.5, inplace=False',
    build: (_self, taken) => {
      probabilityOf(taken.get('p'), taken.place);
    },
    forward(self, input, place) {
      const attributes = { p: probabilityOf(attributeOf(self, 'p'), place), kind };
      // With nothing to drop PyTorch touches nothing.
      const inPlace =
        booleanOf(attributeOf(self, 'inplace'), world.evaluator, { what: 'inplace', place }) && attributes.p > 0;
      // A module that was set to evaluation inside a training drops nothing.
      if (world.reading.mode === 'training' && !trains(self)) return input;
      if (world.reading.mode === 'evaluation') isOn(world, trains(self), { place });
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
  }));
}

export function dropoutFunctions(world: TorchWorld): FunctionDefinition[] {
  return kinds.map(([, name, kind]) => ({
    name,
    where: ['functional'],
    signature:
      name === 'alpha_dropout' ? 'p=0.5, training=False, inplace=False' : 'p=0.5, training=True, inplace=False',
    run(input, taken) {
      const { get, place } = taken;
      const attributes = { p: probabilityOf(get('p'), place), kind };
      const training = flagOf(get('training'), { what: "dropout(): argument 'training'", place });
      if (!isOn(world, training, taken)) return input;
      if (attributes.p > 0 && world.reading.graph !== null) world.reading.modeMatters = true;
      const inPlace = booleanOf(get('inplace'), world.evaluator, { what: 'inplace', place }) && attributes.p > 0;
      return world.emit({ operator: 'dropout', attributes, inputs: [input], name, label: 'dropout', inPlace, place });
    },
  }));
}
