/** Reading tree-sitter's nodes: children in one batch, text by slices, a bound on nesting. */
import type { Node } from 'web-tree-sitter';
import { type Place, refuse } from './reason.ts';

export interface Translation {
  readonly text: string;
  /** Nesting of the syntax tree that is left; Python's own parser stops at 200 brackets. */
  room: number;
}

export function placeOf(node: Node): Place {
  return { line: node.startPosition.row + 1, column: node.startPosition.column + 1 };
}

export function textOf(translation: Translation, node: Node): string {
  return translation.text.slice(node.startIndex, node.endIndex);
}

/** Children without comments and line continuations, tokens included. */
export function childrenOf(node: Node): Node[] {
  const children = node.children;
  for (const child of children) {
    if (child.type === 'comment' || child.type === 'line_continuation') {
      return children.filter((each) => each.type !== 'comment' && each.type !== 'line_continuation');
    }
  }
  return children;
}

const punctuation = new Set(['(', ')', '[', ']', '{', '}', ',', ':', '=', '.', '*', '**', '->', ';', '@', ':=']);

/** Children that carry meaning: no punctuation. */
export function partsOf(node: Node): Node[] {
  return childrenOf(node).filter((child) => !punctuation.has(child.type));
}

/** The child at an index; what the grammar guarantees is still checked. */
export function childAt(children: readonly Node[], index: number, parent: Node): Node {
  const child = children[index];
  if (child === undefined) refuse('syntax', 'invalid syntax', placeOf(parent));
  return child;
}

/** Runs one level of nesting deeper. @throws a reason of kind budget when the text nests too deeply. */
export function nested<T>(translation: Translation, node: Node, run: () => T): T {
  if (translation.room <= 0) refuse('budget', 'the text nests too deeply', placeOf(node));
  translation.room--;
  const result = run();
  translation.room++;
  return result;
}
