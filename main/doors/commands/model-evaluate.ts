/** `model evaluate`: how many of a model's completions are trainable, distinct, and do what was asked. */
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { answerTokens } from '../../../core/search/model-profile.ts';
import { presets } from '../../../core/search/presets.ts';
import { jsonText } from '../../../core/text/json-text.ts';
import { writeFailure } from '../../files/file-trouble.ts';
import { lineWriter } from '../../files/line-writer.ts';
import { type EvaluationOptions, evaluateTasks, mutationTasks } from '../../llm/evaluation/evaluate-model.ts';
import { type Completion, definitions, type Figures } from '../../llm/evaluation/figures.ts';
import { cellTasks, crossoverTasks, randomTasks } from '../../llm/evaluation/groups.ts';
import { type Parent, readParents } from '../../llm/evaluation/parents.ts';
import { trialStep } from '../../llm/evaluation/trial-step.ts';
import type { ReadyModel } from '../../llm/open-model.ts';
import { packageFolder } from '../../package-folder.ts';
import { readCellPromptSet, readPromptSet } from '../../prompt-sets.ts';
import { readingThread } from '../../reading/reading-thread.ts';
import { createTrainerPool } from '../../training/pool.ts';
import type { Command } from './command.ts';
import { definitionLines, tableOf } from './evaluation-text.ts';
import {
  leversOption,
  leversUsage,
  numberOption,
  openModel,
  samplingOf,
  samplingOptions,
  samplingUsage,
  temperaturesOption,
} from './model-options.ts';
import { type Options, textOption } from './options.ts';
import { forceOption, outputOption } from './outputs.ts';

/** Parents of the training generator that are measured unless more are asked for: minutes on one core. */
const usualParents = 40;

/**
 * Groups of parents: those of the training generator and those written by hand are measured apart. `total`: completions
 * asked for of each group, null for all prompts on all parents.
 */
async function parentGroups(
  given: string | null,
  total: number | null,
): Promise<{ name: string; parents: Parent[] }[]> {
  const count = given !== null && /^[1-9]\d*$/.test(given) ? Number(given) : null;
  if (given !== null && count === null) return [{ name: given, parents: await readParents(given) }];
  const folder = join(packageFolder(), 'models', 'evaluation');
  const generated = await readParents(join(folder, 'parents.json'));
  if (count !== null && count > generated.length) {
    fail('usage', `--parents ${count}: the training generator's unused seeds give ${generated.length} parents.`);
  }
  return [
    { name: 'generated', parents: generated.slice(0, count ?? (total === null ? usualParents : generated.length)) },
    { name: 'handwritten', parents: await readParents(join(folder, 'handwritten')) },
  ];
}

/** What is measured beside the mutations of the parents' own groups, on the first of those groups. */
const others = ['crossover', 'random', 'nasbench201'] as const;

/** The groups asked for; all where none is named. @throws FailureError (`usage`) */
function chosenGroups(given: string | null, parents: readonly string[]): Set<string> {
  const known = [...parents, ...others];
  if (given === null) return new Set(known);
  const chosen = given.split(',').map((name) => name.trim());
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown !== undefined)
    fail('usage', `--groups ${unknown}: there is no such group. There is: ${known.join(', ')}.`);
  return new Set(chosen);
}

/** A completion as a line of `--samples`. */
function sampleOf({ network, repaired, ...completion }: Completion): object {
  const news = network === null ? null : { kinds: [...network.news.kinds], shapes: [...network.news.layers] };
  const mended = repaired === null ? null : { hash: repaired.hash, copy: repaired.copy, reason: repaired.reason };
  return { ...completion, place: network?.place ?? null, new: news, repaired: mended };
}

interface SamplesFile {
  write(line: object): void;
  /** Why it is not whole; null where it is. */
  end(): string | null;
  close(): void;
}

/** Writes each completion to `--samples FILE`, one JSON object a line, as they end. @throws FailureError `file` */
function samplesFile(options: Options): SamplesFile {
  const output = outputOption(options, 'samples', 'JSON lines', []);
  if (output === null) return { write() {}, end: () => null, close() {} };
  let file: number;
  try {
    file = openSync(output.path, 'w');
  } catch (error) {
    throw writeFailure(`--samples ${output.path}`, error);
  }
  // A disk that fills up costs lines of the file, never the figures.
  const writer = lineWriter(file);
  return {
    write: (line) => void writer.line(jsonText(line)),
    end() {
      const missing = writer.end();
      return missing === null ? null : `--samples ${output.path} is not whole: ${missing}.`;
    },
    close: () => closeSync(file),
  };
}

export const modelEvaluateCommand: Command = {
  name: 'model evaluate',
  summary: 'Measure how well a language model changes networks.',
  usage: `Usage: llmatic model evaluate [--model FILE.gguf] [--n N] [--parents FILE.json|DIR|N] [--temperatures A,B,C]
                              [--groups A,B] [--seed S] [--json]

Asks the model to change networks as a search does, and reports as shares of all completions: trainable, instruction
followed, different from the parent, distinct, copies, added to an archive that begins empty, with new kinds of layer and
with new shapes; why the rest is not trainable; tokens and seconds; all of it as written, and once common slips are
repaired. The definitions stand below the tables and in the JSON. Ctrl-C ends it with the figures so far.

Groups: parents of the training generator (generated) and written by hand (handwritten) with the paper's mutation prompts,
crossover of two and of three, networks from the initial one (random), NAS-Bench-201's prompts on cells drawn uniformly.

  --n N                completions of each group: parents one after another, the next prompt each time, so that
                       --parents 500 --n 500 is one prompt on each of 500 parents; without it every prompt on every parent
  --repeats N          without --n: completions of each prompt on each parent (default 1)
  --parents P          a JSON list of {"id", "source"}, or a folder of .py files; or a number up to 500: so many parents
                       of the training generator's unused seeds (default 500 with --n, else ${usualParents}), and those written by hand
  --groups A,B         some of: generated, handwritten (or the parents given), crossover, random, nasbench201
  --temperatures A,B   one table of each group for each (default 0.6)
  --max-tokens N       tokens of a completion (default ${presets.demo.sampling.maxTokens}, with a grammar
                       ${presets.demo.sampling.grammarTokens}, as the preset demo)
  --samples FILE       writes every completion to FILE as it ends: JSON lines with text, network hash, reason; such a file
                       that is there is written anew
  --force              replace any other file too
  --processes N        the model in so many processes, which share the work (default 1); changes no figure but seconds
${leversUsage} (default auto)
${samplingUsage}`,
  options: {
    ...samplingOptions,
    parents: { type: 'string' },
    groups: { type: 'string' },
    levers: { type: 'string' },
    temperatures: { type: 'string' },
    repeats: { type: 'string' },
    samples: { type: 'string' },
    ...forceOption,
    processes: { type: 'string' },
  },
  stopping: () => 'Stopping with the figures so far.',
  async run({ options, positionals, signal, say, print }) {
    if (positionals.length > 0)
      fail('usage', `model evaluate takes no ${positionals[0]}; the model is --model FILE.gguf.`);
    const sampling = samplingOf(options);
    const temperatures = temperaturesOption(options) ?? [sampling.how.temperature];
    const repeats = numberOption(options, 'repeats', { min: 1, max: 1e6, whole: true });
    const processes = numberOption(options, 'processes', { min: 1, max: 64, whole: true }) ?? 1;
    if (repeats !== null && sampling.n !== null) fail('usage', 'Give --n or --repeats, not both.');
    const amount = sampling.n === null ? { repeats: repeats ?? 1 } : { total: sampling.n };
    const groups = await parentGroups(textOption(options, 'parents'), sampling.n);
    const prompts = readPromptSet('paper');
    const chosen = chosenGroups(
      textOption(options, 'groups'),
      groups.map(({ name }) => name),
    );
    const samples = samplesFile(options);
    const reading = readingThread();
    const interpreter = reading.interpreter();
    const pool = await createTrainerPool({ workers: 1, threads: 1 });
    const models: ReadyModel[] = [];
    try {
      while (models.length < processes) models.push(await openModel(sampling, { signal, say }));
      const [model] = models;
      if (model === undefined) return fail('internal', 'There is no model to measure.');
      const { how, seed } = sampling;
      const levers = leversOption(options, 'auto', model);
      const maxTokens = sampling.maxTokens ?? answerTokens(presets.demo.sampling, levers.grammar);
      const shared = { models, interpreter, trial: trialStep(pool, seed, signal), prompts: prompts.mutation, amount };
      const first = groups[0]?.parents ?? [];
      const planned = [
        ...groups.map(({ name, parents }) => ({ name, parents, tasks: mutationTasks })),
        { name: 'crossover', parents: first, tasks: (of: EvaluationOptions) => crossoverTasks(of, prompts) },
        { name: 'random', parents: first, tasks: (of: EvaluationOptions) => randomTasks(of, prompts) },
        {
          name: 'nasbench201',
          parents: first,
          tasks: (of: EvaluationOptions) => cellTasks(of, readCellPromptSet(), reading.cell),
        },
      ].filter(({ name }) => chosen.has(name));
      const tables: { group: string; temperature: number; figures: Figures }[] = [];
      for (const temperature of temperatures) {
        for (const { name, parents, tasks } of planned) {
          if (signal.aborted) break;
          let told = 0;
          const own: EvaluationOptions = {
            ...shared,
            parents,
            sampling: { ...how, temperature },
            levers,
            maxTokens,
            seed,
            signal,
            onProgress(done, all) {
              if (done < all && done - told < 20) return;
              told = done;
              say(`${name}, temperature ${temperature}: ${done} of ${all} completions`);
            },
            onCompletion: (completion, text) =>
              samples.write({ group: name, temperature, ...sampleOf(completion), text }),
          };
          const figures = await evaluateTasks(own, await tasks(own));
          tables.push({ group: name, temperature, figures });
          for (const line of [...tableOf(name, temperature, figures), '']) print(line);
        }
      }
      const [leading] = tables;
      if (leading === undefined) return fail('internal', 'There was no group of parents to measure.');
      const following = tables.filter((table) => table.temperature === leading.temperature && table !== leading);
      const json = {
        ...leading.figures,
        parents: leading.group,
        ...Object.fromEntries(following.map(({ group, figures }) => [group, figures])),
        ...how,
        temperature: leading.temperature,
        tables: tables.map(({ figures, ...table }) => ({ ...table, ...figures })),
        maxTokens,
        seed,
        levers,
        mode: sampling.mode,
        model: { name: model.name, hash: model.hash, ...(model.served === null ? {} : { served: model.served }) },
        form: model.form.form,
        interrupted: signal.aborted,
        definitions,
      };
      const missing = samples.end();
      if (missing !== null) say(missing);
      return { json, text: definitionLines(), exitCode: signal.aborted ? 130 : missing === null ? 0 : 1 };
    } finally {
      samples.close();
      await Promise.all(models.map((model) => model.close()));
      await Promise.all([pool.close(), reading.close()]);
    }
  },
};
