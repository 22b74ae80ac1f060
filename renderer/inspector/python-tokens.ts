/**
 * Python text cut into coloured pieces, for reading only: the lexical rules of the Python reference (section 2), with
 * every character kept, so that what is shown is what was written. A string left open ends with its line.
 */

type TokenKind = 'plain' | 'keyword' | 'constant' | 'string' | 'number' | 'comment' | 'definition' | 'call' | 'self';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const keywords = new Set(
  (
    'and as assert async await break class continue def del elif else except finally for from global if import in is ' +
    'lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);
const constants = new Set(['True', 'False', 'None', '...']);

const string =
  /(?:[rRbBuUfF]{0,2})(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\[\s\S]|[^"\\\n])*(?:"|(?=\n)|$)|'(?:\\[\s\S]|[^'\\\n])*(?:'|(?=\n)|$))/y;
const number =
  /(?:0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d[\d_]*)?[jJ]?)/y;
const name = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Mc}\p{Nd}\p{Pc}_]*/uy;
const comment = /#[^\n]*/y;

function matchAt(pattern: RegExp, text: string, at: number): string | null {
  pattern.lastIndex = at;
  const [found = ''] = pattern.exec(text) ?? [];
  return found === '' ? null : found;
}

function kindOfName(word: string, previousWord: string, text: string, end: number): TokenKind {
  if (previousWord === 'def' || previousWord === 'class') return 'definition';
  if (keywords.has(word)) return 'keyword';
  if (constants.has(word)) return 'constant';
  if (word === 'self') return 'self';
  return /^[ \t]*\(/.test(text.slice(end, end + 40)) ? 'call' : 'plain';
}

/** All pieces in order; together they are the text. */
export function pythonTokens(text: string): Token[] {
  const tokens: Token[] = [];
  let plain = '';
  const push = (kind: TokenKind, piece: string): void => {
    if (plain !== '') tokens.push({ kind: 'plain', text: plain });
    plain = '';
    tokens.push({ kind, text: piece });
  };
  let previousWord = '';
  for (let at = 0; at < text.length; ) {
    const found =
      matchAt(comment, text, at) ??
      matchAt(string, text, at) ??
      matchAt(name, text, at) ??
      matchAt(number, text, at) ??
      (text.startsWith('...', at) ? '...' : null);
    const piece = found ?? text.charAt(at);
    at += piece.length;
    if (found === null) {
      plain += piece;
      if (piece.trim() !== '') previousWord = '';
      continue;
    }
    if (piece.startsWith('#')) push('comment', piece);
    else if (/^[rRbBuUfF]{0,2}["']/.test(piece)) push('string', piece);
    else if (/^\.?\d/.test(piece)) push('number', piece);
    else {
      const kind = kindOfName(piece, previousWord, text, at);
      if (kind === 'plain') plain += piece;
      else push(kind, piece);
      previousWord = piece;
    }
  }
  if (plain !== '') tokens.push({ kind: 'plain', text: plain });
  return tokens;
}

/** The pieces by line; a piece over several lines is cut, and no piece holds a line feed. */
export function pythonLines(text: string): Token[][] {
  const lines: Token[][] = [[]];
  for (const { kind, text: piece } of pythonTokens(text)) {
    for (const [index, part] of piece.split(/\r?\n/).entries()) {
      if (index > 0) lines.push([]);
      if (part !== '') lines.at(-1)?.push({ kind, text: part });
    }
  }
  if (lines.length > 1 && lines.at(-1)?.length === 0) lines.pop();
  return lines;
}
