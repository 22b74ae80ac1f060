/** What a model is asked beside mutations: crossover of two and of three, a network from the initial one, cells. */
import { cellAt, cellCount, formatCell } from '../../../core/benchmarks/nasbench201/cell.ts';
import { cellSource } from '../../../core/benchmarks/nasbench201/cell-source.ts';
import { randomStream } from '../../../core/random/stream.ts';
import { isCellFollowed } from '../../../core/search/followed.ts';
import { initialNetworkSource } from '../../../core/search/initial-network.ts';
import type { Interpretation } from '../../../core/search/ports.ts';
import { another, type CellPromptSet, type PromptSet } from '../../../core/search/prompt-set.ts';
import { crossoverPrompt, mutationPrompt } from '../../../core/search/prompt-text.ts';
import type { CellResult } from '../../cell-interpreter.ts';
import { type EvaluationOptions, type EvaluationTask, networkJudge, readParent, refused } from './evaluate-model.ts';

/** Each parent with the next one, and with the next two. */
export async function crossoverTasks(options: EvaluationOptions, set: PromptSet): Promise<EvaluationTask[]> {
  const { parents, interpreter } = options;
  const judge = networkJudge(options);
  const read: Interpretation[] = [];
  for (const parent of parents) read.push(await readParent(interpreter, parent));
  return parents.flatMap((_, row) =>
    ([2, 3] as const)
      .filter((count) => parents.length >= count)
      .map((count): EvaluationTask => {
        const places = Array.from({ length: count }, (_, step) => (row + step) % parents.length);
        const shown = places.flatMap((place) => read[place] ?? []);
        const sources = places.map((place) => parents[place]?.source ?? '');
        const prompt = count === 2 ? 'crossover-two' : 'crossover-three';
        return {
          row,
          parent: places.map((place) => parents[place]?.id ?? '').join(' + '),
          prompt,
          text: crossoverPrompt(set, sources),
          networks: shown.map(({ network }) => network),
          asks: another,
          judge: judge(another, shown),
        };
      }),
  );
}

/** The prompt of random networks below the initial network, as often as there are parents. */
export async function randomTasks(options: EvaluationOptions, set: PromptSet): Promise<EvaluationTask[]> {
  const judge = networkJudge(options);
  const initial = await readParent(options.interpreter, { id: 'initial', source: initialNetworkSource });
  return options.parents.map((_, row) => ({
    row,
    parent: `initial ${row}`,
    prompt: 'random-network',
    text: mutationPrompt(initialNetworkSource, set.randomNetwork),
    networks: [initial.network],
    asks: another,
    judge: judge(another, [initial]),
  }));
}

/** The prompts on cells of NAS-Bench-201 drawn uniformly, as many as there are parents. */
export function cellTasks(
  options: EvaluationOptions,
  set: CellPromptSet,
  read: (text: string, signal: AbortSignal) => CellResult | Promise<CellResult>,
): EvaluationTask[] {
  const stream = randomStream('cells of an evaluation', options.seed);
  return options.parents.flatMap((_, row) => {
    const cell = cellAt(Math.floor(stream.uniform() * cellCount));
    const parent = formatCell(cell);
    return set.mutation.map(({ id, text, asks }) => ({
      row,
      parent,
      prompt: id,
      text: mutationPrompt(cellSource(cell), text),
      networks: [],
      asks: another,
      async judge(written, refusal) {
        const result: CellResult =
          refusal === null ? await read(written, options.signal) : { ok: false, reason: refusal };
        if (!result.ok) return { ...refused(result.reason), repaired: null };
        const { arch, cell: child } = result.value;
        const followed = isCellFollowed(asks, cell, child);
        return { hash: arch, copy: arch === parent, followed, reason: null, network: null, repaired: null };
      },
    }));
  });
}
