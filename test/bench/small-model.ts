/**
 * What each lever of a model's profile does for a small general model: the figures of `model evaluate` for the model as
 * it is, with each lever alone and with all, and for its grammar sampled without a model. docs/small-models.md has a
 * table of them.
 *
 * Run: node test/bench/small-model.ts FILE.gguf [--rows raw,prefill] [--parents N] [--max-tokens N] [--answers FILE.jsonl]
 *      [--parallel N] [--train]
 * prints one JSON document. SIGINT ends it early: the figures are then those of the completions so far; with `--answers`
 * the same command goes on where it was. --parallel N: N completions at once (fast mode, other texts each time).
 * --train: the networks are trained for a moment (brief-training.ts).
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Levers, noLevers } from '../../core/search/model-profile.ts';
import type { LanguageModel } from '../../core/search/ports.ts';
import { loadInterpreter } from '../../main/interpreter.ts';
import { evaluateModel } from '../../main/llm/evaluation/evaluate-model.ts';
import { type Completion, definitions } from '../../main/llm/evaluation/figures.ts';
import { type Parent, readParents } from '../../main/llm/evaluation/parents.ts';
import { trialStep } from '../../main/llm/evaluation/trial-step.ts';
import { createLanguageModel } from '../../main/llm/language-model.ts';
import { fromTokenBoundary } from '../../main/llm/token-boundary.ts';
import { packageFolder } from '../../main/package-folder.ts';
import { readPromptSet } from '../../main/prompt-sets.ts';
import { createTrainerPool } from '../../main/training/pool.ts';
import { accuraciesOf, brieflyTrained, type Trained } from './brief-training.ts';
import { grammarOnly } from './grammar-only.ts';
import { recordedModel } from './recorded-model.ts';

const rows: Readonly<Record<string, Levers>> = {
  raw: noLevers,
  prefill: { ...noLevers, prefill: true },
  grammar: { ...noLevers, grammar: true },
  example: { ...noLevers, example: true },
  'prefill+grammar': { ...noLevers, prefill: true, grammar: true },
  all: { prefill: true, grammar: true, example: true },
  'grammar without model': { ...noLevers, prefill: true, grammar: true },
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rows: { type: 'string', default: Object.keys(rows).join(',') },
    parents: { type: 'string', default: '16' },
    'max-tokens': { type: 'string', default: '512' },
    answers: { type: 'string' },
    parallel: { type: 'string' },
    train: { type: 'boolean', default: false },
  },
});

const seed = 1;
const sampling = { temperature: 0.6, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 };
const maxTokens = Number(values['max-tokens']);
const how = values.parallel === undefined ? {} : ({ mode: 'fast', parallel: Number(values.parallel) } as const);

/** Named, so that figures compare when parents are added; of at most 1,000 characters, for levers do not depend on length. */
const generated = [0, 3, 8, 11, 16, 22, 26, 33].map((number) => `generated-${number}`);
const handwritten = [
  'all_convolutional',
  'depthwise',
  'lenet',
  'log_softmax',
  'mlp',
  'residual_inline',
  'sequential_whole',
  'stages',
];

/** The first of the two kinds in turn: a bench that ends early has both. */
async function chosenParents(count: number): Promise<Parent[]> {
  const folder = join(packageFolder(), 'models', 'evaluation');
  const all = [
    ...(await readParents(join(folder, 'parents.json'))),
    ...(await readParents(join(folder, 'handwritten'))),
  ];
  const ids = generated.flatMap((id, index) => [id, handwritten[index]]).slice(0, count);
  return ids.flatMap((id) => all.filter((parent) => parent.id === id));
}

const file = positionals[0];
if (file === undefined) throw new Error('Give the model: node test/bench/small-model.ts FILE.gguf');
const stopped = new AbortController();
process.on('SIGINT', () => stopped.abort());
const interpreter = await loadInterpreter();
const pool = await createTrainerPool({ workers: 1, threads: 1 });
const parents = await chosenParents(Number(values.parents));
const prompts = readPromptSet('paper').mutation;
const measured: Record<string, unknown> = {};

/** Each trainable network that is not its parent; one that was written twice counts twice. */
async function trainAll(texts: readonly { readonly of: Completion; readonly text: string }[]): Promise<Trained[]> {
  const trained: Trained[] = [];
  for (const { of, text } of texts) {
    const read = interpreter(text);
    if (!read.ok || of.copy || of.reason !== null || stopped.signal.aborted) continue;
    trained.push({ parent: of.parent, prompt: of.prompt, accuracy: await brieflyTrained(pool, read.value) });
    if (trained.length % 20 === 0)
      process.stderr.write(`${trained.length} of ${texts.length} looked at for training\n`);
  }
  return trained;
}

for (const row of values.rows.split(',')) {
  const levers = rows[row];
  if (levers === undefined) throw new Error(`There is no row ${row}: ${Object.keys(rows).join(', ')}.`);
  if (stopped.signal.aborted) break;
  const tokenizer = fromTokenBoundary(await createLanguageModel({ file, ...how }));
  const writer: LanguageModel = row === 'grammar without model' ? grammarOnly(tokenizer) : tokenizer;
  const model = values.answers === undefined ? writer : recordedModel(writer, values.answers);
  const texts: { readonly of: Completion; readonly text: string }[] = [];
  const { byPrompt, reasons, ...figures } = await evaluateModel({
    models: [model],
    interpreter,
    trial: trialStep(pool, seed, stopped.signal),
    parents,
    prompts,
    amount: { repeats: 1 },
    sampling,
    maxTokens,
    seed,
    levers,
    signal: stopped.signal,
    onCompletion: (of, text) => texts.push({ of, text }),
    onProgress(done, all) {
      if (done % 10 === 0 || done === all) process.stderr.write(`${row}: ${done} of ${all}\n`);
    },
  });
  await tokenizer.close();
  measured[row] = {
    ...figures,
    ...(values.train ? { briefly: accuraciesOf(await trainAll(texts)) } : {}),
    reasons: reasons.slice(0, 5),
    followedByPrompt: byPrompt.map((one) => [one.prompt, one.followed]),
  };
}
await pool.close();
process.stdout.write(
  `${JSON.stringify({ file, parents: parents.map(({ id }) => id), ...sampling, maxTokens, seed, ...how, rows: measured, definitions }, null, 1)}\n`,
);
