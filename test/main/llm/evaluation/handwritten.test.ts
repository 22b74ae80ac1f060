/** The hundred parents written by hand: networks that train, no two alike, short enough for the model's context. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Interpretation } from '../../../../core/search/ports.ts';
import { loadInterpreter } from '../../../../main/interpreter.ts';
import { embeddedModelFile } from '../../../../main/llm/embedded.ts';
import type { Parent } from '../../../../main/llm/evaluation/parents.ts';
import { trialStep } from '../../../../main/llm/evaluation/trial-step.ts';
import { createLanguageModel } from '../../../../main/llm/language-model.ts';
import { createTrainerPool } from '../../../../main/training/pool.ts';
import { handwrittenParents } from './handwritten.ts';

const longest = 1200;
/** Words in a row that are compared. */
const shingle = 6;

let parents: Parent[];
let read: { readonly id: string; readonly value: Interpretation }[];

beforeAll(async () => {
  const interpret = await loadInterpreter();
  parents = await handwrittenParents();
  read = parents.map(({ id, source }) => {
    const result = interpret(source);
    if (!result.ok) throw new Error(`${id}: ${result.reason.message}`);
    return { id, value: result.value };
  });
});

/** Rows of words of the code, all numbers alike: a copy with other widths is a copy. */
function shinglesOf(source: string): Set<string> {
  const words = source.replace(/#.*/g, '').match(/[A-Za-z_]\w*|\d+(?:\.\d+)?|[^\s\w]/g) ?? [];
  const plain = words.map((word) => (/^\d/.test(word) ? '0' : word));
  return new Set(plain.slice(shingle).map((_, start) => plain.slice(start, start + shingle).join(' ')));
}

function likeness(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  const common = [...one].filter((words) => other.has(words)).length;
  return common / (one.size + other.size - common);
}

describe('the parents written by hand', () => {
  it('are a hundred, of 8 to 90 lines', () => {
    expect(parents.length).toBe(100);
    const lines = parents.map(({ source }) => source.trim().split('\n').length);
    expect(Math.min(...lines)).toBeGreaterThanOrEqual(8);
    expect(Math.max(...lines)).toBeLessThanOrEqual(90);
  });

  it('are different networks, and different texts', () => {
    expect(new Set(read.map(({ value }) => value.hash)).size).toBe(parents.length);
    const shingles = parents.map(({ id, source }) => ({ id, own: shinglesOf(source) }));
    const alike = shingles.flatMap((one, index) =>
      shingles.slice(index + 1).flatMap((other) => {
        const share = likeness(one.own, other.own);
        return share > 0.5 ? [`${one.id} and ${other.id}: ${share.toFixed(2)}`] : [];
      }),
    );
    expect(alike).toEqual([]);
  });
});

describe('beside the model and the trainer', () => {
  let pool: Awaited<ReturnType<typeof createTrainerPool>>;
  let model: Awaited<ReturnType<typeof createLanguageModel>>;

  beforeAll(async () => {
    pool = await createTrainerPool({ workers: 1, threads: 1 });
    model = await createLanguageModel({ file: embeddedModelFile() });
  }, 60_000);
  afterAll(async () => {
    await model?.close();
    await pool?.close();
  });

  it('each is trained by one step', async () => {
    const trial = trialStep(pool, 1, new AbortController().signal);
    const failed: string[] = [];
    for (const { id, value } of read) {
      const failure = await trial(value);
      if (failure !== null) failed.push(`${id}: ${failure.message}`);
    }
    expect(failed).toEqual([]);
  }, 240_000);

  it('each leaves room for an answer in the context of the embedded model', async () => {
    const tokens = await Promise.all(parents.map(async ({ source }) => (await model.tokenize(source)).length));
    const long = parents.flatMap(({ id }, index) =>
      (tokens[index] ?? 0) > longest ? [`${id}: ${tokens[index]}`] : [],
    );
    expect(long).toEqual([]);
  }, 60_000);
});
