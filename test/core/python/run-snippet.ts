/** Runs a piece of Python in the evaluator and tells its outcome as the golden scripts do. */
import * as z from 'zod';
import { FailureError, failureOf } from '../../../core/failure.ts';
import { withLibrary } from '../../../core/network/library/modules.ts';
import { standInModule } from '../../../core/network/stand-ins.ts';
import { anything } from '../../../core/network/torch/world/opaque.ts';
import { createMeter, defaultBudget } from '../../../core/python/budget.ts';
import { createEvaluator } from '../../../core/python/evaluation/evaluator.ts';
import { catchable, caughtException } from '../../../core/python/evaluation/exceptions.ts';
import { hostModule } from '../../../core/python/modules/host-module.ts';
import { jsonNames } from '../../../core/python/modules/json-module.ts';
import { createProgramModules, type ProgramModules } from '../../../core/python/modules/program-modules.ts';
import { standardModules } from '../../../core/python/modules/standard-modules.ts';
import { refuse } from '../../../core/python/reason.ts';
import { parser } from './python-parser.ts';

export type Outcome = { result: string } | { error: string };

export const outcomeSchema = z.union([z.object({ result: z.string() }), z.object({ error: z.string() })]);

const running: { program?: ProgramModules } = {};

const evaluator = createEvaluator(createMeter(defaultBudget), (made) => {
  const modules = standardModules(made, anything('typing'));
  modules.set('json', hostModule('json', jsonNames(made)));
  return {
    find: (name, place) =>
      modules.get(name) ??
      running.program?.find(name, place) ??
      standInModule(name, () => false) ??
      refuse('import', `no module ${name}`, place),
    submodule: (name) => modules.get(name),
    extension: (module, name) => modules.get(`${module.name}.${name}`),
  };
});

/** `repr(result)`, or the class of the exception; for what is not Python's the sentence. */
export function runSnippet(text: string): Outcome {
  evaluator.meter = createMeter(defaultBudget);
  evaluator.handling.length = 0;
  evaluator.unfinished.clear();
  const texts = withLibrary(
    () => null,
    () => false,
  );
  const program = createProgramModules({ evaluator, parser, texts, tolerant: false, lazy: new Set() });
  running.program = program;
  try {
    const { scope } = program.runMain(text, 'network', '');
    return { result: evaluator.repr(scope.variables.get('result') ?? null, { line: 1, column: 1 }) };
  } catch (error) {
    if (error instanceof FailureError && error.failure.kind === 'syntax') return { error: 'SyntaxError' };
    if (!catchable(evaluator, error)) return { error: failureOf(error).message };
    return { error: caughtException(evaluator, error).type.name };
  }
}
