/** The names that a function body binds: in Python these are local to it (Python reference, section 4.2). */
import type { Expression, Pattern, Statement } from './syntax.ts';

/** Names bound by the statements themselves, not by functions and classes inside them. */
export function assignedNames(body: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  const outer = new Set<string>();
  for (const statement of body) visit(statement, names, outer);
  for (const name of outer) names.delete(name);
  return names;
}

function target(expression: Expression, names: Set<string>): void {
  if (expression.type === 'name') names.add(expression.name);
  else if (expression.type === 'starred') target(expression.value, names);
  else if (expression.type === 'tuple' || expression.type === 'list') {
    for (const item of expression.items) target(item, names);
  }
}

function capture(pattern: Pattern, names: Set<string>): void {
  switch (pattern.type) {
    case 'capture':
      names.add(pattern.name);
      break;
    case 'star':
      if (pattern.name !== null) names.add(pattern.name);
      break;
    case 'or':
      for (const each of pattern.options) capture(each, names);
      break;
    case 'sequence':
      for (const each of pattern.items) capture(each, names);
      break;
    case 'mapping':
      for (const each of pattern.entries) capture(each.pattern, names);
      if (pattern.rest !== null) names.add(pattern.rest);
      break;
    case 'class':
      for (const each of pattern.positional) capture(each, names);
      for (const each of pattern.keywords) capture(each.pattern, names);
      break;
    case 'as':
      names.add(pattern.name);
      capture(pattern.pattern, names);
      break;
    default:
      break;
  }
}

function visitAll(statements: readonly Statement[], names: Set<string>, outer: Set<string>): void {
  for (const statement of statements) visit(statement, names, outer);
}

function visit(statement: Statement, names: Set<string>, outer: Set<string>): void {
  switch (statement.type) {
    case 'function':
    case 'class':
      names.add(statement.name);
      break;
    case 'assign':
      for (const each of statement.targets) target(each, names);
      break;
    case 'augmented':
    case 'annotated':
      target(statement.target, names);
      break;
    case 'delete':
      for (const each of statement.targets) target(each, names);
      break;
    case 'match':
      for (const each of statement.cases) {
        capture(each.pattern, names);
        visitAll(each.body, names, outer);
      }
      break;
    case 'for':
      target(statement.target, names);
      visitAll(statement.body, names, outer);
      visitAll(statement.otherwise, names, outer);
      break;
    case 'while':
      visitAll(statement.body, names, outer);
      visitAll(statement.otherwise, names, outer);
      break;
    case 'if':
      visitAll(statement.body, names, outer);
      visitAll(statement.otherwise, names, outer);
      break;
    case 'with':
      for (const item of statement.items) if (item.target !== null) target(item.target, names);
      visitAll(statement.body, names, outer);
      break;
    case 'try':
      visitAll(statement.body, names, outer);
      for (const handler of statement.handlers) {
        if (handler.name !== null) names.add(handler.name);
        visitAll(handler.body, names, outer);
      }
      visitAll(statement.otherwise, names, outer);
      visitAll(statement.cleanup, names, outer);
      break;
    case 'import':
      for (const each of statement.names) names.add(each.alias === '' ? (each.module.split('.')[0] ?? '') : each.alias);
      break;
    case 'scope':
      for (const name of statement.names) outer.add(name);
      break;
    default:
      break;
  }
}
