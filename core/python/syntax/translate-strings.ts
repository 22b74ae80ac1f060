/** String literals, f-strings and strings side by side -> syntax.ts. */
import type { Node } from 'web-tree-sitter';
import { refuse } from '../reason.ts';
import { resolveEscapes } from './literals.ts';
import { childAt, childrenOf, placeOf, type Translation, textOf } from './raw-tree.ts';
import type { Expression, FormatPart } from './syntax.ts';
import type { Translate } from './translate-parameters.ts';

function formatParts(
  translation: Translation,
  nodes: readonly Node[],
  raw: boolean,
  translate: Translate,
): FormatPart[] {
  const parts: FormatPart[] = [];
  for (const node of nodes) {
    if (node.type === 'interpolation' || node.type === 'format_expression') {
      const pieces = childrenOf(node);
      const format = pieces.find((piece) => piece.type === 'format_specifier');
      const conversion = pieces.find((piece) => piece.type === 'type_conversion');
      const expression = childAt(pieces, 1, node);
      const value = translate(translation, expression);
      const equals = pieces.findIndex((piece) => piece.type === '=');
      if (equals > 0) {
        // `{x = }` shows its own text, spaces included, up to what follows the sign.
        const after = pieces[equals + 1];
        parts.push(translation.text.slice(childAt(pieces, 0, node).endIndex, after?.startIndex ?? node.endIndex));
      }
      let specification: FormatPart[] = [];
      if (format !== undefined) {
        const inner = childrenOf(format).filter((piece) => piece.type === 'format_expression');
        specification = spans(translation, inner, format.startIndex + 1, format.endIndex, raw, translate);
      }
      parts.push({
        value,
        conversion:
          conversion !== undefined
            ? textOf(translation, conversion).slice(1)
            : equals > 0 && format === undefined
              ? 'r'
              : '',
        format: specification,
      });
    }
  }
  return parts;
}

/** Literal text between interpolations, with the interpolations. */
function spans(
  translation: Translation,
  inner: readonly Node[],
  from: number,
  to: number,
  raw: boolean,
  translate: Translate,
): FormatPart[] {
  const parts: FormatPart[] = [];
  let at = from;
  const literal = (end: number) => {
    const text = translation.text.slice(at, end);
    if (text !== '') parts.push(resolveEscapes(text, raw).replaceAll('{{', '{').replaceAll('}}', '}'));
  };
  for (const node of inner) {
    literal(node.startIndex);
    parts.push(...formatParts(translation, [node], raw, translate));
    at = node.endIndex;
  }
  literal(to);
  return parts;
}

/** A string, or an f-string with its interpolations. @throws a reason (syntax, unsupported) */
export function translateString(translation: Translation, node: Node, translate: Translate): Expression {
  const children = node.children;
  const start = childAt(children, 0, node);
  const end = childAt(children, children.length - 1, node);
  const prefix = textOf(translation, start)
    .replace(/["']+$/, '')
    .toLowerCase();
  const raw = prefix.includes('r');
  if (prefix.includes('b')) return refuse('unsupported', 'bytes are not supported', placeOf(node));
  const place = placeOf(node);
  if (prefix.includes('f')) {
    const inner = children.filter((child) => child.type === 'interpolation');
    return { type: 'format', parts: spans(translation, inner, start.endIndex, end.startIndex, raw, translate), place };
  }
  const content = translation.text.slice(start.endIndex, end.startIndex);
  return { type: 'constant', value: resolveEscapes(content, raw), place };
}

/** Strings side by side, which are one. */
export function translateConcatenated(translation: Translation, node: Node, translate: Translate): Expression {
  const parts: FormatPart[] = [];
  for (const child of childrenOf(node)) {
    const piece = translate(translation, child);
    if (piece.type === 'format') parts.push(...piece.parts);
    else if (piece.type === 'constant') parts.push(String(piece.value));
  }
  const place = placeOf(node);
  if (parts.every((part) => typeof part === 'string')) return { type: 'constant', value: parts.join(''), place };
  return { type: 'format', parts, place };
}
