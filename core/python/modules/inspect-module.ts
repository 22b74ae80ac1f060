/** The module inspect: the signature of a function, as decorators ask for it. */
import { makeClass } from '../evaluation/classes.ts';
import type { Evaluator } from '../evaluation/runtime.ts';
import { native } from '../evaluation/signature.ts';
import { type Place, refuse } from '../reason.ts';
import { dict } from '../types/containers.ts';
import { typeName } from '../types/type-name.ts';
import type { FunctionValue, InstanceValue, ModuleValue, Value } from '../types/values.ts';
import { hostModule } from './host-module.ts';

const kinds = {
  'positional-only': ['POSITIONAL_ONLY', 0n],
  positional: ['POSITIONAL_OR_KEYWORD', 1n],
  star: ['VAR_POSITIONAL', 2n],
  keyword: ['KEYWORD_ONLY', 3n],
  'double-star': ['VAR_KEYWORD', 4n],
} as const;

/** The function behind decorators and methods; whether its first parameter is bound. */
function functionOf(evaluator: Evaluator, value: Value, place: Place): { callee: FunctionValue; bound: boolean } {
  let at = value;
  let bound = false;
  for (let i = 0; i < 100; i++) {
    if (at === null || typeof at !== 'object') break;
    if (at.kind === 'function') {
      const original = at.attributes?.get('__wrapped__');
      if (original === undefined) return { callee: at, bound };
      at = original;
    } else if (at.kind === 'bound') {
      bound = true;
      at = at.callee;
    } else if (at.kind === 'staticmethod' || at.kind === 'classmethod') at = at.callee;
    else if (at.kind === 'class') {
      bound = true;
      at = evaluator.findAttribute(at, '__init__', place) ?? null;
    } else break;
  }
  return refuse('unsupported', `inspect.signature() of ${typeName(value)} is not supported`, place);
}

export function inspectModule(evaluator: Evaluator): ModuleValue {
  const empty = makeClass('_empty', [evaluator.object], new Map());
  const parameterType = makeClass('Parameter', [evaluator.object], new Map<string, Value>([['empty', empty]]));
  for (const [name, value] of Object.values(kinds)) parameterType.attributes.set(name, value);
  const signatureType = makeClass('Signature', [evaluator.object], new Map<string, Value>([['empty', empty]]));
  const signature = native('signature', 'obj, *, follow_wrapped=True', ({ get, place }) => {
    const { callee, bound } = functionOf(evaluator, get('obj'), place);
    const described = callee.parameters.slice(bound ? 1 : 0).map((parameter): [string, Value] => {
      const attributes = new Map<string, Value>([
        ['name', parameter.name],
        ['kind', kinds[parameter.kind][1]],
        ['default', callee.defaults.has(parameter.name) ? (callee.defaults.get(parameter.name) ?? null) : empty],
        ['annotation', empty],
      ]);
      return [parameter.name, { kind: 'instance', type: parameterType, attributes }];
    });
    evaluator.meter.items(described.length);
    const made: InstanceValue = {
      kind: 'instance',
      type: signatureType,
      attributes: new Map<string, Value>([
        ['parameters', dict(described, 'OrderedDict')],
        ['return_annotation', empty],
      ]),
    };
    return made;
  });
  const isKind = (name: string, ...wanted: readonly string[]): readonly [string, Value] => [
    name,
    native(name, 'object', ({ get }) => {
      const value = get('object');
      return value !== null && typeof value === 'object' && wanted.includes(value.kind);
    }),
  ];
  return hostModule(
    'inspect',
    [
      ['signature', signature],
      ['Parameter', parameterType],
      ['Signature', signatureType],
      isKind('isclass', 'class'),
      isKind('isfunction', 'function'),
      isKind('ismethod', 'bound'),
      isKind('ismodule', 'module'),
    ],
    (name) => refuse('unsupported', `inspect.${name} is not supported`),
  );
}
