/**
 * Tokens per second of the language model service (its own process, supervised, stopping at the end of a class) against
 * a bare node-llama-cpp loop in this process, on the same file, prompts and seeds, in turns within one run.
 *
 * Run: node test/bench/generation.ts [FILE.gguf] [ROUNDS]     prints one JSON document
 */
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { initialNetworkSource } from '../../core/search/initial-network.ts';
import { mutationPrompt } from '../../core/search/prompt-text.ts';
import { embeddedModelFile } from '../../main/llm/embedded.ts';
import { createLanguageModel } from '../../main/llm/language-model.ts';

const file = process.argv[2] ?? embeddedModelFile();
const rounds = Number(process.argv[3] ?? 15);
const temperature = 0.6;
const mostTokens = 200;

const service = await createLanguageModel({ file });
const llama = await getLlama({
  gpu: false,
  build: 'never',
  skipDownload: true,
  progressLogs: false,
  logLevel: LlamaLogLevel.error,
  maxThreads: 0,
});
const model = await llama.loadModel({ modelPath: file, gpuLayers: 0 });
const context = await model.createContext({ sequences: 1, contextSize: service.contextLength, threads: 1 });
const sequence = context.getSequence();

/** Writes as many tokens as the service did, or one more: so it too evaluates the end of the text where that comes next. */
async function bare(prompt: string, seed: number, tokens: number): Promise<{ text: string; tokens: number }> {
  await sequence.clearHistory();
  const written = [];
  const options = { temperature, topP: 1, topK: 0, minP: 0, seed };
  for await (const token of sequence.evaluate(model.tokenize(prompt, false), options)) {
    written.push(token);
    if (written.length > tokens) break;
  }
  return { text: model.detokenize(written), tokens: written.length };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

const prompt = mutationPrompt(initialNetworkSource, 'Add convolutional layer to improve the above network');
const request = { prompt, temperature, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, maxTokens: mostTokens };
const serviceSpeeds: number[] = [];
const bareSpeeds: number[] = [];
const ratios: number[] = [];
let tokens = 0;
let same = 0;
await service.generate({ ...request, seed: 0 });
await bare(prompt, 0, 20);
for (let seed = 1; seed <= rounds; seed++) {
  const started = performance.now();
  const generation = await service.generate({ ...request, seed });
  const between = performance.now();
  const other = await bare(prompt, seed, generation.tokens);
  const ended = performance.now();
  if (other.text.startsWith(generation.text)) same++;
  tokens += generation.tokens;
  serviceSpeeds.push((1000 * generation.tokens) / (between - started));
  bareSpeeds.push((1000 * other.tokens) / (ended - between));
  ratios.push((serviceSpeeds.at(-1) ?? 0) / (bareSpeeds.at(-1) ?? 1));
}
await service.close();
await llama.dispose();
process.stdout.write(
  `${JSON.stringify({
    model: service.name,
    parameters: service.description.parameters,
    rounds,
    tokens,
    /** Rounds in which both wrote the same text. */
    same,
    service: { tokensPerSecond: median(serviceSpeeds) },
    bare: { tokensPerSecond: median(bareSpeeds) },
    ratio: median(ratios),
  })}\n`,
);
