/**
 * What is sent to a server of the OpenAI-compatible protocol and what it may answer: /models, /completions and
 * /chat/completions, with what llama-server, Ollama and LM Studio add. Answers are parsed, never trusted.
 */
import * as z from 'zod';
import type { GenerationRequest } from '../../../core/search/ports.ts';
import { opened } from '../chat/chat-answer.ts';
import { chatMessage } from '../chat/chat-message.ts';

export const modelsSchema = z.object({
  data: z
    .array(
      z.object({
        id: z.string().min(1).max(1000),
        owned_by: z.string().nullish(),
        /** llama-server: the context of one request, and what is in the file. */
        meta: z
          .object({
            n_ctx: z.number(),
            n_ctx_train: z.number(),
            n_params: z.number(),
            size: z.number(),
            ftype: z.string(),
          })
          .partial()
          .nullish(),
        /** vLLM and others: tokens of prompt and answer together. */
        max_model_len: z.number().nullish(),
      }),
    )
    .max(10_000)
    // Ollama without a model says null.
    .nullable(),
});

export type ListedModel = NonNullable<z.infer<typeof modelsSchema>['data']>[number];

/** llama-server: which template conversations go through. */
export const propertiesSchema = z.object({ chat_template: z.string().nullish() });
export const tokenizedSchema = z.object({ tokens: z.array(z.unknown()) });

const partSchema = z.object({
  content: z.string().nullish(),
  /** Thoughts, by servers that tell them apart from the answer. */
  reasoning_content: z.string().nullish(),
  reasoning: z.string().nullish(),
});

/** A piece of a streamed answer; also a whole one, from a server that does not stream. */
export const pieceSchema = z.object({
  choices: z
    .array(
      z.object({
        text: z.string().nullish(),
        delta: partSchema.nullish(),
        message: partSchema.nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .max(16)
    .default([]),
  usage: z.object({ completion_tokens: z.int().min(0) }).nullish(),
  timings: z.object({ predicted_n: z.int().min(0) }).nullish(),
});

const wordsSchema = z.object({ message: z.string(), type: z.string().nullish(), code: z.unknown().optional() });

/** How servers tell errors: {"error": {"message"}}, {"error": "..."}, {"message"} or {"detail": "..."}. */
export const errorSchema = z.union([
  z.object({ error: wordsSchema }).transform(({ error }) => error),
  z.object({ error: z.string() }).transform(({ error }) => ({ message: error, type: null, code: null })),
  wordsSchema,
  z.object({ detail: z.string() }).transform(({ detail }) => ({ message: detail, type: null, code: null })),
]);

export type Words = z.infer<typeof wordsSchema>;

/** How a model is asked there. */
export interface Asking {
  readonly model: string;
  readonly form: 'chat' | 'completion';
  /** Whether it is llama-server, which takes a grammar and every kind of sampling. */
  readonly llamaServer: boolean;
}

/** How far back llama.cpp's repetition penalty looks: as of a model in LLMatic's own process. */
const punishedTokens = 64;

/**
 * The body of a request. llama-server is told every choice, since its own defaults differ from ours, and to compute the
 * whole prompt, since what it kept of an earlier one would change the text; others get what is not switched off.
 */
export function requestBody(request: GenerationRequest, { model, form, llamaServer }: Asking): object {
  const { prompt, prefill = '', maxTokens, temperature, topP, topK, minP, repetitionPenalty, grammar } = request;
  const answer = prefill === '' ? [] : [{ role: 'assistant', content: opened(prefill) }];
  return {
    model,
    ...(form === 'chat'
      ? { messages: [{ role: 'user', content: chatMessage(prompt) }, ...answer] }
      : { prompt: prompt + prefill }),
    max_tokens: maxTokens,
    temperature,
    top_p: topP,
    // Servers keep it in 31 bits, and llama.cpp takes the largest of 32 for none.
    seed: request.seed % 0x7fffffff,
    stream: true,
    stream_options: { include_usage: true },
    ...(llamaServer || topK > 0 ? { top_k: topK } : {}),
    ...(llamaServer || minP > 0 ? { min_p: minP } : {}),
    ...(llamaServer || repetitionPenalty !== 1 ? { repeat_penalty: repetitionPenalty } : {}),
    ...(llamaServer ? { repeat_last_n: punishedTokens, cache_prompt: false, timings_per_token: true } : {}),
    ...(llamaServer && form === 'chat' ? { chat_template_kwargs: { enable_thinking: false } } : {}),
    ...(grammar === undefined ? {} : { grammar }),
  };
}
