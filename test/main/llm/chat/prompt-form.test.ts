import { describe, expect, it } from 'vitest';
import type { GgufHeader } from '../../../../core/gguf/read.ts';
import { promptForm } from '../../../../main/llm/chat/prompt-form.ts';

function header(metadata: Record<string, string>, template = true): GgufHeader {
  const keys = Object.entries({ 'general.architecture': 'llama', ...metadata });
  if (template) keys.push(['tokenizer.chat_template', '{{ messages[0].content }}']);
  return { version: 3, metadata: new Map(keys), tensors: [], dataOffset: 0 };
}

/** Names as published files have them: general.architecture, general.name, general.finetune, file. */
describe('the form of prompts by what a file says', () => {
  it.each([
    ['chat', 'llama', 'Smollm2 135M 8k Lc100K Mix1 Ep2', '8k-lc100k-mix1-ep2', 'SmolLM2-135M-Instruct.Q4_1.gguf'],
    ['chat', 'qwen2', 'Qwen2.5 Coder 1.5B Instruct GGUF', 'Instruct-GGUF', 'qwen2.5-coder-1.5b-instruct-q4_k_m.gguf'],
    ['completion', 'qwen2', 'Qwen2.5 Coder 1.5B', '', 'Qwen2.5-Coder-1.5B.Q8_0.gguf'],
    ['chat', 'qwen3', 'Qwen3 4B', '', 'Qwen3-4B-Q4_K_M.gguf'],
    ['completion', 'qwen3', 'Qwen3 4B Base', 'Base', 'Qwen3-4B-Base.gguf'],
    ['chat', 'llama', 'Llama 3.2 1B Instruct', 'Instruct', 'Llama-3.2-1B-Instruct.gguf'],
    ['chat', 'gemma3', 'Gemma 3 270m It', 'it', 'gemma-3-270m-it-Q8_0.gguf'],
    ['completion', 'gemma3', 'Gemma 3 270m Pt', 'pt', 'gemma-3-270m-pt.gguf'],
  ])('%s: %s, %s', (form, architecture, name, finetune, file) => {
    const found = promptForm(
      header({ 'general.architecture': architecture, 'general.name': name, 'general.finetune': finetune }),
      file,
      'auto',
    );
    expect(found.form).toBe(form);
    expect(found.template === null).toBe(form === 'completion');
  });

  it('a text to continue without a template, whatever the names', () => {
    const found = promptForm(header({ 'general.name': 'CodeGen Instruct' }, false), 'codegen-instruct.gguf', 'auto');
    expect(found).toEqual({
      form: 'completion',
      why: 'the file has no tokenizer.chat_template',
      template: null,
    });
  });

  it('as it was asked for, where that is possible', () => {
    const base = header({ 'general.name': 'Qwen3 4B Base' });
    expect(promptForm(base, 'a.gguf', 'on').form).toBe('chat');
    expect(promptForm(header({}), 'a-instruct.gguf', 'off')).toMatchObject({ form: 'completion', template: null });
    expect(() => promptForm(header({}, false), 'a.gguf', 'on')).toThrow(
      'a.gguf has no tokenizer.chat_template: it cannot be asked as a chat model. Set chat to auto or off.',
    );
  });
});
