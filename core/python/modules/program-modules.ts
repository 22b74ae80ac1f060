/**
 * Modules of the program's own files: read when they are imported, run once, cyclic imports as Python does them. Where
 * the files lie is the caller's business.
 */
import { FailureError } from '../../failure.ts';
import { absoluteName } from '../evaluation/imports.ts';
import type { Evaluator } from '../evaluation/runtime.ts';
import { moduleScope } from '../evaluation/scopes.ts';
import { type Place, placed, refuse } from '../reason.ts';
import { assignedNames } from '../syntax/assigned-names.ts';
import type { PythonParser } from '../syntax/parser.ts';
import type { Statement } from '../syntax/syntax.ts';
import type { ModuleOrigin, ModuleValue, Scope, Value } from '../types/values.ts';

/** The text of a module, as the caller finds it. */
export interface ModuleText {
  /** Its dotted name: one file has one, however it was asked for. */
  readonly name: string;
  readonly text: string;
  /** How messages name the file. */
  readonly file: string;
  /** Whether it is a package: an `__init__.py`, or a folder. */
  readonly package: boolean;
  /** What stands for a name that the text does not define; Python's ImportError where left out. */
  readonly lacks?: (name: string) => Value;
}

/** Finds modules by dotted name; null for what the program's files do not hold. */
export type ModuleTexts = (name: string) => ModuleText | null;

export interface ProgramModules {
  /** Runs the text that is read, after the packages that it lies in. @throws a reason */
  runMain(text: string, name: string, parent: string): { statements: readonly Statement[]; scope: Scope };
  /** The module, run when it is new; undefined when no file holds it. @throws a reason */
  find(name: string, place: Place): ModuleValue | undefined;
  loaded(name: string): ModuleValue | undefined;
  /** The text of a file that was imported, as messages name it. */
  textOf(file: string): string | undefined;
}

/** Packages whose `__init__` only collects names from its modules: names are fetched one by one, nothing else is run. */
type LazyPackages = ReadonlySet<string>;

export interface ProgramModulesOptions {
  readonly evaluator: Evaluator;
  readonly parser: PythonParser;
  readonly texts: ModuleTexts;
  /** Skips top-level statements that cannot be read; names they would bind say why when they are used. */
  readonly tolerant: boolean;
  readonly lazy: LazyPackages;
}

/** Runs the statements of a module. @throws a reason */
function runModule(evaluator: Evaluator, statements: readonly Statement[], scope: Scope, tolerant: boolean): void {
  for (const statement of statements) {
    const depth = evaluator.meter.depth();
    try {
      evaluator.execute([statement], scope);
    } catch (error) {
      const skip = error instanceof FailureError && ['unsupported', 'import'].includes(error.failure.kind);
      if (!skip || !tolerant) throw error;
      evaluator.meter.caught(depth);
      for (const name of assignedNames([statement])) scope.unread?.set(name, error);
    }
  }
}

/** The modules of one program. */
export function createProgramModules(options: ProgramModulesOptions): ProgramModules {
  const { evaluator, parser, texts, tolerant, lazy } = options;
  const modules = new Map<string, ModuleValue>();
  const read = new Map<string, string>();
  /** Modules that ran to their end, with what they hold. */
  const ran = new Map<string, { readonly statements: readonly Statement[]; readonly scope: Scope }>();
  let characters = 0;

  function load(found: ModuleText, place: Place): ModuleValue {
    const { name } = found;
    const { budget } = evaluator.meter;
    characters += found.text.length;
    if (characters > budget.importedText) {
      refuse('budget', `the imported files have more than ${budget.importedText} characters`, place);
    }
    if (modules.size >= budget.importedFiles) {
      refuse('budget', `the program imports more than ${budget.importedFiles} files`, place);
    }
    const parent = name.includes('.') ? name.slice(0, name.lastIndexOf('.')) : '';
    const origin = { name, package: found.package ? name : parent, file: found.file };
    read.set(found.file, found.text);
    return execute(found.text, origin, place, found.lacks).module;
  }

  /** Parses and runs a module; it is known under its name while it runs, as Python does it. */
  function execute(text: string, origin: ModuleOrigin, place: Place, lacks?: (name: string) => Value) {
    const { name, file } = origin;
    const scope = moduleScope(
      [
        ['__name__', name],
        ['__file__', file ?? `${name}.py`],
        ['__package__', origin.package],
        ['__doc__', null],
      ],
      origin,
    );
    let running = true;
    const module: ModuleValue = {
      kind: 'module',
      name,
      attributes: scope.variables,
      assign: (attribute, value) => {
        scope.variables.set(attribute, value);
      },
      missing(attribute) {
        if (lacks !== undefined && scope.unread?.has(attribute) !== true && !attribute.startsWith('__')) {
          return lacks(attribute);
        }
        return missing(scope, name, attribute, running);
      },
    };
    modules.set(name, module);
    try {
      const statements = parser.parse(text, file ?? undefined, evaluator.meter.budget.syntax);
      scope.postponed = statements.some((each) => each.type === 'future' && each.names.includes('annotations'));
      if (lazy.has(name)) return { module: lazyModule(module, statements, scope, place), statements, scope };
      runModule(evaluator, statements, scope, tolerant);
      ran.set(name, { statements, scope });
      return { module, statements, scope };
    } catch (error) {
      modules.delete(name);
      throw placed(error, place);
    } finally {
      running = false;
    }
  }

  /** A package whose names are imported when they are asked for. */
  function lazyModule(module: ModuleValue, statements: readonly Statement[], scope: Scope, place: Place): ModuleValue {
    const sources = new Map<string, { readonly from: string; readonly name: string }>();
    for (const statement of statements) {
      if (statement.type !== 'import') continue;
      for (const each of statement.names) {
        if (each.name === null || each.name === '*') continue;
        sources.set(each.alias, { from: absoluteName(each.module, scope), name: each.name });
      }
    }
    const missingName = module.missing;
    const made: ModuleValue = {
      ...module,
      missing(attribute) {
        const source = sources.get(attribute);
        if (source === undefined) return missingName(attribute);
        const value: Value = evaluator.importName(source.from, source.name, place);
        scope.variables.set(attribute, value);
        return value;
      },
    };
    modules.set(module.name, made);
    return made;
  }

  return {
    runMain(text, name, parent) {
      const place = { line: 1, column: 1 };
      // A file named like its folder is no package of itself, nor is a file beside it that is named so.
      const around = parent === '' || parent === name ? null : texts(parent);
      if (around?.package === true) evaluator.importModule(parent, place);
      // Its package may have imported it already.
      const known = ran.get(name);
      if (known !== undefined) return known;
      return execute(text, { name, package: parent, file: null }, place);
    },
    find(name, place) {
      const known = modules.get(name);
      if (known !== undefined) return known;
      const found = texts(name);
      return found === null ? undefined : (modules.get(found.name) ?? load(found, place));
    },
    loaded: (name) => modules.get(name),
    textOf: (file) => read.get(file),
  };
}

function missing(scope: Scope, module: string, name: string, running: boolean): never {
  const unread = scope.unread?.get(name);
  if (unread !== undefined) throw unread;
  const partly = running ? ` from partially initialized module '${module}' (most likely due to a circular import)` : '';
  return refuse('import', `ImportError: cannot import name '${name}'${partly === '' ? ` from '${module}'` : partly}`);
}
