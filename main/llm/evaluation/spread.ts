/** Which completions are asked for: every prompt on every parent, or so many, spread evenly. */

/** How many completions of a group. */
export type Amount =
  /** Of each prompt on each parent. */
  | { readonly repeats: number }
  /** In all: parents one after another, each with the next of its prompts whenever its turn comes again. */
  | { readonly total: number };

export interface Asked<Task> {
  readonly task: Task;
  /** How often the same was asked for before. */
  readonly repeat: number;
}

/** In the order in which they are asked for; tasks of one row differ in their prompt alone. */
export function asked<Task extends { readonly row: number }>(tasks: readonly Task[], amount: Amount): Asked<Task>[] {
  if ('repeats' in amount) {
    return tasks.flatMap((task) => Array.from({ length: amount.repeats }, (_, repeat) => ({ task, repeat })));
  }
  const rows = [...Map.groupBy(tasks, ({ row }) => row).values()];
  if (rows.length === 0) return [];
  return Array.from({ length: amount.total }, (_, index) => {
    const place = index % rows.length;
    const turn = Math.floor(index / rows.length);
    const row = rows[place] ?? [];
    // Beginning at another prompt on each parent, so that one turn shows all of them.
    const task = row[(place + turn) % row.length];
    return task === undefined ? [] : [{ task, repeat: Math.floor(turn / row.length) }];
  }).flat();
}
