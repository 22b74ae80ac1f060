/** `model evaluate`: how many of a model's completions are trainable, distinct, and do what was asked. */
import { join } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { presets } from '../../../core/search/presets.ts';
import { loadInterpreter } from '../../interpreter.ts';
import { evaluateModel } from '../../llm/evaluation/evaluate-model.ts';
import { definitions, type Figures } from '../../llm/evaluation/figures.ts';
import { type Parent, readParents } from '../../llm/evaluation/parents.ts';
import { trialStep } from '../../llm/evaluation/trial-step.ts';
import { packageFolder } from '../../package-folder.ts';
import { readPromptSet } from '../../prompt-sets.ts';
import { createTrainerPool } from '../../training/pool.ts';
import type { Command } from './command.ts';
import { openModel, samplingOf, samplingOptions, samplingUsage, textOption } from './model-options.ts';

/** Groups of parents: those of the training generator and those written by hand are measured apart. */
async function parentGroups(given: string | null): Promise<{ name: string; parents: Parent[] }[]> {
  if (given !== null) return [{ name: given, parents: await readParents(given) }];
  const folder = join(packageFolder(), 'models', 'evaluation');
  return [
    { name: 'generated', parents: await readParents(join(folder, 'parents.json')) },
    { name: 'handwritten', parents: await readParents(join(folder, 'handwritten')) },
  ];
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
  usage: `Usage: llmatic model evaluate [--model FILE.gguf] [--n N] [--parents FILE.json|DIR] [--temperature T] [--seed S] [--json]

Completes every mutation prompt of the paper on every parent and reports, as shares of all completions: trainable,
distinct, copies of the parent, and whether the instruction was followed; all of it as written, and once common slips
are repaired. The JSON holds the definitions.

  --parents P          a JSON list of {"id", "source"}, or a folder of .py files; by default 40 parents of the training
                       generator's unused seeds, and those written by hand, measured apart
  --n N                completions of each prompt on each parent (default 1)
  --max-tokens N       tokens of a completion (default ${presets.demo.sampling.maxTokens}, as the preset demo)
${samplingUsage}`,
  options: { ...samplingOptions, parents: { type: 'string' } },
  async run({ options, positionals, signal, say }) {
    if (positionals.length > 0)
      fail('usage', `model evaluate takes no ${positionals[0]}; the model is --model FILE.gguf.`);
    const sampling = samplingOf(options);
    const groups = await parentGroups(textOption(options, 'parents'));
    const prompts = readPromptSet('paper').mutation;
    const interpreter = await loadInterpreter();
    const pool = await createTrainerPool({ workers: 1, threads: 1 });
    const model = await openModel(sampling, { signal, say });
    try {
      const { how, seed } = sampling;
      const maxTokens = sampling.maxTokens ?? presets.demo.sampling.maxTokens;
      const measured: { name: string; figures: Figures }[] = [];
      for (const { name, parents } of groups) {
        let told = 0;
        const figures = await evaluateModel({
          model,
          interpreter,
          trial: trialStep(pool, seed, signal),
          parents,
          prompts,
          repeats: sampling.n ?? 1,
          sampling: how,
          maxTokens,
          seed,
          signal,
          onProgress(done, all) {
            if (done < all && done - told < 20) return;
            told = done;
            say(`${name}: ${done} of ${all} completions`);
          },
        });
        measured.push({ name, figures });
        if (signal.aborted) break;
      }
      const [first, ...others] = measured;
      if (first === undefined) return fail('internal', 'There was no group of parents to measure.');
      const json = {
        ...first.figures,
        parents: first.name,
        ...Object.fromEntries(others.map((group) => [group.name, group.figures])),
        ...how,
        maxTokens,
        seed,
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
