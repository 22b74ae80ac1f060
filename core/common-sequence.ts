/**
 * The longest common subsequence of two lists, after what both begin and end with. Sources and networks are short, so
 * the plain quadratic table serves.
 */

/** Items of a table beyond which the rest counts as replaced: keeps memory below 16 MB. */
const largestTable = 2000;

/** Numbers in place of texts, which are compared millions of times. */
function numbered(texts: readonly string[], numbers: Map<string, number>): Uint32Array {
  return Uint32Array.from(texts, (text) => {
    const found = numbers.get(text) ?? numbers.size;
    numbers.set(text, found);
    return found;
  });
}

function commonMiddle(first: readonly string[], second: readonly string[]): [number, number][] {
  if (first.length > largestTable || second.length > largestTable) return [];
  const numbers = new Map<string, number>();
  const [before, after] = [numbered(first, numbers), numbered(second, numbers)];
  const width = after.length + 1;
  /** Length of the longest common subsequence of what follows row and column. */
  const lengths = new Uint16Array((before.length + 1) * width);
  const length = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row--) {
    for (let column = after.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        before[row] === after[column]
          ? length(row + 1, column + 1) + 1
          : Math.max(length(row + 1, column), length(row, column + 1));
    }
  }
  const pairs: [number, number][] = [];
  let row = 0;
  let column = 0;
  while (row < before.length && column < after.length) {
    if (before[row] === after[column]) pairs.push([row++, column++]);
    else if (length(row + 1, column) >= length(row, column + 1)) row++;
    else column++;
  }
  return pairs;
}

/** Indices of the items that stay, before and after, in order. */
export function commonSequence(before: readonly string[], after: readonly string[]): [number, number][] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  const middle = commonMiddle(before.slice(start, before.length - end), after.slice(start, after.length - end));
  return [
    ...Array.from({ length: start }, (_, index): [number, number] => [index, index]),
    ...middle.map(([row, column]): [number, number] => [row + start, column + start]),
    ...Array.from({ length: end }, (_, index): [number, number] => [
      before.length - end + index,
      after.length - end + index,
    ]),
  ];
}
