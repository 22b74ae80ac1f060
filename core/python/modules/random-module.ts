/** The modules random and numpy.random: numbers that nobody knows, and seeds that say nothing. */

import { native } from '../evaluation/signature.ts';
import { refuse } from '../reason.ts';
import { unknownNumber } from '../types/unknown-value.ts';
import type { ModuleValue, Unknown, Value } from '../types/values.ts';
import { hostModule } from './host-module.ts';

/** Why a random number decides nothing. */
const unknownDraw: Unknown = (place) =>
  refuse(
    'unsupported',
    'a condition on random numbers is not supported: the network would be another one each time',
    place,
  );

const real =
  'random uniform gauss normalvariate betavariate expovariate triangular rand randn random_sample normal beta gamma exponential laplace gumbel standard_normal';
const whole = 'randint randrange getrandbits random_integers poisson binomial';
const other = 'choice choices sample permutation default_rng RandomState Random getstate get_state multinomial bytes';
const silent = 'seed setstate set_state';

/** @param missing what else the module has */
export function randomModule(name: string, missing: (name: string) => Value): ModuleValue {
  const drawn = (names: string, typeName: string) =>
    names
      .split(' ')
      .map((each): [string, Value] => [
        each,
        native(each, '*args, **kwargs', () => unknownNumber(unknownDraw, typeName)),
      ]);
  return hostModule(
    name,
    [
      ...drawn(real, 'float'),
      ...drawn(whole, 'int'),
      ...drawn(other, 'object'),
      ...silent.split(' ').map((each): [string, Value] => [each, native(each, '*args, **kwargs', () => null)]),
      ['shuffle', native('shuffle', 'x', ({ place }) => unknownDraw(place))],
    ],
    missing,
  );
}
