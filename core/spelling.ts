/**
 * The known word that a mistyped one most likely meant. What is too long to be a word is compared with nothing, so that
 * a text of any length costs no more than a word does.
 */

/** Characters of the longest word that is looked at: far more than any name of ours has. */
const longestWord = 100;

/**
 * Edit distance with swaps of neighbours (optimal string alignment), in at most a hundred times a hundred steps:
 * infinite where one of them is too long to be a word.
 */
export function editDistance(a: string, b: string): number {
  if (a.length > longestWord || b.length > longestWord) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] ?? 0) + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The nearest of `known`, or null when none is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  let distance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const next = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (next < distance) {
      best = candidate;
      distance = next;
    }
  }
  return best !== null && distance <= Math.max(2, Math.floor(word.length / 3)) ? best : null;
}

/** ` Did you mean X?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const found = nearest(word, known);
  return found === null ? '' : ` Did you mean ${found}?`;
}

/** A text as a message quotes it: what is longer than a line is cut, and its length told. */
export function quotedShort(text: string): string {
  return text.length <= longestWord ? text : `${text.slice(0, 60)}... (${text.length} characters)`;
}
