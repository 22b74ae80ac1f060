/** Numbers, sizes and calls as Python text. */

/** A number that Python and JavaScript read as the same; whole numbers as ints. */
export function numberText(value: number): string {
  return Number.isFinite(value) ? String(value) : floatText(value);
}

/** A float that Python and JavaScript read as the same number. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return `float('${Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf'}')`;
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** PyTorch refuses what is beyond it, even where it would round to it. */
const largestSingle = 3.4028234663852886e38;

/** The shortest text that reads as the same float32, of known numbers that are stored so; any other number whole. */
export function singleText(value: number): string {
  if (Math.fround(value) !== value) return floatText(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value) && Math.abs(short) <= largestSingle) return floatText(short);
  }
  return floatText(value);
}

/** One int where all are equal, else a tuple. */
export function sizesText(sizes: readonly number[]): string {
  const [first] = sizes;
  return sizes.every((size) => size === first) ? String(first) : `(${sizes.join(', ')})`;
}

/** A tuple, with the comma that one item needs. */
export function tupleText(items: readonly (string | number)[]): string {
  return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
}

/** `name(a, b, key=value)`; keywords that are null are left out. */
export function callText(
  name: string,
  positional: readonly (string | number)[],
  keywords: Readonly<Record<string, string | number | null>> = {},
): string {
  const named = Object.entries(keywords).flatMap(([key, value]) => (value === null ? [] : [`${key}=${value}`]));
  return `${name}(${[...positional, ...named].join(', ')})`;
}

/** A keyword's value, left out where it is the default. */
export function unless<T extends string | number>(value: T, fallback: T): T | null {
  return value === fallback ? null : value;
}

/** Numbers as a Python list, wrapped. */
export function listText(values: readonly number[], indent: string): string {
  const items = values.map(singleText);
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line !== '' && indent.length + line.length + item.length > 96) {
      lines.push(line);
      line = '';
    }
    line += `${item}, `;
  }
  lines.push(line);
  if (lines.length === 1) return `[${items.join(', ')}]`;
  return `[\n${lines.map((each) => `${indent}    ${each.trimEnd()}`).join('\n')}\n${indent}]`;
}
