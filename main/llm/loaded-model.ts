/** A GGUF model loaded by llama.cpp in this process, through node-llama-cpp: from a clear history, or several sequences at once. */
import { basename } from 'node:path';
import {
  getLlama,
  type Llama,
  type LlamaContextSequence,
  LlamaGrammarEvaluationState,
  LlamaLogLevel,
  type LlamaModel,
  type Token,
} from 'node-llama-cpp';
import { FailureError, fail } from '../../core/failure.ts';
import type { Generation, GenerationRequest } from '../../core/search/ports.ts';
import type { GenerationMode } from '../../core/search/settings.ts';
import { codeOfAnswer } from './chat/chat-answer.ts';
import { chatStart, chatTokens } from './chat/chat-prompt.ts';
import { classEnd, completionStart, mayEndClass } from './class-end.ts';
import { llamaEstimator, memoryRoom } from './memory/llama-estimate.ts';
import { type MemoryPlan, planMemory } from './memory/memory-plan.ts';
import type { ToWorker } from './messages.ts';
import { type SequencePool, sequencePool } from './sequence-pool.ts';
import { trialOf } from './threads/measured-trial.ts';
import { chosenThreads, type ThreadTrial } from './threads/thread-trial.ts';

type Load = Extract<ToWorker, { type: 'load' }>;

export interface LoadedModel {
  readonly threads: number;
  /** What the threads were chosen by; null where they were given, or chosen by the model's size. */
  readonly trial: ThreadTrial | null;
  readonly plan: MemoryPlan;
  tokenize(text: string): number[];
  /** Null when `aborted` became true. @throws FailureError `context` when prompt and completion cannot fit. */
  generate(request: GenerationRequest, aborted: () => boolean): Promise<Generation | null>;
}

/** Models under this size run on one thread: with two they spent their time waiting for each other (87 for 1,300 tokens/s). */
const smallModel = 100e6;

/**
 * Threads for a model: one for small models, otherwise the cores that are good for arithmetic, less one for the trainer
 * and the rest of the machine.
 */
export function threadsFor(parameters: number, cores: number): number {
  return parameters < smallModel ? 1 : Math.max(1, cores - 1);
}

/** How far back the repetition penalty looks: llama.cpp's default. */
const punishedTokens = 64;

const longestCharacter = 8;
const unfinishedCharacter = '\ufffd';

/** Turns tokens into text as they come; holds back tokens that end inside a UTF-8 character. */
function textOfTokens(model: LlamaModel): { push(token: Token): string; flush(): string } {
  const before: Token[] = [];
  let pending: Token[] = [];
  function take(text: string): string {
    before.push(...pending);
    if (before.length > longestCharacter) before.splice(0, before.length - longestCharacter);
    pending = [];
    return text;
  }
  return {
    push(token) {
      pending.push(token);
      const text = model.detokenize(pending, false, before);
      return text.endsWith(unfinishedCharacter) && pending.length < longestCharacter ? '' : take(text);
    },
    flush: () => (pending.length === 0 ? '' : take(model.detokenize(pending, false, before))),
  };
}

/** A grammar at its start; @throws FailureError `grammar` when llama.cpp cannot read it. */
async function grammarState(llama: Llama, model: LlamaModel, text: string): Promise<LlamaGrammarEvaluationState> {
  try {
    return new LlamaGrammarEvaluationState({ model, grammar: await llama.createGrammar({ grammar: text }) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return fail('grammar', `llama.cpp cannot read the grammar that begins with ${text.slice(0, 80)}: ${reason}.`);
  }
}

/** How a model was loaded, for every request to it. */
interface Setup {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly template: string | null;
  readonly contextLength: number;
  readonly mode: GenerationMode;
}

/** The tokens of prompt and prefill, as the model is asked. */
function promptTokens({ model, template }: Setup, { prompt, prefill = '' }: GenerationRequest): Token[] {
  // A template brings the token that begins a text itself.
  if (template !== null) return chatTokens(model, template, prompt, prefill);
  const tokens = model.tokenize(prompt + prefill, false);
  const first = model.tokens.bos;
  return first !== null && (model.tokens.shouldPrependBosToken || tokens.length === 0) ? [first, ...tokens] : tokens;
}

/** Readies a sequence for a prompt and gives the tokens of it that are left to evaluate: one at least. */
async function prepared(sequence: LlamaContextSequence, prompt: Token[], mode: GenerationMode): Promise<Token[]> {
  // A prefix kept from the last request would make the numbers, and so the text, depend on it.
  if (mode === 'reproducible') await sequence.clearHistory();
  else await sequence.adaptStateToTokens(prompt.slice(0, -1), false);
  return prompt.slice(sequence.nextTokenIndex);
}

async function generate(
  setup: Setup,
  pool: SequencePool,
  request: GenerationRequest,
  aborted: () => boolean,
): Promise<Generation | null> {
  const { contextLength } = setup;
  const prompt = promptTokens(setup, request);
  if (prompt.length + request.maxTokens > contextLength) {
    fail(
      'context',
      `The prompt has ${prompt.length} tokens and asks for up to ${request.maxTokens} more, but the model has room for ${contextLength} together. Shorten the prompt, lower maxTokens, or use a model with a longer context.`,
    );
  }
  if (prompt.length === 0) fail('usage', 'The prompt is empty, and this model has no token to begin a text with.');
  const sequence = pool.take(prompt);
  try {
    return await write(setup, sequence, prompt, request, aborted);
  } finally {
    pool.release(sequence);
  }
}

async function write(
  { llama, model, template, mode }: Setup,
  sequence: LlamaContextSequence,
  prompt: Token[],
  request: GenerationRequest,
  aborted: () => boolean,
): Promise<Generation | null> {
  const started = performance.now();
  const prefill = request.prefill ?? '';
  const rest = await prepared(sequence, prompt, mode);
  const start = template === null ? completionStart(request.prompt + prefill) : chatStart(prefill);
  const grammar = request.grammar === undefined ? null : await grammarState(llama, model, request.grammar);
  const generated = (written: string, finish: Generation['finish']): Generation => ({
    text: template === null ? prefill + written : codeOfAnswer(written, prefill),
    tokens,
    seconds: (performance.now() - started) / 1000,
    finish,
  });
  const reader = textOfTokens(model);
  let text = '';
  let tokens = 0;
  let finish: Generation['finish'] = 'end';
  const history = [...prompt];
  const stream = sequence.evaluate(rest, {
    temperature: request.temperature,
    topP: request.topP,
    topK: request.topK,
    minP: request.minP,
    seed: request.seed,
    ...(grammar === null ? {} : { grammarEvaluationState: grammar }),
    ...(request.repetitionPenalty === 1
      ? {}
      : {
          repeatPenalty: {
            penalty: request.repetitionPenalty,
            maxPunishTokens: punishedTokens,
            punishTokens: () => history.slice(-punishedTokens),
          },
        }),
    contextShift: {
      strategy: () => fail('context', 'The context is full, although prompt and completion were counted.'),
    },
  });
  for await (const token of stream) {
    if (aborted()) return null;
    tokens++;
    history.push(token);
    const piece = reader.push(token);
    text += piece;
    if (mayEndClass(text, piece)) {
      const cut = classEnd(text, start);
      if (cut !== null) return generated(text.slice(0, cut), 'end');
    }
    if (tokens >= request.maxTokens) {
      finish = 'length';
      break;
    }
  }
  if (aborted()) return null;
  text += reader.flush();
  const cut = classEnd(text, start);
  if (cut !== null) {
    text = text.slice(0, cut);
    finish = 'end';
  }
  return generated(text, finish);
}

type LoadOptions = Omit<Load, 'type' | 'planOnly'> & { readonly onProgress: (share: number) => void };

/** llama.cpp for this process, and its first complaints: they say what is wrong with a file. */
async function startLlama(gpu: boolean): Promise<{ llama: Llama; complaints: string[] }> {
  const complaints: string[] = [];
  const llama = await getLlama({
    gpu: gpu ? 'auto' : false,
    build: 'never',
    skipDownload: true,
    progressLogs: false,
    logLevel: LlamaLogLevel.warn,
    maxThreads: 0,
    logger(level, message) {
      if (level !== LlamaLogLevel.error && level !== LlamaLogLevel.fatal) return;
      const complaint = message.trim();
      if (complaints.length < 2 && !complaints.includes(complaint)) complaints.push(complaint);
    },
  });
  return { llama, complaints };
}

async function planOf(llama: Llama, { file, room, wish }: Pick<Load, 'file' | 'room' | 'wish'>): Promise<MemoryPlan> {
  return planMemory(await llamaEstimator(llama, file), room ?? (await memoryRoom(llama)), wish);
}

/**
 * How a model would be run here. Of the file only the vocabulary is loaded, for which llama.cpp reads the header: it alone
 * tells whether it knows the architecture.
 * @throws FailureError `memory` when it cannot fit, `model-file` when llama.cpp refuses its header.
 */
export async function planModel(options: Pick<Load, 'file' | 'room' | 'wish' | 'gpu'>): Promise<MemoryPlan> {
  const { llama, complaints } = await startLlama(options.gpu);
  try {
    const plan = await planOf(llama, options);
    const model = await llama.loadModel({ modelPath: options.file, gpuLayers: 0, vocabOnly: true });
    await model.dispose();
    return plan;
  } catch (error) {
    return refuse(error, options.file, complaints);
  }
}

function refuse(error: unknown, file: string, complaints: readonly string[]): never {
  if (error instanceof FailureError) throw error;
  const reason = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && error.name === 'InsufficientMemoryError') {
    fail(
      'memory',
      `There is not enough memory for ${basename(file)}: ${reason} Close other programs or use a smaller model.`,
    );
  }
  const detail = complaints.length > 0 ? complaints.join('; ') : reason;
  fail(
    'model-file',
    `llama.cpp cannot load ${basename(file)}: ${detail}. Use a model that this version of llama.cpp supports, or convert it again.`,
  );
}

/**
 * Loads a model: its file is mapped, not copied.
 * @throws FailureError `model-file` when llama.cpp refuses it, `memory` when the machine's is not enough.
 */
export async function loadModel(options: LoadOptions): Promise<LoadedModel> {
  const { llama, complaints } = await startLlama(options.gpu);
  try {
    const plan = options.plan ?? (await planOf(llama, options));
    const { contextLength, sequences, batch, gpuLayers } = plan;
    const model = await llama.loadModel({
      modelPath: options.file,
      gpuLayers,
      useMmap: true,
      onLoadProgress: options.onProgress,
    });
    const trial = await trialOf(options, model, llama.cpuMathCores);
    const threads =
      options.threads ??
      (trial === null ? threadsFor(options.parameters, llama.cpuMathCores) : chosenThreads(trial, options.sparedCores));
    const context = await model.createContext({ sequences, contextSize: contextLength, batchSize: batch, threads });
    const pool = sequencePool(Array.from({ length: sequences }, () => context.getSequence()));
    const setup: Setup = { llama, model, template: options.template, contextLength, mode: options.mode };
    return {
      threads: context.currentThreads,
      trial,
      plan,
      tokenize: (text) => model.tokenize(text, false),
      generate: (request, aborted) => generate(setup, pool, request, aborted),
    };
  } catch (error) {
    return refuse(error, options.file, complaints);
  }
}
