/** A model that another program serves, as the search knows it: an OpenAI-compatible server, on this machine unless allowed. */
import type { Cancellation } from '../../../core/cancellation.ts';
import { FailureError, fail } from '../../../core/failure.ts';
import type { Levers } from '../../../core/search/model-profile.ts';
import type { Generation, GenerationRequest, LanguageModel } from '../../../core/search/ports.ts';
import type { ServedRecord } from '../../../core/search/run-parts.ts';
import type { ChatChoice } from '../../../core/search/settings.ts';
import type { PromptForm } from '../chat/prompt-form.ts';
import { parseAddress, requireAllowed, type ServedAddress } from './address.ts';
import { answerOf } from './answer.ts';
import { type Connection, connectionTo, type Limits, ServerGone, ServerRefused } from './connection.ts';
import { keyFor, type ServerKey } from './keys.ts';
import { type Asking, requestBody, type Words } from './protocol.ts';
import { chosenModel, listServed, refusal, remedies, type ServerModel, servedForm } from './server.ts';

export interface ServedModelOptions {
  /** `http://127.0.0.1:8080/v1#NAME`. */
  readonly address: string;
  /** The person's word that it may be on another machine. */
  readonly allowRemote: boolean;
  readonly chat?: ChatChoice;
  /** The server's key; by default what was typed into the window, else LLMATIC_API_KEY where that one may be sent. */
  readonly key?: string | null;
  /** Seconds that the server may say nothing, and that one answer may take. */
  readonly silence?: number;
  readonly longest?: number;
  /** How often a request is sent again to a server that cannot be reached; 4 by default. */
  readonly retries?: number;
  /** Milliseconds before the first of those; each further pause is twice as long. */
  readonly pause?: number;
  readonly signal?: AbortSignal;
  /** Told while it writes: tokens of this answer so far. */
  readonly onTokens?: (tokens: number) => void;
}

/** A {@link LanguageModel} with what only a served one has. */
export interface ServedLanguageModel extends LanguageModel {
  readonly form: PromptForm;
  /** What a run records. */
  readonly served: ServedRecord;
  /** Levers that cannot be applied there, with the reason. */
  readonly unable: Readonly<Partial<Record<keyof Levers, string>>>;
}

const usual = { silence: 300, longest: 3600, retries: 4, pause: 500, connect: 10 } as const;

/** Bytes of an answer: llama-server spends nearly a kilobyte on the event of one token. */
function limitsOf(options: Pick<ServedModelOptions, 'silence' | 'longest'>): Limits {
  const silence = 1000 * (options.silence ?? usual.silence);
  const longest = 1000 * (options.longest ?? usual.longest);
  return { connect: Math.min(1000 * usual.connect, silence), silence, longest, bytes: 1 << 26 };
}

function keyOf(address: ServedAddress, { key }: ServedModelOptions): ServerKey {
  const found = keyFor(address);
  return key === undefined || key === null ? found : { ...found, value: key };
}

/** Waits, unless it is given up. */
function waited(milliseconds: number, signal: Cancellation | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort, { once: true });
  });
}

const longestPause = 15_000;

/**
 * Sends a request again while the server cannot be reached: so often, or, where it says that it is busy, as long as it
 * may be silent.
 * @throws FailureError `server` in the end; whatever `work` throws otherwise
 */
async function patiently<T>(
  work: () => Promise<T>,
  who: string,
  { retries = usual.retries, pause = usual.pause, silence = usual.silence }: ServedModelOptions,
  signal: Cancellation | undefined,
): Promise<T> {
  const began = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ServerGone)) throw error;
      const spent = (performance.now() - began) / 1000;
      const isOver = error.busy ? spent > silence : attempt >= retries;
      if (isOver) {
        const times = attempt === 0 ? '' : `, asked ${attempt + 1} times in ${Math.round(spent)} s`;
        return fail('server', `${who} does not answer: ${error.message}${times}. ${remedies.gone}`);
      }
      await waited(Math.min(pause * 2 ** attempt, longestPause), signal);
    }
  }
}

function isTooLong({ type, code, message }: Words): boolean {
  if (type === 'exceed_context_size_error' || code === 'context_length_exceeded') return true;
  return /context (size|length|window)|maximum context/i.test(message);
}

/** A refused request as the failure it is. `what`: of the server, for a path it does not have. */
function refused(connection: Connection, what: string, error: ServerRefused): never {
  const { who } = connection;
  const failure = refusal(connection, what, error);
  if (failure !== null) throw new FailureError(failure);
  const { status, words } = error;
  if (status < 500 && isTooLong(words)) {
    fail('context', `${who}: ${words.message}. Shorten the prompt, lower maxTokens, or start it with more context.`);
  }
  const said = words.message === '' ? '' : `: ${words.message}`;
  return fail('server-answer', `${who} refused a request (${status}${said}).`);
}

/** Asks a server for its models, without choosing one. @throws as {@link listServed}, `usage` for the address */
export async function modelsServedAt(
  options: ServedModelOptions,
): Promise<{ readonly address: ServedAddress; readonly models: readonly ServerModel[] }> {
  const address = parseAddress(options.address);
  requireAllowed(address, options.allowRemote);
  const connection = connectionTo(address, keyOf(address, options), limitsOf(options));
  try {
    return { address, models: await listServed(connection, options.signal) };
  } finally {
    connection.close();
  }
}

function unableAt({ llamaServer }: ServerModel, form: PromptForm['form'], who: string): ServedLanguageModel['unable'] {
  if (llamaServer) return {};
  const grammar = `${who} is not known to take a grammar; llama-server is`;
  const prefill = `${who} is not known to go on with an answer that was begun; llama-server is`;
  return form === 'chat' ? { grammar, prefill } : { grammar };
}

async function generated(
  connection: Connection,
  asking: Asking,
  request: GenerationRequest,
  onTokens: ServedModelOptions['onTokens'],
  signal: Cancellation | undefined,
): Promise<Generation> {
  const { prompt, prefill = '', maxTokens } = request;
  const started = performance.now();
  const answer = answerOf({ form: asking.form, prompt, prefill, maxTokens }, connection.who);
  const path = asking.form === 'chat' ? '/chat/completions' : '/completions';
  await connection.stream(
    path,
    requestBody(request, asking),
    (bytes, type) => {
      const goesOn = answer.take(bytes, type);
      onTokens?.(answer.tokens);
      return goesOn;
    },
    signal,
  );
  const generation = answer.end((performance.now() - started) / 1000);
  if (generation === null) throw new ServerGone('it ended its answer before saying that it is complete');
  return generation;
}

/**
 * Opens a served model: asks the server for its models and how this one is to be asked. Its texts are as reproducible
 * as the server makes them.
 * @throws FailureError `usage` for the address or a model that is not there, `server` where the server cannot be worked
 * with, `server-answer`. `generate` rejects with `server` when it is gone for good, with `context` where it says that
 * prompt and answer cannot fit, with `server-answer`, or with the signal's reason.
 */
export async function openServedModel(options: ServedModelOptions): Promise<ServedLanguageModel> {
  const address = parseAddress(options.address);
  requireAllowed(address, options.allowRemote);
  const { signal } = options;
  const connection = connectionTo(address, keyOf(address, options), limitsOf(options));
  const { who } = connection;
  try {
    const model = chosenModel(address, await listServed(connection, signal));
    const form = await servedForm(connection, model, options.chat ?? 'auto', signal);
    const asking: Asking = { model: model.id, form: form.form, llamaServer: model.llamaServer };
    const unable = unableAt(model, form.form, who);
    return {
      name: model.id,
      hash: null,
      contextLength: model.contextLength,
      form,
      unable,
      served: {
        address: address.base,
        model: model.id,
        remote: !address.loopback,
        server: model.llamaServer ? 'llama-server' : 'other',
        told: model.told,
      },
      async generate(request, abort) {
        if (request.grammar !== undefined && unable.grammar !== undefined) fail('usage', `${unable.grammar}.`);
        try {
          const work = (): Promise<Generation> => generated(connection, asking, request, options.onTokens, abort);
          return await patiently(work, who, options, abort);
        } catch (error) {
          if (!(error instanceof ServerRefused)) throw error;
          const what = `${form.form === 'chat' ? '/chat/completions' : '/completions'} for the model ${model.id}`;
          return refused(connection, what, error);
        }
      },
      async close() {
        connection.close();
      },
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}
