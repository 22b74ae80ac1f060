/** Patterns of `match` statements -> syntax.ts (Python reference, section 8.6). */
import type { Node } from 'web-tree-sitter';
import { refuse } from '../reason.ts';
import { childAt, childrenOf, nested, partsOf, placeOf, type Translation, textOf } from './raw-tree.ts';
import type { Expression, Pattern } from './syntax.ts';
import { translateExpression } from './translate-expressions.ts';

/** The pattern of a case; several without brackets are a sequence. */
export function translateCase(translation: Translation, node: Node): Pattern {
  const children = childrenOf(node);
  const patterns = children.filter((child) => child.type === 'case_pattern');
  const open = children.some((child) => child.type === ',');
  if (patterns.length === 1 && !open) return translatePattern(translation, childAt(patterns, 0, node));
  return { type: 'sequence', items: patterns.map((each) => translatePattern(translation, each)), place: placeOf(node) };
}

function translatePattern(translation: Translation, node: Node): Pattern {
  return nested(translation, node, () => pattern(translation, node));
}

/** `a.b.c` as an expression. */
function dotted(translation: Translation, node: Node): Expression {
  const [first, ...rest] = childrenOf(node).filter((child) => child.type === 'identifier');
  const place = placeOf(node);
  let result: Expression = { type: 'name', name: first === undefined ? '' : textOf(translation, first), place };
  for (const part of rest) result = { type: 'attribute', object: result, name: textOf(translation, part), place };
  return result;
}

function pattern(translation: Translation, node: Node): Pattern {
  const place = placeOf(node);
  const children = childrenOf(node);
  const first = children[0];
  if (first === undefined) {
    if (node.type === '_') return { type: 'wildcard', place };
    return { type: 'value', value: translateExpression(translation, node), place };
  }
  const inner = () => partsOf(node).map((child) => translatePattern(translation, child));
  switch (node.type) {
    case 'case_pattern': {
      if (first.type === '_') return { type: 'wildcard', place };
      if (first.type !== '-') return translatePattern(translation, first);
      const operand = translateExpression(translation, childAt(children, 1, node));
      return { type: 'value', value: { type: 'unary', operator: '-', operand, place }, place };
    }
    case 'dotted_name': {
      const value = dotted(translation, node);
      return value.type === 'name' ? { type: 'capture', name: value.name, place } : { type: 'value', value, place };
    }
    case 'union_pattern':
      return {
        type: 'or',
        options: children.filter((child) => child.type !== '|').map((child) => translatePattern(translation, child)),
        place,
      };
    case 'list_pattern':
    case 'tuple_pattern': {
      const items = inner();
      const [only] = items;
      const grouped =
        node.type === 'tuple_pattern' && items.length === 1 && !children.some((each) => each.type === ',');
      return grouped && only !== undefined ? only : { type: 'sequence', items, place };
    }
    case 'splat_pattern': {
      const name = textOf(translation, childAt(children, 1, node));
      return { type: 'star', name: name === '_' ? null : name, place };
    }
    case 'dict_pattern':
      return mapping(translation, node, children);
    case 'class_pattern': {
      const callee = dotted(translation, first);
      const parts = children.filter((child) => child.type === 'case_pattern');
      const positional: Pattern[] = [];
      const keywords: { name: string; pattern: Pattern }[] = [];
      for (const part of parts) {
        const named = childrenOf(part)[0];
        if (named?.type !== 'keyword_pattern') {
          positional.push(translatePattern(translation, part));
          continue;
        }
        const pieces = childrenOf(named);
        const name = textOf(translation, childAt(pieces, 0, named));
        keywords.push({ name, pattern: translatePattern(translation, childAt(pieces, 2, named)) });
      }
      return { type: 'class', callee, positional, keywords, place };
    }
    case 'as_pattern':
      return {
        type: 'as',
        pattern: translatePattern(translation, first),
        name: textOf(translation, childAt(children, 2, node)),
        place,
      };
    case 'complex_pattern':
      return refuse('unsupported', 'complex numbers are not supported', place);
    default:
      return { type: 'value', value: translateExpression(translation, node), place };
  }
}

function mapping(translation: Translation, node: Node, children: readonly Node[]): Pattern {
  const entries: { key: Expression; pattern: Pattern }[] = [];
  let rest: string | null = null;
  let key: Expression | null = null;
  for (const child of children) {
    if (child.type === '{' || child.type === '}' || child.type === ',' || child.type === ':') continue;
    if (child.type === 'splat_pattern') rest = textOf(translation, childAt(childrenOf(child), 1, child));
    else if (key === null) {
      key = child.type === 'dotted_name' ? dotted(translation, child) : translateExpression(translation, child);
    } else {
      entries.push({ key, pattern: translatePattern(translation, child) });
      key = null;
    }
  }
  return { type: 'mapping', entries, rest, place: placeOf(node) };
}
