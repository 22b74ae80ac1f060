/** Where calls, and what the last statement of a function is, stand in a text: what an edit of the text needs to know. */
import type { Node } from 'web-tree-sitter';
import type { Place } from '../reason.ts';
import { childrenOf, placeOf } from './raw-tree.ts';

/** A part of a text, by UTF-16 offsets. */
export interface Span {
  readonly start: number;
  /** After the last character. */
  readonly end: number;
}

export interface CallSpan extends Span {
  readonly place: Place;
  /** What is called: `nn.Linear`. */
  readonly callee: Span & { readonly text: string };
  /** The arguments in order, without commas; stars are part of their text. */
  readonly arguments: readonly (Span & { readonly name: string | null; readonly text: string })[];
  /** What is called with this call as an argument, or `[` inside a list; null elsewhere. */
  readonly inside: string | null;
}

function textIn(text: string, node: Node): string {
  return text.slice(node.startIndex, node.endIndex);
}

function insideOf(text: string, call: Node): string | null {
  const { parent } = call;
  if (parent?.type === 'list') return '[';
  if (parent?.type !== 'argument_list') return null;
  const callee = parent.parent?.childForFieldName('function');
  return callee === null || callee === undefined ? null : textIn(text, callee);
}

function spanOf(text: string, call: Node): CallSpan | null {
  const callee = call.childForFieldName('function');
  const list = call.childForFieldName('arguments');
  if (callee === null || list?.type !== 'argument_list') return null;
  const given = childrenOf(list).filter((child) => !['(', ')', ','].includes(child.type));
  return {
    start: call.startIndex,
    end: call.endIndex,
    place: placeOf(call),
    callee: { start: callee.startIndex, end: callee.endIndex, text: textIn(text, callee) },
    arguments: given.map((each) => ({
      start: each.startIndex,
      end: each.endIndex,
      name: each.type === 'keyword_argument' ? (each.childForFieldName('name')?.text ?? null) : null,
      text: textIn(text, each),
    })),
    inside: insideOf(text, call),
  };
}

/** Every call of a tree, the outer before the inner. */
export function callSpans(text: string, root: Node): CallSpan[] {
  return root.descendantsOfType('call').flatMap((call) => spanOf(text, call) ?? []);
}

export interface LastStatement extends Span {
  readonly place: Place;
  /** `return`, `assignment` to one name, another expression, or anything else. */
  readonly kind: 'return' | 'assignment' | 'expression' | 'other';
  /** Of an assignment, the name that it binds; of a return, the text of what it returns; else empty. */
  readonly text: string;
  /** The span of what a return returns; of others the statement's own. */
  readonly value: Span;
  /** The spaces in front of it. */
  readonly indent: string;
}

function bodyOf(definition: Node): Node | null {
  return definition.childForFieldName('body');
}

function named(within: Node, type: string, name: string): Node | null {
  const found = within.children.flatMap((child) => (child.type === 'decorated_definition' ? child.children : [child]));
  return found.findLast((child) => child.type === type && child.childForFieldName('name')?.text === name) ?? null;
}

/** The last statement of a method of a class at the top of a text; null where there is no such method. */
export function lastStatement(text: string, root: Node, className: string, method: string): LastStatement | null {
  const type = named(root, 'class_definition', className);
  const body = type === null ? null : bodyOf(type);
  const definition = body === null ? null : named(body, 'function_definition', method);
  const statements = definition === null ? [] : childrenOf(bodyOf(definition) ?? definition);
  const last = statements.at(-1);
  if (last === undefined) return null;
  const own = { start: last.startIndex, end: last.endIndex };
  const lineStart = text.lastIndexOf('\n', last.startIndex - 1) + 1;
  const indent = text.slice(lineStart, last.startIndex);
  const at = { ...own, place: placeOf(last), indent };
  if (last.type === 'return_statement') {
    const value = last.namedChildren.find((child) => child.type !== 'comment');
    if (value === undefined) return { ...at, kind: 'other', text: '', value: own };
    const span = { start: value.startIndex, end: value.endIndex };
    return { ...at, kind: 'return', text: textIn(text, value), value: span };
  }
  const [only] = last.type === 'expression_statement' ? last.namedChildren : [];
  if (only === undefined) return { ...at, kind: 'other', text: '', value: own };
  if (only.type !== 'assignment' && only.type !== 'augmented_assignment') {
    return { ...at, kind: 'expression', text: '', value: own };
  }
  const target = only.childForFieldName('left');
  if (target?.type !== 'identifier') return { ...at, kind: 'other', text: '', value: own };
  return { ...at, kind: 'assignment', text: textIn(text, target), value: own };
}
