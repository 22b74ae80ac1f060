/**
 * Statements that only tell a person something: print, warnings, logs. Where a condition cannot be known while a program is
 * read (it asks a tensor, or how many images a batch has), a branch that does nothing else is passed over either way.
 */
import { FailureError } from '../../failure.ts';
import type { Expression, Statement } from '../syntax/syntax.ts';
import type { Scope } from '../types/values.ts';
import type { Evaluator } from './runtime.ts';

const loggers = /^_?(log|logger|logging|warnings)$/i;
const telling = /^(debug|info|warning|warn|error|critical|exception)$/;
/** What is called to say a value, and changes nothing. */
const asking =
  /^(len|tuple|list|str|repr|float|int|bool|round|max|min|sum|size|item|mean|abs|norm|any|all|dim|numel|tolist|type)$/;

function nameOf(callee: Expression): string | null {
  if (callee.type === 'name') return callee.name;
  return callee.type === 'attribute' ? callee.name : null;
}

/** Whether nothing inside is called or bound that could change something. */
function isPlain(part: unknown): boolean {
  if (Array.isArray(part)) return part.every(isPlain);
  if (part === null || typeof part !== 'object') return true;
  const node: { readonly type?: unknown; readonly callee?: Expression } = part;
  if (node.type === 'named' || node.type === 'yield' || node.type === 'refused') return false;
  if (node.type === 'call' && (node.callee === undefined || !asking.test(nameOf(node.callee) ?? ''))) return false;
  return Object.values(part).every(isPlain);
}

function tells(statement: Statement): boolean {
  if (statement.type === 'pass') return true;
  if (statement.type !== 'expression') return false;
  const { value } = statement;
  if (value.type === 'constant') return true;
  if (value.type !== 'call' || !isPlain(value.positional) || !isPlain(value.keywords)) return false;
  const { callee } = value;
  if (callee.type === 'name') return callee.name === 'print';
  return (
    callee.type === 'attribute' &&
    telling.test(callee.name) &&
    callee.object.type === 'name' &&
    loggers.test(callee.object.name)
  );
}

type If = Extract<Statement, { readonly type: 'if' }>;

/** Which branch is taken; null where that cannot be known and does not matter. @throws a reason where it matters */
export function branchOf(evaluator: Evaluator, statement: If, scope: Scope): readonly Statement[] | null {
  const depth = evaluator.meter.depth();
  try {
    const test = evaluator.truth(evaluator.evaluate(statement.test, scope), statement.test.place);
    return test ? statement.body : statement.otherwise;
  } catch (error) {
    const unknown = error instanceof FailureError && error.failure.kind === 'unsupported';
    const both = [...statement.body, ...statement.otherwise];
    if (!unknown || !isPlain(statement.test) || !both.every(tells)) throw error;
    evaluator.meter.caught(depth);
    return null;
  }
}
