/** How tightly expressions bind, and where their parentheses may go. */
import type { NetworkNode } from '../ir.ts';

/** How tightly Python's operators bind; calls, names and indices bind most. */
export const levels = { compare: 1, or: 2, and: 3, sum: 4, product: 5, unary: 6, power: 7, atom: 9 } as const;

/** How tightly the expression of a node binds. */
export function levelOf(node: NetworkNode, text: string): number {
  switch (node.operator) {
    case 'add':
    case 'subtract':
      return levels.sum;
    case 'divide':
    case 'matmul':
      return levels.product;
    case 'multiply':
      return / & /.test(text) ? levels.and : levels.product;
    case 'maximum':
      return text.startsWith('torch.maximum(') ? levels.atom : levels.or;
    case 'power':
      return levels.power;
    case 'compare':
      return levels.compare;
    case 'byMode':
      return 0;
    case 'affine': {
      if (node.attributes.shift !== 0 && !text.startsWith('~')) return levels.sum;
      return /^[~-]/.test(text) ? levels.unary : levels.product;
    }
    default:
      return levels.atom;
  }
}

/** Without parentheses around the whole. */
export function bare(text: string): string {
  if (!text.startsWith('(') || !text.endsWith(')')) return text;
  let depth = 0;
  for (let i = 0; i < text.length - 1; i++) {
    depth += text[i] === '(' ? 1 : text[i] === ')' ? -1 : 0;
    if (depth === 0) return text;
  }
  return text.includes(',') && isTuple(text) ? text : text.slice(1, -1);
}

/** Whether the parentheses make a tuple: a comma at their own level. */
function isTuple(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if ('([{'.includes(character)) depth++;
    else if (')]}'.includes(character)) depth--;
    else if (character === ',' && depth === 1) return true;
  }
  return false;
}
