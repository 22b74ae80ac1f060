import { getLlama } from 'node-llama-cpp';
import { expect, it } from 'vitest';
import { classHeader } from '../../../../core/network/grammar/child-grammar.ts';
import { initialNetworkSource } from '../../../../core/search/initial-network.ts';
import { mutationPrompt } from '../../../../core/search/prompt-text.ts';
import { chatTokens } from '../../../../main/llm/chat/chat-prompt.ts';
import { renderChat } from '../../../../main/llm/chat/chat-template.ts';
import { createLanguageModel } from '../../../../main/llm/language-model.ts';
import { readModelFile } from '../../../../main/llm/model-file.ts';
import { openModelAt } from '../../../../main/llm/open-model.ts';
import { smollm2File } from '../smollm2.ts';
import { chatGolden } from './golden.ts';

it('renders the template of SmolLM2 to the text and the tokens of transformers', async () => {
  const { header } = await readModelFile(smollm2File());
  const template = header.metadata.get('tokenizer.chat_template');
  if (typeof template !== 'string') throw new Error('SmolLM2 has no chat template.');
  const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false });
  const model = await llama.loadModel({ modelPath: smollm2File(), gpuLayers: 0 });
  const ends = { bos: model.tokens.bosString ?? '', eos: model.tokens.eosString ?? '' };
  for (const { message, text, ids } of chatGolden.smollm2) {
    expect(renderChat(template, message, ends)).toBe(text);
    expect(chatTokens(model, template, message)).toEqual(ids);
  }
  await model.dispose();
});

it('goes on after the head of a class that its answer begins with, as a chat and as a text', async () => {
  const prompt = mutationPrompt(initialNetworkSource, 'Add a layer to improve the above network');
  const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, seed: 1, maxTokens: 16 };
  for (const chat of ['on', 'off'] as const) {
    const model = await openModelAt(smollm2File(), {}, { chat, threads: 1 });
    const { text } = await model.generate({ ...sampling, prompt, prefill: classHeader });
    expect(text.slice(0, classHeader.length)).toBe(classHeader);
    expect(text.slice(classHeader.length)).toMatch(/^ {8}self\./);
    await model.close();
  }
}, 300_000);

it('answers with code alone when it is asked as a chat, and with other text when it is not', async () => {
  const prompt = mutationPrompt(initialNetworkSource, 'Add a layer to improve the above network');
  const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, seed: 1 };
  const texts: string[] = [];
  for (const chat of ['auto', 'off'] as const) {
    const model = await createLanguageModel({ file: smollm2File(), chat });
    expect(model.form.form).toBe(chat === 'auto' ? 'chat' : 'completion');
    texts.push((await model.generate({ ...sampling, prompt, maxTokens: 120 })).text);
    await model.close();
  }
  expect(texts[0]).toMatch(/^class Net\(nn\.Module\):\n {4}def __init__/m);
  expect(texts[0]).not.toContain('```');
  expect(texts[1]).not.toBe(texts[0]);
}, 300_000);
