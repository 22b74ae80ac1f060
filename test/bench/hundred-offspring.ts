/**
 * How long the embedded model takes to write a generation of the paper's size: 100 offspring, the 13 mutation prompts in
 * turn on the initial network and unseen parents, sampled as the preset demo does. Processor seconds of the model's
 * process say what it takes on a core of its own, whatever else the machine does.
 *
 * Run: taskset -c 0 node test/bench/hundred-offspring.ts [--model FILE.gguf] [--n N] [--parallel N]     prints one JSON document
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { initialNetworkSource } from '../../core/search/initial-network.ts';
import { presets } from '../../core/search/presets.ts';
import { mutationPrompt } from '../../core/search/prompt-text.ts';
import { embeddedModelFile } from '../../main/llm/embedded.ts';
import { readParents } from '../../main/llm/evaluation/parents.ts';
import { createLanguageModel } from '../../main/llm/language-model.ts';
import { packageFolder } from '../../main/package-folder.ts';
import { readPromptSet } from '../../main/prompt-sets.ts';
import { processorSeconds } from './processor-time.ts';

const { values } = parseArgs({
  options: {
    model: { type: 'string', default: embeddedModelFile() },
    n: { type: 'string', default: '100' },
    parallel: { type: 'string' },
  },
});
const how = values.parallel === undefined ? {} : ({ mode: 'fast', parallel: Number(values.parallel) } as const);
const count = Number(values.n);
const { sampling, temperature } = presets.demo;
const { retries: _, grammarTokens: __, ...limits } = sampling;
const parents = await readParents(join(packageFolder(), 'models', 'evaluation', 'parents.json'));
const prompts = readPromptSet('paper').mutation;

const model = await createLanguageModel({ file: values.model, ...how });
const before = processorSeconds(model.processId);
const started = performance.now();
const ownBefore = process.cpuUsage();
const written = await Promise.all(
  Array.from({ length: count }, (_, index) => {
    // A search begins with the initial network and goes on with what it found.
    const source = index % 2 === 0 ? initialNetworkSource : (parents[index % parents.length]?.source ?? '');
    const prompt = mutationPrompt(source, prompts[index % prompts.length]?.text ?? '');
    return model.generate({ ...limits, prompt, temperature: temperature.initial, seed: index });
  }),
);
const seconds = (performance.now() - started) / 1000;
const own = process.cpuUsage(ownBefore);
const after = processorSeconds(model.processId);
const tokens = written.reduce((sum, generation) => sum + generation.tokens, 0);
const processor = before === null || after === null ? null : after - before;
await model.close();
process.stdout.write(
  `${JSON.stringify({
    model: model.name,
    mode: model.mode,
    parallel: model.capacity,
    threads: model.threads,
    offspring: count,
    tokens,
    cutOff: written.filter(({ finish }) => finish === 'length').length,
    seconds: { wall: seconds, modelProcessor: processor, engineProcessor: (own.user + own.system) / 1e6 },
    tokensPerSecond: { wall: tokens / seconds, processor: processor === null ? null : tokens / processor },
  })}\n`,
);
