/**
 * Everything that a program can ask of the host, by name: built-in functions, types, methods, operators, the modules and
 * torch. The list is read from the tables that the evaluator itself uses, so that whatever is added to them is on it.
 */
import { createTorch, type Torch } from '../../../../core/network/torch/world/create-world.ts';
import { anything } from '../../../../core/network/torch/world/opaque.ts';
import { sideModules, torchExtensions } from '../../../../core/network/torch/world/side-modules.ts';
import { createMeter, defaultBudget, type Meter } from '../../../../core/python/budget.ts';
import { compare, equals, truth } from '../../../../core/python/evaluation/comparisons.ts';
import { createEvaluator } from '../../../../core/python/evaluation/evaluator.ts';
import { catches } from '../../../../core/python/evaluation/exceptions.ts';
import { augmented, binary, unary } from '../../../../core/python/evaluation/operators.ts';
import type { Evaluator } from '../../../../core/python/evaluation/runtime.ts';
import { assignSubscript, deleteSubscript, evaluateSubscript } from '../../../../core/python/evaluation/subscripts.ts';
import { numpyNames } from '../../../../core/python/modules/numpy-module.ts';
import { createProgramModules } from '../../../../core/python/modules/program-modules.ts';
import { standardModules } from '../../../../core/python/modules/standard-modules.ts';
import { type Place, reasonError, refuse } from '../../../../core/python/reason.ts';
import type { BinaryOperator, ComparisonOperator } from '../../../../core/python/syntax/syntax.ts';
import { dict } from '../../../../core/python/types/containers.ts';
import { formatIn, percentFormat } from '../../../../core/python/types/formatting.ts';
import { builtinMethods } from '../../../../core/python/types/methods/methods.ts';
import type { ModuleValue, Value } from '../../../../core/python/types/values.ts';
import { parser } from '../python-parser.ts';

export const place: Place = { line: 1, column: 1 };

/** An operation of the host on values. */
export interface Operation {
  readonly name: string;
  /** How many values it takes at least and at most. */
  readonly arity: readonly [least: number, most: number];
  run(given: readonly Value[]): unknown;
}

export interface Host {
  readonly evaluator: Evaluator;
  readonly torch: Torch;
  readonly operations: readonly Operation[];
  /** Runs a program and gives the value of its variable `result`. */
  evaluate(text: string): Value;
  /** A meter of the default budget for what comes next. */
  fresh(steps?: number): Meter;
}

const operators: readonly BinaryOperator[] = ['+', '-', '*', '/', '//', '%', '**', '@', '&', '|', '^', '<<', '>>'];
const relations: readonly ComparisonOperator[] = ['<', '<=', '>', '>=', '==', '!=', 'is', 'in', 'not in'];

function syntax(evaluator: Evaluator): Operation[] {
  const two = (name: string, run: (a: Value, b: Value) => unknown): Operation => ({
    name,
    arity: [2, 2],
    run: ([a = null, b = null]) => run(a, b),
  });
  const one = (name: string, run: (a: Value) => unknown): Operation => ({
    name,
    arity: [1, 1],
    run: ([a = null]) => run(a),
  });
  return [
    ...operators.map((operator) => two(`a ${operator} b`, (a, b) => binary(evaluator, operator, a, b, place))),
    ...operators.map((operator) => two(`a ${operator}= b`, (a, b) => augmented(evaluator, operator, a, b, place))),
    ...relations.map((relation) => two(`a ${relation} b`, (a, b) => compare(evaluator, relation, a, b, place))),
    ...(['-', '+', '~', 'not'] as const).map((operator) =>
      one(`${operator} a`, (a) => unary(evaluator, operator, a, place)),
    ),
    one('bool(a)', (a) => truth(evaluator, a, place)),
    one('str(a)', (a) => evaluator.text(a, place)),
    one('repr(a)', (a) => evaluator.repr(a, place)),
    one('[*a]', (a) => evaluator.iterate(a, place)),
    one('for _ in a', (a) => {
      const next = evaluator.cursor(a, place);
      while (next() !== undefined);
    }),
    one('{a: 1}', (a) => dict([[a, 1n]])),
    two('equals', (a, b) => equals(evaluator, a, b, place)),
    two('a[b]', (a, b) => evaluateSubscript(evaluator, a, b, place)),
    two('del a[b]', (a, b) => deleteSubscript(evaluator, a, b, place)),
    two('a[:b]', (a, b) => evaluateSubscript(evaluator, a, { kind: 'slice', start: null, stop: b, step: null }, place)),
    two('a[::b]', (a, b) =>
      evaluateSubscript(evaluator, a, { kind: 'slice', start: null, stop: null, step: b }, place),
    ),
    two('del a[b:]', (a, b) =>
      deleteSubscript(evaluator, a, { kind: 'slice', start: b, stop: null, step: null }, place),
    ),
    two('del a[::b]', (a, b) =>
      deleteSubscript(evaluator, a, { kind: 'slice', start: null, stop: null, step: b }, place),
    ),
    {
      name: 'a[b] = c',
      arity: [3, 3],
      run: ([a = null, b = null, c = null]) => assignSubscript(evaluator, a, b, c, place),
    },
    {
      name: 'a[b:] = c',
      arity: [3, 3],
      run: ([a = null, b = null, c = null]) =>
        assignSubscript(evaluator, a, { kind: 'slice', start: b, stop: null, step: null }, c, place),
    },
    two('format(a, b)', (a, b) => formatIn(evaluator, a, typeof b === 'string' ? b : '', place)),
    two('a % b', (a, b) => (typeof a === 'string' ? percentFormat(evaluator, a, b, place) : null)),
    one('except a', (a) => catches(evaluator, a, reasonError('value', 'no'))),
    two('a.b', (a, b) => evaluator.findAttribute(a, typeof b === 'string' ? b.slice(0, 20) : 'x', place)),
    two('a.x = b', (a, b) => evaluator.setAttribute(a, 'x', b, place)),
  ];
}

/** Callable values by dotted name. */
function callable(path: string, value: Value): readonly (readonly [string, Value])[] {
  if (value === null || typeof value !== 'object') return [];
  if (value.kind === 'native' || value.kind === 'class') return [[path, value]];
  return value.kind === 'host' && value.call !== undefined ? [[path, value]] : [];
}

function calls(evaluator: Evaluator, torch: Torch, modules: Iterable<readonly [string, ModuleValue]>): Operation[] {
  /** Each once, under the first of its names. */
  const found = new Map<Value, string>();
  const add = (entries: Iterable<readonly [string, Value]>, prefix = '') => {
    for (const [name, value] of entries) {
      for (const [path, each] of callable(prefix + name, value)) if (!found.has(each)) found.set(each, path);
    }
  };
  add(evaluator.builtins);
  for (const [name, module] of modules) add(module.attributes, `${name}.`);
  for (const [type, methods] of Object.entries(builtinMethods(evaluator))) add(methods, `${type}.`);
  add(torch.world.tensorMethods, 'Tensor.');
  for (const type of torch.world.classes.values()) add(type.attributes, `${type.name}.`);
  add(torchExtensions(evaluator), 'torch.');
  add(numpyNames(evaluator), 'numpy.');
  return [...found].map(([callee, name]) => ({
    name: `${name}()`,
    arity: [0, 3],
    run: (positional) => evaluator.call(callee, { positional, keywords: new Map() }, place),
  }));
}

/** A host of its own, with every operation that it has. */
export function createHost(): Host {
  let modules = new Map<string, ModuleValue>();
  const found: { torch?: Torch } = {};
  const evaluator = createEvaluator(createMeter(defaultBudget), (made) => {
    const torch = createTorch(made);
    found.torch = torch;
    modules = new Map([...sideModules(torch), ...torch.modules, ...standardModules(made, anything('typing'))]);
    return {
      find: (name, at) => modules.get(name) ?? refuse('import', `no module ${name}`, at),
      submodule: (name) => modules.get(name),
      extension: (module, name) => modules.get(`${module.name}.${name}`),
    };
  });
  const { torch } = found;
  if (torch === undefined) throw new Error('There is no torch.');
  const fresh = (steps = defaultBudget.steps) => {
    evaluator.meter = createMeter({ ...defaultBudget, steps });
    return evaluator.meter;
  };
  const program = createProgramModules({ evaluator, parser, texts: () => null, tolerant: false, lazy: new Set() });
  let count = 0;
  return {
    evaluator,
    torch,
    fresh,
    operations: [...syntax(evaluator), ...calls(evaluator, torch, modules)],
    evaluate(text) {
      fresh();
      return program.runMain(text, `program${count++}`, '').scope.variables.get('result') ?? null;
    },
  };
}
