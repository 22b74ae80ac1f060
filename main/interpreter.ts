/** The interpreter with its parser loaded from disk: generated text and people's files -> networks. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import * as z from 'zod';
import { type Failure, FailureError, fail, failureOf } from '../core/failure.ts';
import { cutGenerated } from '../core/network/cut.ts';
import { networkHash } from '../core/network/hash.ts';
import { createProgramReader, type NetworkReader, type ProgramReader } from '../core/network/interpret.ts';
import { measure } from '../core/network/measures.ts';
import type { ReadOptions } from '../core/network/read-options.ts';
import { mostRepairs, repairText } from '../core/network/repair/repair.ts';
import type { Repair } from '../core/network/repair/slip.ts';
import { type Budget, defaultBudget, namedFilesBudget, namedFilesFactor } from '../core/python/budget.ts';
import { loadPythonParser, type PythonParser } from '../core/python/syntax/parser.ts';
import { dict, list } from '../core/python/types/containers.ts';
import type { Value } from '../core/python/types/values.ts';
import type { Interpretation, Interpreter } from '../core/search/ports.ts';
import { networkClassName } from '../core/search/prompt-text.ts';
import { readPythonFile } from './files/text-file.ts';
import { programFiles } from './program-files.ts';

export interface InterpreterOptions {
  /** [C, H, W] of one image; 3 x 32 x 32 when left out. */
  readonly input?: readonly number[];
  /** Classes of the data; 10 when left out. */
  readonly classes?: number;
  readonly budget?: Partial<Budget>;
}

interface LoadedReader {
  readonly programs: ProgramReader;
  readonly parser: PythonParser;
}

let loading: Promise<LoadedReader> | null = null;

/** The reader with its parser, loaded once in a process. */
export function readerOfProcess(): Promise<LoadedReader> {
  const require = createRequire(import.meta.url);
  loading ??= (async () => {
    const [runtime, grammar] = await Promise.all([
      readFile(require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
      readFile(require.resolve('tree-sitter-python/tree-sitter-python.wasm')),
    ]);
    const parser = await loadPythonParser(runtime, grammar);
    return { programs: createProgramReader(parser), parser };
  })();
  return loading;
}

function interpretation(reader: NetworkReader, source: string, options: ReadOptions): Interpretation {
  const { network, notes } = reader(source, options);
  const known = { source, network, hash: networkHash(network), measures: measure(network) };
  return notes.length === 0 ? known : { ...known, notes };
}

/** Reads generated text: cut to the first complete network, imports supplied, everything bounded. */
export async function loadInterpreter(options: InterpreterOptions = {}): Promise<Interpreter> {
  const { programs, parser } = await readerOfProcess();
  const reader = programs.network;
  const common: ReadOptions = {
    input: options.input ?? [3, 32, 32],
    classes: options.classes ?? 10,
    budget: { ...defaultBudget, ...options.budget },
    className: null,
    args: new Map(),
    tolerant: false,
  };
  // All readings of a repair together take no more steps than one reading may.
  const again = { ...common.budget, steps: Math.floor(common.budget.steps / mostRepairs) };
  return (text, how) => {
    try {
      const { source, className, assumed, relocate } = cutGenerated(text, common.budget.text);
      const read = (each: string, budget = common.budget) => ({
        ...interpretation(reader, each, { ...common, className, budget }),
        assumed,
      });
      try {
        return { ok: true, value: read(source) };
      } catch (error) {
        const reason = relocate(failureOf(error));
        if (how?.repair !== true || !(error instanceof FailureError)) return { ok: false, reason };
        const readAgain = (each: string) => read(each, again);
        const repaired = repairText({
          text: source,
          className,
          error,
          parser,
          read: readAgain,
          characters: common.budget.text / 2,
        });
        if (repaired === null) return { ok: false, reason };
        const { value, repairs } = repaired;
        // A class that only the slip mentioned is no part of it any more.
        const clean = cutGenerated(value.source, common.budget.text, className).source;
        return {
          ok: false,
          reason,
          repaired: { value: clean === value.source ? value : read(clean), from: source, repairs },
        };
      }
    } catch (error) {
      return { ok: false, reason: failureOf(error) };
    }
  };
}

export interface NetworkFileOptions {
  /** The class to read; chosen when left out. */
  readonly className?: string;
  readonly input?: readonly number[];
  /** Scores per image; any number when left out. */
  readonly classes?: number;
  /** A function at the top of the file that returns the module, in place of a class. */
  readonly factory?: string;
  /** Arguments of the constructor or of the function, by name, as JSON values. */
  readonly args?: Readonly<Record<string, unknown>>;
  /**
   * The folder that the file may import from; its own when left out. Where a person names it, the program may take
   * twenty times as much work ({@link namedFilesBudget}).
   */
  readonly root?: string;
  /** Repairs common slips in a file that is refused as it stands. */
  readonly repair?: boolean;
  readonly budget?: Partial<Budget>;
}

/** A person's network as it was read. */
export interface ReadNetworkFile extends Interpretation {
  /** What was changed before it could be read, and why; only where that was asked for and needed. */
  readonly repaired?: { readonly reason: Failure; readonly from: string; readonly repairs: readonly Repair[] };
}

/** Work that a budget counts, as its sentences name it. */
const counted = /more than \d+ (?:steps|list items|characters|files)|^the text has /;

/** The error of a file whose folder was not named, with what naming it allows. */
function withRootRemedy(error: unknown): unknown {
  if (!(error instanceof FailureError) || error.failure.kind !== 'budget') return error;
  const { message } = error.failure;
  if (!counted.test(message)) return error;
  const remedy = `a file whose folder is named with --root may take ${namedFilesFactor} times as much work`;
  return new FailureError({ ...error.failure, message: `${message}; ${remedy}` });
}

/** Reads a person's file whole. @throws FailureError with the reason, its line and column, or kind `file` */
export async function readNetworkFile(path: string, options: NetworkFileOptions = {}): Promise<ReadNetworkFile> {
  const text = readPythonFile(path, `The network file ${path}`);
  const { programs, parser } = await readerOfProcess();
  const reader = programs.network;
  const read = (source: string) =>
    interpretation(reader, source, {
      input: options.input ?? [3, 32, 32],
      classes: options.classes ?? null,
      budget: { ...(options.root === undefined ? defaultBudget : namedFilesBudget), ...options.budget },
      className: options.className ?? null,
      factory: options.factory ?? null,
      files: programFiles(path, options.root ?? null),
      args: new Map(Object.entries(options.args ?? {}).map(([name, value]) => [name, pythonValue(value, name)])),
      tolerant: true,
    });
  try {
    return read(text);
  } catch (failed) {
    const error = options.root === undefined ? withRootRemedy(failed) : failed;
    if (options.repair !== true || !(error instanceof FailureError)) throw error;
    const className = options.className ?? networkClassName(text) ?? 'Net';
    const repaired = repairText({ text, className, error, parser, read });
    if (repaired === null) throw error;
    const { value, reason, repairs } = repaired;
    return { ...value, repaired: { reason, from: text, repairs } };
  }
}

/** A JSON value as the Python value that json.loads would give. @throws FailureError of kind usage */
function pythonValue(value: unknown, name: string): Value {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value;
  if (value instanceof PythonFloat) return value.value;
  if (Array.isArray(value)) return list(value.map((each) => pythonValue(each, name)));
  if (typeof value === 'object') {
    return dict(Object.entries(value).map(([key, each]) => [key, pythonValue(each, name)]));
  }
  return fail(
    'usage',
    `The argument ${name} must be a number, text, true, false, null, or a list or an object of these.`,
  );
}

/** A number written with a point or an exponent: `1.0` is a float in Python, JSON.parse alone makes it a whole number. */
export class PythonFloat {
  readonly value: number;

  constructor(value: number) {
    this.value = value;
  }
}

/**
 * Arguments by name from the JSON object that a command got; floats stay floats.
 * @throws FailureError of kind usage
 */
export function parseArguments(text: string): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, (_key, value: unknown, context?: { readonly source?: string }) => {
      const isFloat = typeof value === 'number' && /[.eE]/.test(context?.source ?? '');
      return isFloat ? new PythonFloat(value) : value;
    });
  } catch {
    return fail('usage', `--args takes a JSON object, such as '{"width": 16}', not ${text}.`);
  }
  const checked = z.record(z.string(), z.unknown()).safeParse(parsed);
  return checked.success ? checked.data : fail('usage', `--args takes a JSON object, such as '{"width": 16}'.`);
}
