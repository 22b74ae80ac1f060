/** A prompt as the tokens of a conversation with a loaded model, up to where its answer begins. */
import type { LlamaModel, Token } from 'node-llama-cpp';
import { type CompletionStart, completionStart } from '../class-end.ts';
import { opened } from './chat-answer.ts';
import { chatMessage } from './chat-message.ts';
import { renderChat } from './chat-template.ts';

/** Where an answer begins: on a line of its own, after the text that it was given to begin with. */
export function chatStart(prefill: string): CompletionStart {
  return prefill === '' ? { atLineStart: true, openClass: null } : completionStart(prefill);
}

/**
 * Tokens of the rendered template, its special tokens read as such: nothing is put before them, since a template writes
 * the token that begins a text itself. `prefill` is code that the answer begins with, in a fenced block.
 */
export function chatTokens(model: LlamaModel, template: string, prompt: string, prefill = ''): Token[] {
  const ends = { bos: model.tokens.bosString ?? '', eos: model.tokens.eosString ?? '' };
  return model.tokenize(renderChat(template, chatMessage(prompt), ends) + opened(prefill), true);
}
