/**
 * Generated text, cut to what defines its network. A model goes on after its class (another prompt, another class,
 * prose), leaves imports out, or stops in the middle; only whole top-level pieces that the network needs are kept.
 */
import type { Failure } from '../failure.ts';
import { refuse } from '../python/reason.ts';
import { readLine, startOfText } from '../python/syntax/indentation.ts';

/** What every network of a search starts with. */
const importsHeader = 'import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n';

export interface Cut {
  /** Imports and the pieces that the network needs. */
  readonly source: string;
  readonly className: string;
  /** Names of the header that the text itself did not import. */
  readonly assumed: readonly string[];
  /** The same failure with the lines of the generated text instead of those of `source`. */
  relocate(failure: Failure): Failure;
}

interface Piece {
  readonly kind: 'class' | 'def' | 'import' | 'assignment' | 'other';
  readonly text: string;
  /** First line in the generated text, from 1. */
  readonly line: number;
  /** Names that it binds. */
  readonly binds: readonly string[];
}

/** A definition at the margin. */
const definition = /^(class|def)\b/;

const opening = /^(class|def|import|from|@|if|for|while|try|with|```)/;

/** Top-level pieces: a line at column 0 and the indented lines, brackets and strings that go on from it. */
function splitPieces(text: string): Piece[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const pieces: Piece[] = [];
  let start = -1;
  let state = startOfText;
  /** Of the piece that is open: whether it begins with a decorator, and whether what that decorates has come. */
  let decorated = false;
  let defined = false;
  const close = (end: number) => {
    if (start >= 0) {
      let last = end;
      while (last > start + 1 && /^\s*(#.*)?$/.test(lines[last - 1] ?? '')) last--;
      pieces.push(pieceOf(lines.slice(start, last).join('\n'), start + 1));
    }
    start = -1;
  };
  lines.forEach((line, index) => {
    const inString = state.quote !== null;
    const atMargin = !inString && /^[^\s#]/.test(line) && !/^[)\]}]/.test(line);
    // A definition at the margin starts anew even inside brackets: they were never closed.
    const fresh = atMargin && (state.depth === 0 || /^(class|def|import|from|@)\b|^```/.test(line));
    if (fresh) {
      if (start < 0 || !decorated || defined) {
        close(index);
        start = index;
        decorated = line.startsWith('@');
        defined = false;
      }
      state = startOfText;
    }
    defined ||= definition.test(line);
    state = readLine(line, state);
  });
  close(lines.length);
  return pieces;
}

function pieceOf(text: string, line: number): Piece {
  const defining = /^(?:@.*\n)*(class|def)\s+(\w+)/.exec(text);
  if (defining !== null) {
    return { kind: defining[1] === 'class' ? 'class' : 'def', text, line, binds: [defining[2] ?? ''] };
  }
  if (/^(import|from)\s/.test(text)) return { kind: 'import', text, line, binds: importedNames(text) };
  const assigned = /^(\w+(?:\s*,\s*\w+)*)\s*(?::[^=\n]+)?=[^=]/.exec(text);
  if (assigned !== null && !opening.test(text)) {
    return { kind: 'assignment', text, line, binds: (assigned[1] ?? '').split(',').map((name) => name.trim()) };
  }
  return { kind: 'other', text, line, binds: [] };
}

function importedNames(text: string): string[] {
  const list = /^from\s+\S+\s+import\s+([\s\S]*)$/.exec(text)?.[1] ?? /^import\s+([\s\S]*)$/.exec(text)?.[1] ?? '';
  return list
    .replace(/#.*$/gm, '')
    .replace(/[()\\\s]+/g, ' ')
    .split(',')
    .map((part) => part.trim().split(' as '))
    .map(([name = '', alias]) => (alias ?? name.split('.')[0] ?? '').trim())
    .filter((name) => name !== '');
}

function words(text: string): Set<string> {
  return new Set(text.match(/[A-Za-z_]\w*/g) ?? []);
}

/** The class that is the network: the first named Net, else the first that no later class mentions. */
function networkPiece(pieces: readonly Piece[]): Piece {
  const classes = pieces.filter((piece) => piece.kind === 'class');
  const net = classes.find((piece) => piece.binds[0] === 'Net');
  if (net !== undefined) return net;
  const [first] = classes;
  if (first === undefined) return refuse('class', 'the text defines no class');
  const isModule = (piece: Piece) => /^(?:@.*\n)*class\s+\w+\s*\(/.test(piece.text);
  /** The last class that mentions a word. */
  const mentioned = new Map<string, number>();
  classes.forEach((piece, index) => {
    for (const word of words(piece.text)) mentioned.set(word, index);
  });
  const free = classes.find(
    (piece, index) => isModule(piece) && (mentioned.get(piece.binds[0] ?? '') ?? index) <= index,
  );
  return free ?? first;
}

/**
 * Cuts generated text to a class, chosen where no name is given.
 * @throws a reason of kind class when the text defines none, budget when it is too long
 */
export function cutGenerated(text: string, longest: number, className: string | null = null): Cut {
  if (text.length > longest) refuse('budget', `the text has ${text.length} characters, more than ${longest}`);
  const pieces = splitPieces(text);
  const named = pieces.findLast(({ kind, binds }) => kind === 'class' && binds[0] === className);
  const target = named ?? networkPiece(pieces);
  const at = pieces.indexOf(target);
  /** Where each name is bound, in order. */
  const bound = new Map<string, number[]>();
  pieces.forEach(({ kind, binds }, index) => {
    if (kind === 'other') return;
    for (const name of binds) {
      const places = bound.get(name);
      if (places === undefined) bound.set(name, [index]);
      else places.push(index);
    }
  });
  const kept = new Set<Piece>([target]);
  const open = [...words(target.text)];
  const done = new Set<string>(target.binds);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (done.has(name)) continue;
    done.add(name);
    const places = bound.get(name) ?? [];
    // The last definition before the network is the one in force; one that follows it still serves calls.
    const chosen = pieces[places.findLast((place) => place < at) ?? places.find((place) => place > at) ?? -1];
    if (chosen === undefined || kept.has(chosen)) continue;
    kept.add(chosen);
    if (chosen.kind !== 'import') open.push(...words(chosen.text));
  }
  const header = ['torch', 'nn', 'F'];
  const imported = new Set(pieces.filter((piece) => piece.kind === 'import').flatMap((piece) => piece.binds));
  const ordered = pieces.filter((piece) => kept.has(piece));
  const imports = ordered.filter(
    (piece) => piece.kind === 'import' && !piece.binds.every((name) => header.includes(name)),
  );
  const body = ordered.filter((piece) => piece.kind !== 'import');
  return assemble(
    imports,
    body,
    target,
    header.filter((name) => done.has(name) && !imported.has(name)),
  );
}

function assemble(imports: readonly Piece[], body: readonly Piece[], target: Piece, assumed: readonly string[]): Cut {
  const headerLines = importsHeader.trimEnd().split('\n');
  const lines: string[] = [...headerLines];
  /** Line in the generated text of each line of the source; 0 for the header. */
  const origins: number[] = headerLines.map(() => 0);
  const add = (piece: Piece, blank: number) => {
    for (let i = 0; i < blank; i++) {
      lines.push('');
      origins.push(0);
    }
    piece.text.split('\n').forEach((line, index) => {
      lines.push(line);
      origins.push(piece.line + index);
    });
  };
  for (const piece of imports) add(piece, 0);
  body.forEach((piece, index) => {
    add(piece, index === 0 ? 1 : 2);
  });
  return {
    source: `${lines.join('\n')}\n`,
    className: target.binds[0] ?? 'Net',
    assumed,
    relocate(failure) {
      const origin = failure.line === undefined ? undefined : origins[failure.line - 1];
      if (failure.line === undefined || origin === undefined || origin === 0) return failure;
      return { ...failure, line: origin, message: failure.message.replace(/^line \d+:/, `line ${origin}:`) };
    },
  };
}
