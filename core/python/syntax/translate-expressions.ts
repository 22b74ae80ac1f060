/** tree-sitter's expression nodes -> syntax.ts. */
import type { Node } from 'web-tree-sitter';
import { refuse } from '../reason.ts';
import { parseFloatLiteral, parseInteger } from './literals.ts';
import { isBinaryOperator, isComparison } from './operator-words.ts';
import { childAt, childrenOf, nested, partsOf, placeOf, type Translation, textOf } from './raw-tree.ts';
import type { ComparisonOperator, ComprehensionClause, Expression, Keyword } from './syntax.ts';
import { type Translate, translateParameters } from './translate-parameters.ts';
import { translateConcatenated, translateString } from './translate-strings.ts';

/** One expression. @throws a reason (syntax, unsupported, budget). */
export function translateExpression(translation: Translation, node: Node): Expression {
  const translate = translators[node.type];
  if (translate === undefined) {
    return refuse('unsupported', `this syntax (${node.type.replaceAll('_', ' ')}) is not supported`, placeOf(node));
  }
  return nested(translation, node, () => translate(translation, node));
}

function list(translation: Translation, nodes: readonly Node[]): Expression[] {
  return nodes.map((node) => translateExpression(translation, node));
}

function tupleOf(translation: Translation, node: Node): Expression {
  return { type: 'tuple', items: list(translation, partsOf(node)), place: placeOf(node) };
}

function starred(translation: Translation, node: Node): Expression {
  return { type: 'starred', value: only(translation, node), place: placeOf(node) };
}

/** The single meaningful child of a node. */
function only(translation: Translation, node: Node): Expression {
  return translateExpression(translation, childAt(partsOf(node), 0, node));
}

/** Positional and keyword arguments of a call or a class statement. */
export function translateArguments(
  translation: Translation,
  node: Node,
): { positional: Expression[]; keywords: Keyword[] } {
  if (node.type === 'generator_expression') {
    return { positional: [translateExpression(translation, node)], keywords: [] };
  }
  const positional: Expression[] = [];
  const keywords: Keyword[] = [];
  const names = new Set<string>();
  for (const part of childrenOf(node)) {
    switch (part.type) {
      case '(':
      case ')':
      case ',':
        break;
      case 'keyword_argument': {
        const children = childrenOf(part);
        const name = textOf(translation, childAt(children, 0, part));
        if (names.size === names.add(name).size) {
          refuse('syntax', `keyword argument repeated: ${name}`, placeOf(part));
        }
        const value = translateExpression(translation, childAt(children, 2, part));
        keywords.push({ name, value, place: placeOf(part) });
        break;
      }
      case 'dictionary_splat':
        keywords.push({ name: null, value: only(translation, part), place: placeOf(part) });
        break;
      case 'list_splat':
        positional.push(starred(translation, part));
        break;
      default:
        if (names.size > 0) {
          refuse('syntax', 'positional argument follows keyword argument', placeOf(part));
        }
        positional.push(translateExpression(translation, part));
    }
  }
  return { positional, keywords };
}

function comprehension(kind: 'list' | 'set' | 'dict' | 'generator'): Translate {
  return (translation, node) => {
    const parts = partsOf(node);
    const body = childAt(parts, 0, node);
    const pair = body.type === 'pair' ? partsOf(body) : null;
    const { yields } = translation;
    translation.yields = false;
    /** Only the first iterable belongs to the block around the comprehension. */
    let around = yields;
    const element = translateExpression(translation, pair === null ? body : childAt(pair, 0, body));
    const value = pair === null ? null : translateExpression(translation, childAt(pair, 1, body));
    const clauses: ComprehensionClause[] = [];
    let conditions: Expression[] = [];
    for (const part of parts.slice(1)) {
      if (part.type === 'for_in_clause') {
        const pieces = partsOf(part).filter((piece) => piece.type !== 'for' && piece.type !== 'in');
        if (pieces[0]?.type === 'async') refuse('unsupported', 'async is not supported', placeOf(part));
        conditions = [];
        const before = translation.yields;
        clauses.push({
          target: translateExpression(translation, childAt(pieces, 0, part)),
          iterable:
            pieces.length > 2
              ? { type: 'tuple', items: list(translation, pieces.slice(1)), place: placeOf(part) }
              : translateExpression(translation, childAt(pieces, 1, part)),
          conditions,
        });
        if (clauses.length === 1 && !before) {
          around ||= translation.yields;
          translation.yields = false;
        }
      } else if (part.type === 'if_clause') {
        conditions.push(translateExpression(translation, childAt(childrenOf(part), 1, part)));
      }
    }
    if (translation.yields) {
      const what = kind === 'generator' ? 'generator expression' : `${kind} comprehension`;
      return refuse('syntax', `'yield' inside ${what}`, placeOf(node));
    }
    translation.yields = around;
    return { type: 'comprehension', kind, element, value, clauses, place: placeOf(node) };
  };
}

function sliceOf(translation: Translation, node: Node): Expression {
  const bounds: (Expression | null)[] = [null, null, null];
  let at = 0;
  for (const child of childrenOf(node)) {
    if (child.type === ':') at++;
    else bounds[at] = translateExpression(translation, child);
  }
  const [start = null, stop = null, step = null] = bounds;
  return { type: 'slice', start, stop, step, place: placeOf(node) };
}

function subscript(translation: Translation, node: Node): Expression {
  const children = childrenOf(node);
  const object = translateExpression(translation, childAt(children, 0, node));
  const inside = children.slice(2, -1);
  const items = list(
    translation,
    inside.filter((child) => child.type !== ','),
  );
  const [first] = items;
  if (first === undefined) return refuse('syntax', 'expected an index in the brackets', placeOf(node));
  const single = items.length === 1 && !inside.some((child) => child.type === ',');
  const index: Expression = single ? first : { type: 'tuple', items, place: placeOf(node) };
  return outsideStar(object, (whole) => ({ type: 'subscript', object: whole, index, place: placeOf(node) }));
}

function comparison(translation: Translation, node: Node): Expression {
  const children = childrenOf(node);
  const left = translateExpression(translation, childAt(children, 0, node));
  const rest: { operator: ComparisonOperator; right: Expression }[] = [];
  for (let i = 1; i + 1 < children.length; i += 2) {
    const operator = textOf(translation, childAt(children, i, node))
      .replace(/\s+/g, ' ')
      .replace('<>', '!=');
    if (!isComparison(operator)) return refuse('syntax', `invalid operator ${operator}`, placeOf(node));
    rest.push({ operator, right: translateExpression(translation, childAt(children, i + 1, node)) });
  }
  return { type: 'compare', left, rest, place: placeOf(node) };
}

function dictionary(translation: Translation, node: Node): Expression {
  const entries = partsOf(node).map((part) => {
    if (part.type === 'dictionary_splat') return { key: null, value: only(translation, part) };
    const children = childrenOf(part);
    return {
      key: translateExpression(translation, childAt(children, 0, part)),
      value: translateExpression(translation, childAt(children, 2, part)),
    };
  });
  return { type: 'dict', entries, place: placeOf(node) };
}

function refused(word: string): Translate {
  return (_translation, node) => ({ type: 'refused', word, place: placeOf(node) });
}

function yielded(translation: Translation, node: Node): Expression {
  const children = childrenOf(node);
  const from = children[1]?.type === 'from';
  translation.yields = true;
  const value = children[from ? 2 : 1];
  return {
    type: 'yield',
    value: value === undefined ? null : translateExpression(translation, value),
    from,
    place: placeOf(node),
  };
}

/** `Optional[int]` in an annotation: the same as a subscript. */
function genericType(translation: Translation, node: Node): Expression {
  const children = childrenOf(node);
  const parameters = childAt(children, 1, node);
  const place = placeOf(node);
  const items = list(translation, partsOf(parameters));
  const [first] = items;
  const index: Expression = items.length === 1 && first !== undefined ? first : { type: 'tuple', items, place };
  return { type: 'subscript', object: translateExpression(translation, childAt(children, 0, node)), index, place };
}

/**
 * `[*f(x)]`: the grammar takes the star for a part of the callee; it belongs to the whole.
 * @param whole makes the expression from its first part without the star
 */
function outsideStar(first: Expression, whole: (first: Expression) => Expression): Expression {
  if (first.type !== 'starred') return whole(first);
  return { type: 'starred', value: whole(first.value), place: first.place };
}

const translators: Readonly<Record<string, Translate>> = {
  identifier: (t, node) => ({ type: 'name', name: textOf(t, node), place: placeOf(node) }),
  keyword_identifier: (t, node) => ({ type: 'name', name: textOf(t, node), place: placeOf(node) }),
  integer: (t, node) => {
    const place = placeOf(node);
    return { type: 'constant', value: parseInteger(textOf(t, node), place), place };
  },
  float: (t, node) => {
    const place = placeOf(node);
    return { type: 'constant', value: parseFloatLiteral(textOf(t, node), place), place };
  },
  true: (_t, node) => ({ type: 'constant', value: true, place: placeOf(node) }),
  false: (_t, node) => ({ type: 'constant', value: false, place: placeOf(node) }),
  none: (_t, node) => ({ type: 'constant', value: null, place: placeOf(node) }),
  ellipsis: (_t, node) => ({ type: 'ellipsis', place: placeOf(node) }),
  string: (t, node) => translateString(t, node, translateExpression),
  concatenated_string: (t, node) => translateConcatenated(t, node, translateExpression),
  attribute: (t, node) => {
    const children = childrenOf(node);
    const name = textOf(t, childAt(children, 2, node));
    return outsideStar(translateExpression(t, childAt(children, 0, node)), (object) => ({
      type: 'attribute',
      object,
      name,
      place: placeOf(node),
    }));
  },
  subscript,
  slice: sliceOf,
  call: (t, node) => {
    const children = childrenOf(node);
    const given = translateArguments(t, childAt(children, 1, node));
    return outsideStar(translateExpression(t, childAt(children, 0, node)), (callee) => ({
      type: 'call',
      callee,
      ...given,
      place: placeOf(node),
    }));
  },
  binary_operator: (t, node) => {
    const children = childrenOf(node);
    const operator = childAt(children, 1, node).type;
    if (!isBinaryOperator(operator)) return refuse('syntax', `invalid operator ${operator}`, placeOf(node));
    return {
      type: 'binary',
      operator,
      left: translateExpression(t, childAt(children, 0, node)),
      right: translateExpression(t, childAt(children, 2, node)),
      place: placeOf(node),
    };
  },
  unary_operator: (t, node) => {
    const children = childrenOf(node);
    const operator = childAt(children, 0, node).type;
    if (operator !== '-' && operator !== '+' && operator !== '~') {
      return refuse('syntax', `invalid operator ${operator}`, placeOf(node));
    }
    return {
      type: 'unary',
      operator,
      operand: translateExpression(t, childAt(children, 1, node)),
      place: placeOf(node),
    };
  },
  not_operator: (t, node) => ({
    type: 'unary',
    operator: 'not',
    operand: translateExpression(t, childAt(childrenOf(node), 1, node)),
    place: placeOf(node),
  }),
  boolean_operator: (t, node) => {
    const children = childrenOf(node);
    return {
      type: 'boolean',
      operator: childAt(children, 1, node).type === 'and' ? 'and' : 'or',
      left: translateExpression(t, childAt(children, 0, node)),
      right: translateExpression(t, childAt(children, 2, node)),
      place: placeOf(node),
    };
  },
  comparison_operator: comparison,
  conditional_expression: (t, node) => {
    const children = childrenOf(node);
    return {
      type: 'conditional',
      body: translateExpression(t, childAt(children, 0, node)),
      test: translateExpression(t, childAt(children, 2, node)),
      otherwise: translateExpression(t, childAt(children, 4, node)),
      place: placeOf(node),
    };
  },
  parenthesized_expression: (t, node) => translateExpression(t, childAt(childrenOf(node), 1, node)),
  tuple: tupleOf,
  expression_list: tupleOf,
  pattern_list: tupleOf,
  tuple_pattern: tupleOf,
  list: (t, node) => ({ type: 'list', items: list(t, partsOf(node)), place: placeOf(node) }),
  list_pattern: tupleOf,
  set: (t, node) => ({ type: 'set', items: list(t, partsOf(node)), place: placeOf(node) }),
  dictionary,
  list_splat: starred,
  list_splat_pattern: starred,
  parenthesized_list_splat: starred,
  lambda: (t, node) => {
    const children = childrenOf(node);
    const list = children.find((child) => child.type === 'lambda_parameters');
    const parameters = list === undefined ? [] : translateParameters(t, list, translateExpression);
    const { yields } = t;
    t.yields = false;
    const body = translateExpression(t, childAt(children, children.length - 1, node));
    const generator = t.yields;
    t.yields = yields;
    return { type: 'lambda', parameters, body, generator, place: placeOf(node) };
  },
  list_comprehension: comprehension('list'),
  set_comprehension: comprehension('set'),
  dictionary_comprehension: comprehension('dict'),
  generator_expression: comprehension('generator'),
  named_expression: (t, node) => {
    const children = childrenOf(node);
    const name = textOf(t, childAt(children, 0, node));
    t.named.add(name);
    return { type: 'named', name, value: translateExpression(t, childAt(children, 2, node)), place: placeOf(node) };
  },
  yield: yielded,
  type: (t, node) => translateExpression(t, childAt(childrenOf(node), 0, node)),
  generic_type: genericType,
  union_type: (t, node) => ({
    type: 'binary',
    operator: '|',
    left: translateExpression(t, childAt(childrenOf(node), 0, node)),
    right: translateExpression(t, childAt(childrenOf(node), 2, node)),
    place: placeOf(node),
  }),
  member_type: (t, node) => ({
    type: 'attribute',
    object: translateExpression(t, childAt(childrenOf(node), 0, node)),
    name: textOf(t, childAt(childrenOf(node), 2, node)),
    place: placeOf(node),
  }),
  splat_type: (t, node) => translateExpression(t, childAt(childrenOf(node), 1, node)),
  await: refused('await'),
};
