/** Reading tree-sitter's nodes: children in one batch, text by slices, a bound on nesting. */
import type { Node } from 'web-tree-sitter';
import { type Place, refuse } from '../reason.ts';

export interface Translation {
  readonly text: string;
  /** Nesting of the syntax tree that is left; Python's own parser stops at 200 brackets. */
  room: number;
  /** Names that `:=` binds in the function being translated. */
  named: Set<string>;
  /** Whether the function being translated yields. */
  yields: boolean;
}

export function startTranslation(text: string, room: number): Translation {
  return { text, room, named: new Set(), yields: false };
}

/** The file that is translated now, where it is not the text that is read: translation never pauses. */
let currentFile: string | undefined;

/** Translates with the places of a file. */
export function inFile<T>(file: string | undefined, translate: () => T): T {
  const before = currentFile;
  currentFile = file;
  try {
    return translate();
  } finally {
    currentFile = before;
  }
}

export function placeAt(row: number, column: number): Place {
  const place = { line: row + 1, column: column + 1 };
  return currentFile === undefined ? place : { ...place, file: currentFile };
}

export function placeOf(node: Node): Place {
  const { row, column } = node.startPosition;
  return placeAt(row, column);
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
