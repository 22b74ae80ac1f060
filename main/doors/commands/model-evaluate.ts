/** `model evaluate`: how many of a model's completions are trainable, distinct, and do what was asked. */
import { join } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { presets } from '../../../core/search/presets.ts';
import { loadCellInterpreter } from '../../cell-interpreter.ts';
import { loadInterpreter } from '../../interpreter.ts';
import { type EvaluationOptions, evaluateTasks, mutationTasks } from '../../llm/evaluation/evaluate-model.ts';
import { definitions, type Figures } from '../../llm/evaluation/figures.ts';
import { cellTasks, crossoverTasks, randomTasks } from '../../llm/evaluation/groups.ts';
import { type Parent, readParents } from '../../llm/evaluation/parents.ts';
import { trialStep } from '../../llm/evaluation/trial-step.ts';
import { packageFolder } from '../../package-folder.ts';
import { readCellPromptSet, readPromptSet } from '../../prompt-sets.ts';
import { createTrainerPool } from '../../training/pool.ts';
import type { Command } from './command.ts';
import {
  leversOption,
  leversUsage,
  openModel,
  samplingOf,
  samplingOptions,
  samplingUsage,
  textOption,
} from './model-options.ts';

/** Parents of the training generator that are measured unless more are asked for: minutes on one core. */
const usualParents = 40;

/** Groups of parents: those of the training generator and those written by hand are measured apart. */
async function parentGroups(given: string | null): Promise<{ name: string; parents: Parent[] }[]> {
  const count = given !== null && /^[1-9]\d*$/.test(given) ? Number(given) : null;
  if (given !== null && count === null) return [{ name: given, parents: await readParents(given) }];
  const folder = join(packageFolder(), 'models', 'evaluation');
  const generated = await readParents(join(folder, 'parents.json'));
  if (count !== null && count > generated.length) {
    fail('usage', `--parents ${count}: the training generator's unused seeds give ${generated.length} parents.`);
  }
  return [
    { name: 'generated', parents: generated.slice(0, count ?? usualParents) },
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

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`.padStart(8);
}

function table(name: string, figures: Figures): string {
  const head = `${name}: ${figures.n} completions, ${Math.round(figures.tokensPerSecond)} tokens/s`;
  const columns = `  ${'prompt'.padEnd(20)} trainable distinct   copies followed`;
  const whole = [
    { ...figures, prompt: 'all' },
    { ...figures.withRepair, prompt: 'all, repaired' },
  ];
  const rows = [...whole, ...figures.byPrompt].map(
    (row) =>
      `  ${row.prompt.padEnd(20)}  ${percent(row.trainable)} ${percent(row.distinct)} ${percent(row.copies)} ${percent(row.followed)}`,
  );
  const reasons = figures.reasons.slice(0, 8).map((reason) => `  ${reason.count} x ${reason.kind}: ${reason.message}`);
  return [head, columns, ...rows, ...(reasons.length > 0 ? ['  not trainable because:', ...reasons] : [])].join('\n');
}

export const modelEvaluateCommand: Command = {
  name: 'model evaluate',
  summary: 'Measure how well a language model changes networks.',
  usage: `Usage: llmatic model evaluate [--model FILE.gguf] [--n N] [--parents FILE.json|DIR|N] [--temperature T] [--seed S] [--json]

Completes every mutation prompt of the paper on every parent and reports, as shares of all completions: trainable,
distinct, copies of the parent, and whether the instruction was followed; all of it as written, and once common slips
are repaired. On the first group of parents also crossover of two and of three; beside them networks from the initial
one (random), and the prompts of NAS-Bench-201 on cells drawn uniformly. The JSON holds the definitions.

  --parents P          a JSON list of {"id", "source"}, or a folder of .py files; or a number up to 500: so many parents
                       of the training generator's unused seeds (default ${usualParents}), and those written by hand apart
  --groups A,B         some of: generated, handwritten (or the parents given), crossover, random, nasbench201
  --n N                completions of each prompt on each parent (default 1)
  --max-tokens N       tokens of a completion (default ${presets.demo.sampling.maxTokens}, as the preset demo)
${leversUsage} (default auto)
${samplingUsage}`,
  options: {
    ...samplingOptions,
    parents: { type: 'string' },
    groups: { type: 'string' },
    levers: { type: 'string' },
  },
  async run({ options, positionals, signal, say }) {
    if (positionals.length > 0)
      fail('usage', `model evaluate takes no ${positionals[0]}; the model is --model FILE.gguf.`);
    const sampling = samplingOf(options);
    const groups = await parentGroups(textOption(options, 'parents'));
    const prompts = readPromptSet('paper');
    const chosen = chosenGroups(
      textOption(options, 'groups'),
      groups.map(({ name }) => name),
    );
    const interpreter = await loadInterpreter();
    const pool = await createTrainerPool({ workers: 1, threads: 1 });
    const model = await openModel(sampling, { signal, say });
    try {
      const { how, seed } = sampling;
      const levers = leversOption(options, 'auto', model.description);
      const maxTokens = sampling.maxTokens ?? presets.demo.sampling.maxTokens;
      const measured: { name: string; figures: Figures }[] = [];
      const measuredOn = (name: string, parents: readonly Parent[]): EvaluationOptions => {
        let told = 0;
        return {
          model,
          interpreter,
          trial: trialStep(pool, seed, signal),
          parents,
          prompts: prompts.mutation,
          repeats: sampling.n ?? 1,
          sampling: how,
          levers,
          maxTokens,
          seed,
          signal,
          onProgress(done, all) {
            if (done < all && done - told < 20) return;
            told = done;
            say(`${name}: ${done} of ${all} completions`);
          },
        };
      };
      const first = groups[0]?.parents ?? [];
      const readCell = await loadCellInterpreter();
      const planned = [
        ...groups.map(({ name, parents }) => ({ name, parents, tasks: mutationTasks })),
        { name: 'crossover', parents: first, tasks: (of: EvaluationOptions) => crossoverTasks(of, prompts) },
        { name: 'random', parents: first, tasks: (of: EvaluationOptions) => randomTasks(of, prompts) },
        {
          name: 'nasbench201',
          parents: first,
          tasks: (of: EvaluationOptions) => cellTasks(of, readCellPromptSet(), readCell),
        },
      ];
      for (const { name, parents, tasks } of planned) {
        if (!chosen.has(name) || signal.aborted) continue;
        const own = measuredOn(name, parents);
        measured.push({ name, figures: await evaluateTasks(own, tasks(own)) });
      }
      const [leading, ...following] = measured;
      if (leading === undefined) return fail('internal', 'There was no group of parents to measure.');
      const json = {
        ...leading.figures,
        parents: leading.name,
        ...Object.fromEntries(following.map((group) => [group.name, group.figures])),
        ...how,
        maxTokens,
        seed,
        levers,
        model: { name: model.name, hash: model.hash },
        form: model.form.form,
        interrupted: signal.aborted,
        definitions,
      };
      const text = measured.map(({ name, figures }) => table(name, figures)).join('\n\n');
      return { json, text, exitCode: signal.aborted ? 130 : 0 };
    } finally {
      await model.close();
      await pool.close();
    }
  },
};
