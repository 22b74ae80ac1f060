/**
 * Keys of servers: what a person typed into the window, for as long as this process lives, else the environment
 * variable LLMATIC_API_KEY. They are written nowhere.
 */
const typed = new Map<string, string>();

/** Keeps a key for an address (without the model's name); an empty one forgets it. */
export function rememberKey(base: string, key: string): void {
  if (key.trim() === '') typed.delete(base);
  else typed.set(base, key.trim());
}

export function keyFor(base: string): string | null {
  const key = typed.get(base) ?? process.env.LLMATIC_API_KEY?.trim() ?? '';
  return key === '' ? null : key;
}
