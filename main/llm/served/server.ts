/** What a server says of itself: its models, whether it is llama-server, and how the chosen model is to be asked. */
import type { Cancellation } from '../../../core/cancellation.ts';
import { FailureError, fail } from '../../../core/failure.ts';
import type { ChatChoice } from '../../../core/search/settings.ts';
import { kindByName, type PromptForm } from '../chat/prompt-form.ts';
import type { ServedAddress } from './address.ts';
import { type Connection, ServerGone, ServerRefused } from './connection.ts';
import {
  type ListedModel,
  modelsSchema,
  pieceSchema,
  propertiesSchema,
  requestBody,
  tokenizedSchema,
} from './protocol.ts';

export interface ServerModel {
  /** As the server calls it. */
  readonly id: string;
  /** Tokens of prompt and answer together; null where the server does not tell. */
  readonly contextLength: number | null;
  /** What it says of the model besides: parameters, numbers, bytes. */
  readonly told: Readonly<Record<string, string | number>>;
  readonly llamaServer: boolean;
}

function serverModel({ id, owned_by, meta, max_model_len }: ListedModel): ServerModel {
  const context = meta?.n_ctx ?? max_model_len ?? null;
  const told = {
    ...(typeof owned_by === 'string' && owned_by !== '' ? { owner: owned_by } : {}),
    ...(meta?.n_params === undefined ? {} : { parameters: meta.n_params }),
    ...(meta?.size === undefined ? {} : { bytes: meta.size }),
    ...(meta?.ftype === undefined ? {} : { quantization: meta.ftype }),
  };
  return { id, contextLength: Number.isInteger(context) ? context : null, told, llamaServer: owned_by === 'llamacpp' };
}

/** What is said where the server does not answer as one that can be worked with. */
export const remedies = {
  gone: 'Start it (again), or give the address where it listens.',
  path: 'The address of most servers ends in /v1.',
} as const;

/** The failure for a refusal that no other request would escape; null where the request itself may be at fault. */
export function refusal(
  { who, keyRemedy }: Pick<Connection, 'who' | 'keyRemedy'>,
  what: string,
  { status, words }: ServerRefused,
): FailureError['failure'] | null {
  const said = words.message === '' ? '' : `: ${words.message}`;
  if (status === 401 || status === 403) {
    return { kind: 'server', message: `${who} asks for a key (${status}${said}). ${keyRemedy}` };
  }
  if (status === 404 || status === 405 || status === 501) {
    return { kind: 'server', message: `${who} has no ${what} (${status}${said}). ${remedies.path}` };
  }
  return null;
}

/** The failure for a server that cannot be worked with at all, told when a model is opened. */
function unusable(connection: Connection, what: string, error: unknown): never {
  const { who } = connection;
  if (error instanceof ServerGone) {
    return fail('server', `${who} does not answer: ${error.message}. ${remedies.gone}`);
  }
  if (!(error instanceof ServerRefused)) throw error;
  const failure = refusal(connection, what, error);
  if (failure !== null) throw new FailureError(failure);
  return fail('server-answer', `${who} refused ${what}: ${error.message}. Is it an OpenAI-compatible server?`);
}

/**
 * The models that a server lists.
 * @throws FailureError `server` where it cannot be reached, asks for a key or has no list; `server-answer` for an answer
 * of another form
 */
export async function listServed(connection: Connection, signal?: Cancellation): Promise<ServerModel[]> {
  try {
    const { data } = await connection.ask('/models', modelsSchema, undefined, signal);
    return (data ?? []).map(serverModel);
  } catch (error) {
    return unusable(connection, 'list of models at /models', error);
  }
}

const namesShown = 20;

function listed(models: readonly ServerModel[]): string {
  const shown = models.slice(0, namesShown).map(({ id }) => id);
  return `It lists: ${shown.join(', ')}${models.length > namesShown ? ` and ${models.length - namesShown} more` : ''}.`;
}

/**
 * The model that an address means: by its name, the end of a path, or a name without Ollama's tag `latest`; without a
 * name the only one.
 * @throws FailureError `usage` listing the models there are
 */
export function chosenModel({ base, model }: ServedAddress, models: readonly ServerModel[]): ServerModel {
  if (models.length === 0) {
    return fail('server', `The server at ${base} lists no model. Load one there, then try again.`);
  }
  if (model === null) {
    const [only] = models;
    if (only !== undefined && models.length === 1) return only;
    return fail('usage', `model ${base}: the server has ${models.length} models. ${listed(models)} Add #NAME.`);
  }
  const same = models.find(({ id }) => id === model);
  if (same !== undefined) return same;
  const alike = models.filter(({ id }) => id === `${model}:latest` || id.split(/[\\/]/).at(-1) === model);
  const [only] = alike;
  if (only !== undefined && alike.length === 1) return only;
  return fail('usage', `model ${base}#${model}: the server has no such model. ${listed(models)}`);
}

/** Where a template's own words are no tokens of the model, the server made it up for a model that brought none. */
async function madeUpTemplate(connection: Connection, signal?: Cancellation): Promise<string | null> {
  const { chat_template } = await connection.ask('//props', propertiesSchema, undefined, signal);
  const mark = /<\|im_start\|>/.exec(chat_template ?? '')?.[0];
  if (mark === undefined) return null;
  const { tokens } = await connection.ask(
    '//tokenize',
    tokenizedSchema,
    { content: mark, parse_special: true },
    signal,
  );
  return tokens.length > 1 ? mark : null;
}

/** Whether the server answers a conversation with this model; why not, where it has no way to. */
async function noConversations(
  connection: Connection,
  model: ServerModel,
  signal?: Cancellation,
): Promise<string | null> {
  const request = {
    prompt: 'pass',
    maxTokens: 1,
    temperature: 0,
    topP: 1,
    topK: 0,
    minP: 0,
    repetitionPenalty: 1,
    seed: 1,
  };
  const body = { ...requestBody(request, { model: model.id, form: 'chat', llamaServer: false }), stream: false };
  const { stream_options: _, ...whole } = body as typeof body & { stream_options?: unknown };
  try {
    await connection.ask('/chat/completions', pieceSchema, whole, signal);
    return null;
  } catch (error) {
    if (!(error instanceof ServerRefused)) return unusable(connection, 'conversations at /chat/completions', error);
    if ([404, 405, 501].includes(error.status)) return `the server has no conversations (${error.message})`;
    if (/chat.?template/i.test(error.words.message)) return `the server has no chat template (${error.message})`;
    return unusable(connection, 'conversations at /chat/completions', error);
  }
}

/**
 * How the model is asked; `auto` asks for a conversation first, unless its name says that it is a base model.
 * @throws FailureError `server`, `server-answer` as the server answers
 */
export async function servedForm(
  connection: Connection,
  model: ServerModel,
  choice: ChatChoice,
  signal?: Cancellation,
): Promise<PromptForm> {
  const completion = (why: string): PromptForm => ({ form: 'completion', why, template: null });
  const chat = (why: string): PromptForm => ({ form: 'chat', why, template: null });
  if (choice === 'off') return completion('chat is off');
  if (choice === 'on') return chat('chat is on');
  const said = kindByName(model.id);
  if (said?.kind === 'base') return completion(`the model's name says ${said.word}`);
  if (model.llamaServer) {
    const mark = await madeUpTemplate(connection, signal).catch((error: unknown) => {
      if (error instanceof ServerRefused) return null;
      return unusable(connection, 'properties at /props', error);
    });
    if (mark !== null) return completion(`${mark} of the server's template is no token of the model`);
    return chat('the server has a chat template, and no name says base');
  }
  const why = await noConversations(connection, model, signal);
  return why === null ? chat('the server answers conversations, and no name says base') : completion(why);
}
