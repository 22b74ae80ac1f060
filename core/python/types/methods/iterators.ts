/** Methods of iterators, and of generators on top of them. */
import { stop, thrownBy } from '../../evaluation/exceptions.ts';
import type { Runtime } from '../../evaluation/runtime.ts';
import type { Taken } from '../../evaluation/signature.ts';
import { refuse } from '../../reason.ts';
import { typeName } from '../type-name.ts';
import type { GeneratorControl, IteratorValue, NativeFunction, Value } from '../values.ts';
import { changing, type Definition, table } from './table.ts';

function iteratorOf(taken: Taken): IteratorValue {
  const self = taken.get('self');
  if (self !== null && typeof self === 'object' && self.kind === 'iterator') return self;
  return refuse('type', `this method needs an iterator, not ${typeName(self)}`, taken.place);
}

function generatorOf(taken: Taken): GeneratorControl {
  const { generator } = iteratorOf(taken);
  return generator ?? refuse('type', `this method needs a generator, not ${typeName(taken.get('self'))}`, taken.place);
}

export function iteratorMethods(runtime: Runtime): Record<'iterator' | 'generator', Map<string, NativeFunction>> {
  const given = (taken: Taken, item: Value | undefined): Value =>
    item === undefined ? stop(runtime, taken.get('self'), taken.place) : item;
  const shared: Definition[] = [
    ['__iter__', '', (taken) => taken.get('self')],
    ['__next__', '', (taken) => given(taken, iteratorOf(taken).next())],
  ];
  return {
    iterator: table(shared),
    generator: table([
      ...shared,
      ['send', 'value', (taken) => given(taken, generatorOf(taken).send(taken.get('value'), taken.place))],
      [
        'throw',
        'type, value=None, traceback=None',
        (taken) => {
          const { place } = taken;
          const [type, value] = [taken.get('type'), taken.get('value')];
          // The older form: a class, and the exception or its argument.
          const isException = value !== null && typeof value === 'object' && value.kind === 'exception';
          const raised =
            value === null
              ? type
              : isException
                ? value
                : runtime.call(type, { positional: [value], keywords: new Map() }, place);
          return given(taken, generatorOf(taken).raise(thrownBy(runtime, raised, place), place));
        },
      ],
      [
        'close',
        '',
        changing((taken) => {
          generatorOf(taken).close(taken.place);
        }),
      ],
    ]),
  };
}
