/** tree-sitter's statement nodes -> syntax.ts. */
import type { Node } from 'web-tree-sitter';
import { refuse } from '../reason.ts';
import { assignedNames } from './assigned-names.ts';
import { isBinaryOperator } from './operator-words.ts';
import { childAt, childrenOf, nested, partsOf, placeOf, type Translation, textOf } from './raw-tree.ts';
import type { ExceptClause, Expression, FunctionDefinition, ImportedName, Statement } from './syntax.ts';
import { translateArguments, translateExpression } from './translate-expressions.ts';
import { translateParameters } from './translate-parameters.ts';
import { translateCase } from './translate-patterns.ts';

/** Statements of a module or a block. @throws a reason (syntax, unsupported, budget). */
export function translateBlock(translation: Translation, node: Node): Statement[] {
  return nested(translation, node, () => {
    const statements: Statement[] = [];
    for (const child of childrenOf(node)) {
      if (child.type === ';') continue;
      statements.push(translateStatement(translation, child, []));
    }
    return statements;
  });
}

function blockIn(translation: Translation, children: readonly Node[], parent: Node): Statement[] {
  const block = children.find((child) => child.type === 'block');
  if (block === undefined) return refuse('syntax', 'expected an indented block', placeOf(parent));
  const statements = translateBlock(translation, block);
  if (statements.length === 0) return refuse('syntax', 'expected an indented block', placeOf(parent));
  return statements;
}

function translateStatement(translation: Translation, node: Node, decorators: readonly Expression[]): Statement {
  const place = placeOf(node);
  const children = childrenOf(node);
  switch (node.type) {
    case 'expression_statement':
      return expressionStatement(translation, node, children);
    case 'return_statement': {
      const value = children[1] === undefined ? null : translateExpression(translation, children[1]);
      return { type: 'return', value, place };
    }
    case 'if_statement':
      return ifStatement(translation, node, children);
    case 'for_statement': {
      if (children[0]?.type === 'async') return refuse('unsupported', 'async is not supported', place);
      return {
        type: 'for',
        target: translateExpression(translation, childAt(children, 1, node)),
        iterable: translateExpression(translation, childAt(children, 3, node)),
        body: blockIn(translation, children, node),
        otherwise: elseOf(translation, children),
        place,
      };
    }
    case 'while_statement':
      return {
        type: 'while',
        test: translateExpression(translation, childAt(children, 1, node)),
        body: blockIn(translation, children, node),
        otherwise: elseOf(translation, children),
        place,
      };
    case 'function_definition':
      return functionDefinition(translation, node, children, decorators);
    case 'class_definition': {
      const bases = children.find((child) => child.type === 'argument_list');
      const { positional, keywords } =
        bases === undefined ? { positional: [], keywords: [] } : translateArguments(translation, bases);
      return {
        type: 'class',
        name: textOf(translation, childAt(children, 1, node)),
        bases: positional,
        keywords,
        body: blockIn(translation, children, node),
        decorators,
        place,
      };
    }
    case 'decorated_definition': {
      const found = children
        .filter((child) => child.type === 'decorator')
        .map((child) => translateExpression(translation, childAt(childrenOf(child), 1, child)));
      return translateStatement(translation, childAt(children, children.length - 1, node), found);
    }
    case 'import_statement':
      return {
        type: 'import',
        names: partsOf(node)
          .slice(1)
          .map((part) => plainImport(translation, part)),
        place,
      };
    case 'import_from_statement':
      return { type: 'import', names: fromImport(translation, children, node), place };
    case 'future_import_statement': {
      const names = partsOf(node).map((part) => textOf(translation, part));
      return { type: 'future', names, place };
    }
    case 'pass_statement':
      return { type: 'pass', place };
    case 'break_statement':
      return { type: 'break', place };
    case 'continue_statement':
      return { type: 'continue', place };
    case 'assert_statement': {
      const message = children[3] === undefined ? null : translateExpression(translation, children[3]);
      return { type: 'assert', test: translateExpression(translation, childAt(children, 1, node)), message, place };
    }
    case 'raise_statement': {
      const value = children[1] === undefined ? null : translateExpression(translation, children[1]);
      const cause = children[3] === undefined ? null : translateExpression(translation, children[3]);
      return { type: 'raise', value, cause, place };
    }
    case 'delete_statement': {
      const target = translateExpression(translation, childAt(children, 1, node));
      return { type: 'delete', targets: target.type === 'tuple' ? target.items : [target], place };
    }
    case 'global_statement':
    case 'nonlocal_statement': {
      const names = children.filter((child) => child.type === 'identifier').map((child) => textOf(translation, child));
      return { type: 'scope', word: node.type === 'global_statement' ? 'global' : 'nonlocal', names, place };
    }
    case 'with_statement':
      return withStatement(translation, node, children);
    case 'try_statement':
      return tryStatement(translation, node, children);
    case 'match_statement':
      return matchStatement(translation, node, children);
    case 'type_alias_statement': {
      const target = translateExpression(translation, childAt(children, 1, node));
      return { type: 'assign', targets: [target], value: { type: 'ellipsis', place }, place };
    }
    case 'print_statement':
    case 'exec_statement':
      return refuse(
        'syntax',
        `Missing parentheses in call to '${textOf(translation, childAt(children, 0, node))}'`,
        place,
      );
    default:
      return { type: 'other', word: node.type.replaceAll('_', ' '), place };
  }
}

function elseOf(translation: Translation, children: readonly Node[]): Statement[] {
  const clause = children.find((child) => child.type === 'else_clause');
  return clause === undefined ? [] : blockIn(translation, childrenOf(clause), clause);
}

function expressionStatement(translation: Translation, node: Node, children: readonly Node[]): Statement {
  const place = placeOf(node);
  const first = childAt(children, 0, node);
  if (children.length > 1) {
    const items = children
      .filter((child) => child.type !== ',')
      .map((child) => translateExpression(translation, child));
    return { type: 'expression', value: { type: 'tuple', items, place }, place };
  }
  if (first.type === 'assignment') return assignment(translation, first);
  if (first.type === 'augmented_assignment') {
    const pieces = childrenOf(first);
    const operator = childAt(pieces, 1, first).type.slice(0, -1);
    if (!isBinaryOperator(operator)) return refuse('syntax', `invalid operator ${operator}=`, place);
    return {
      type: 'augmented',
      target: assignable(translation, childAt(pieces, 0, first)),
      operator,
      value: translateExpression(translation, childAt(pieces, 2, first)),
      place,
    };
  }
  return { type: 'expression', value: translateExpression(translation, first), place };
}

function assignable(translation: Translation, node: Node): Expression {
  const target = translateExpression(translation, node);
  const allowed = ['name', 'attribute', 'subscript', 'tuple', 'list', 'starred'];
  if (!allowed.includes(target.type)) return refuse('syntax', 'cannot assign to this expression', placeOf(node));
  return target;
}

function assignment(translation: Translation, node: Node): Statement {
  const place = placeOf(node);
  const targets: Expression[] = [];
  let current = node;
  for (;;) {
    const children = childrenOf(current);
    const equals = children.findIndex((child) => child.type === '=');
    const colon = children.findIndex((child) => child.type === ':');
    if (colon >= 0) {
      const target = assignable(translation, childAt(children, 0, current));
      if (target.type === 'tuple' || target.type === 'list') {
        return refuse('syntax', `only single target (not ${target.type}) can be annotated`, place);
      }
      const annotation = translateExpression(translation, childAt(children, colon + 1, current));
      const value = equals < 0 ? null : translateExpression(translation, childAt(children, equals + 1, current));
      return { type: 'annotated', target, annotation, value, place };
    }
    if (equals < 0) return { type: 'pass', place };
    targets.push(assignable(translation, childAt(children, 0, current)));
    const right = childAt(children, equals + 1, current);
    if (right.type !== 'assignment') {
      if (right.type === 'augmented_assignment') return refuse('syntax', 'invalid syntax', placeOf(right));
      return { type: 'assign', targets, value: translateExpression(translation, right), place };
    }
    current = right;
  }
}

function ifStatement(translation: Translation, node: Node, children: readonly Node[]): Statement {
  let otherwise: Statement[] = elseOf(translation, children);
  const clauses = children.filter((child) => child.type === 'elif_clause').reverse();
  if (clauses.length > 200) refuse('budget', 'an if statement has more than 200 elif clauses', placeOf(node));
  for (const clause of clauses) {
    const pieces = childrenOf(clause);
    const test = translateExpression(translation, childAt(pieces, 1, clause));
    const body = blockIn(translation, pieces, clause);
    otherwise = [{ type: 'if', test, body, otherwise, place: placeOf(clause) }];
  }
  const test = translateExpression(translation, childAt(children, 1, node));
  return { type: 'if', test, body: blockIn(translation, children, node), otherwise, place: placeOf(node) };
}

function functionDefinition(
  translation: Translation,
  node: Node,
  children: readonly Node[],
  decorators: readonly Expression[],
): FunctionDefinition {
  if (children[0]?.type === 'async') return refuse('unsupported', 'async is not supported', placeOf(node));
  const parameterList = children.find((child) => child.type === 'parameters');
  const parameters =
    parameterList === undefined ? [] : translateParameters(translation, parameterList, translateExpression);
  const { named, yields } = translation;
  translation.named = new Set();
  translation.yields = false;
  const body = blockIn(translation, children, node);
  const name = textOf(translation, childAt(children, 1, node));
  const locals = assignedNames(body);
  for (const parameter of parameters) locals.add(parameter.name);
  for (const bound of translation.named) locals.add(bound);
  const generator = translation.yields;
  translation.named = named;
  translation.yields = yields;
  const arrow = children.findIndex((child) => child.type === '->');
  const returns = arrow < 0 ? null : translateExpression(translation, childAt(children, arrow + 1, node));
  return { type: 'function', name, parameters, body, decorators, locals, returns, generator, place: placeOf(node) };
}

function plainImport(translation: Translation, node: Node): ImportedName {
  if (node.type === 'aliased_import') {
    const children = childrenOf(node);
    const module = textOf(translation, childAt(children, 0, node));
    return { module, name: null, alias: textOf(translation, childAt(children, 2, node)) };
  }
  const module = textOf(translation, node);
  return { module, name: null, alias: '' };
}

function fromImport(translation: Translation, children: readonly Node[], node: Node): ImportedName[] {
  const module = textOf(translation, childAt(children, 1, node)).replace(/\s+/g, '');
  const names: ImportedName[] = [];
  for (const part of children.slice(3)) {
    if (part.type === 'wildcard_import') names.push({ module, name: '*', alias: '*' });
    else if (part.type === 'aliased_import') {
      const pieces = childrenOf(part);
      const name = textOf(translation, childAt(pieces, 0, part));
      names.push({ module, name, alias: textOf(translation, childAt(pieces, 2, part)) });
    } else if (part.type === 'dotted_name') {
      const name = textOf(translation, part);
      names.push({ module, name, alias: name });
    }
  }
  return names;
}

function matchStatement(translation: Translation, node: Node, children: readonly Node[]): Statement {
  const colon = children.findIndex((child) => child.type === ':');
  const subjects = children
    .slice(1, colon)
    .filter((child) => child.type !== ',')
    .map((child) => translateExpression(translation, child));
  const [only] = subjects;
  const place = placeOf(node);
  const single = subjects.length === 1 && only !== undefined && colon === 2;
  const subject: Expression = single ? only : { type: 'tuple', items: subjects, place };
  const block = children.find((child) => child.type === 'block');
  const clauses = block === undefined ? [] : childrenOf(block).filter((child) => child.type === 'case_clause');
  const cases = clauses.map((clause) => {
    const pieces = childrenOf(clause);
    const guard = pieces.find((piece) => piece.type === 'if_clause');
    return {
      pattern: translateCase(translation, clause),
      guard: guard === undefined ? null : translateExpression(translation, childAt(childrenOf(guard), 1, guard)),
      body: blockIn(translation, pieces, clause),
    };
  });
  return { type: 'match', subject, cases, place };
}

function withStatement(translation: Translation, node: Node, children: readonly Node[]): Statement {
  const clause = children.find((child) => child.type === 'with_clause');
  const items = (clause === undefined ? [] : childrenOf(clause))
    .filter((child) => child.type === 'with_item')
    .map((item) => {
      const value = childAt(childrenOf(item), 0, item);
      if (value.type !== 'as_pattern') return { value: translateExpression(translation, value), target: null };
      const pieces = childrenOf(value);
      const target = childAt(childrenOf(childAt(pieces, 2, value)), 0, value);
      return {
        value: translateExpression(translation, childAt(pieces, 0, value)),
        target: translateExpression(translation, target),
      };
    });
  return { type: 'with', items, body: blockIn(translation, children, node), place: placeOf(node) };
}

function tryStatement(translation: Translation, node: Node, children: readonly Node[]): Statement {
  const handlers: ExceptClause[] = [];
  let cleanup: Statement[] = [];
  for (const child of children) {
    const pieces = childrenOf(child);
    if (child.type === 'finally_clause') cleanup = blockIn(translation, pieces, child);
    if (child.type !== 'except_clause') continue;
    const value = pieces.slice(1).find((piece) => piece.type !== ':' && piece.type !== 'block');
    const body = blockIn(translation, pieces, child);
    if (value?.type === 'as_pattern') {
      const inner = childrenOf(value);
      handlers.push({
        filter: translateExpression(translation, childAt(inner, 0, value)),
        name: textOf(translation, childAt(inner, 2, value)),
        body,
        place: placeOf(child),
      });
    } else {
      const filter = value === undefined ? null : translateExpression(translation, value);
      handlers.push({ filter, name: null, body, place: placeOf(child) });
    }
  }
  return {
    type: 'try',
    body: blockIn(translation, children, node),
    handlers,
    otherwise: elseOf(translation, children),
    cleanup,
    place: placeOf(node),
  };
}
