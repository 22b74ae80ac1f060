import { getLlama, type LlamaModel } from 'node-llama-cpp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mutationPrompt } from '../../../../core/search/prompt-text.ts';
import { chatMessage } from '../../../../main/llm/chat/chat-message.ts';
import { chatTokens } from '../../../../main/llm/chat/chat-prompt.ts';
import { renderChat } from '../../../../main/llm/chat/chat-template.ts';
import { tinyModelFile } from '../golden.ts';
import { chatGolden, templates } from './golden.ts';

describe('chat templates against transformers', () => {
  it.each(chatGolden.rendered)('$template: the same text', ({ template, message, text }) => {
    expect(renderChat(templates[template] ?? '', message, chatGolden.ends)).toBe(text);
  });

  describe('tokens', () => {
    let model: LlamaModel;

    beforeAll(async () => {
      const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false });
      model = await llama.loadModel({ modelPath: tinyModelFile('tiny-random'), gpuLayers: 0 });
    });
    afterAll(() => model.dispose());

    it('are the same, those of special tokens and of the beginning among them', () => {
      for (const { template, message, ids } of chatGolden.tokens) {
        expect(chatTokens(model, templates[template] ?? '', message)).toEqual(ids);
      }
    });

    it('go on with what the answer is to begin with, in a block of code', () => {
      const template = templates[chatGolden.tokens[0]!.template]!;
      const whole = chatTokens(model, template, 'Write a network.', 'class Net(');
      expect(model.detokenize(whole, true)).toMatch(/assistant:\n```python\nclass Net\($/);
    });
  });

  it('shows the network in a block and ends the instruction with the request for one class', () => {
    const message = chatMessage(mutationPrompt('\nclass Net(nn.Module):\n    pass\n\n', 'Add a layer.'));
    expect(message).toBe(
      '```python\nclass Net(nn.Module):\n    pass\n```\n\nAdd a layer. Answer with the complete Python code of that one class in one code block, and nothing else.',
    );
    expect(chatMessage('"""Add a layer""" is no prompt of ours')).toBe('"""Add a layer""" is no prompt of ours');
  });

  it('refuses a template that cannot be read, and one that refuses, with the remedy', () => {
    const render = (template: string) => () => renderChat(template, 'x', { bos: '', eos: '' });
    expect(render('{% for x in %}')).toThrow(/cannot be rendered: .*Set chat to off/);
    expect(render("{{ raise_exception('Only systems') }}")).toThrow(
      /refuses the prompt: Only systems\. Set chat to off/,
    );
  });
});
