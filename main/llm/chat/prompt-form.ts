/** Which form a model's prompts take: a conversation through its chat template, or a text to be continued. */

import { fail } from '../../../core/failure.ts';
import type { GgufHeader } from '../../../core/gguf/read.ts';
import type { ChatChoice } from '../../../core/search/settings.ts';

export interface PromptForm {
  /** `chat`: through the template; `completion`: the docstring form of the paper. */
  readonly form: 'chat' | 'completion';
  /** Why, in half a sentence. */
  readonly why: string;
  /** The template of a chat; null otherwise. */
  readonly template: string | null;
}

const templateKey = 'tokenizer.chat_template';
const saysChat = /(?:^|[^a-z])(instruct|chat|it|assistant|sft|dpo)(?:[^a-z]|$)/i;
const saysBase = /(?:^|[^a-z])(base|pretrain(?:ed)?|pt|foundation)(?:[^a-z]|$)/i;
/** Families whose base models bring the chat template too, and whose instruct models say so in their names. */
const templateInBase: ReadonlySet<string> = new Set(['qwen2', 'qwen2moe']);

/** What a model's name says of it: made for chat, a base model, or nothing. */
export function kindByName(name: string): { readonly kind: 'chat' | 'base'; readonly word: string } | null {
  const chat = saysChat.exec(name)?.[1];
  if (chat !== undefined) return { kind: 'chat', word: chat };
  const base = saysBase.exec(name)?.[1];
  return base === undefined ? null : { kind: 'base', word: base };
}

function textAt(header: GgufHeader, key: string): string | null {
  const value = header.metadata.get(key);
  return typeof value === 'string' && value !== '' ? value : null;
}

/**
 * The form for a model's file. `auto` takes the chat where the file has a template and nothing says that it is a base
 * model: the words of general.finetune, general.name and the file's name, in this order.
 * @throws FailureError `usage` for `on` where the file has no template
 */
export function promptForm(header: GgufHeader, file: string, choice: ChatChoice): PromptForm {
  const template = textAt(header, templateKey);
  const completion = (why: string): PromptForm => ({ form: 'completion', why, template: null });
  if (choice === 'off') return completion('chat is off');
  if (template === null) {
    if (choice === 'on') {
      fail('usage', `${file} has no ${templateKey}: it cannot be asked as a chat model. Set chat to auto or off.`);
    }
    return completion(`the file has no ${templateKey}`);
  }
  if (choice === 'on') return { form: 'chat', why: 'chat is on', template };
  const names = [
    { where: 'general.finetune', text: textAt(header, 'general.finetune') },
    { where: 'general.name', text: textAt(header, 'general.name') },
    { where: "the file's name", text: file },
  ];
  for (const { where, text } of names) {
    const said = text === null ? null : kindByName(text);
    if (said === null) continue;
    const why = `the file has a chat template, and ${where} says ${said.word}`;
    return said.kind === 'chat' ? { form: 'chat', why, template } : completion(why);
  }
  const architecture = textAt(header, 'general.architecture') ?? '';
  if (templateInBase.has(architecture)) {
    return completion(`base models of ${architecture} bring a chat template too, and no name says instruct`);
  }
  return { form: 'chat', why: 'the file has a chat template, and no name says base', template };
}
