// The protocol as OpenAI's API reference, llama.cpp's tools/server/README.md and Ollama's docs/openai.md have it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GenerationRequest } from '../../../../core/search/ports.ts';
import { mutationPrompt } from '../../../../core/search/prompt-text.ts';
import { eventStream } from '../../../../main/llm/served/event-stream.ts';
import { failureOf, openedInTests } from './opened.ts';
import { frames, json, listing, type Respond, streaming } from './stand-in.ts';

const { serve, open } = openedInTests();

const request: GenerationRequest = {
  prompt: mutationPrompt('class Net(nn.Module):\n    pass\n', 'Add a layer to improve the above network'),
  temperature: 0.7,
  topP: 0.9,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
  maxTokens: 100,
  seed: 0xffffffff,
};

const net = 'class Net(nn.Module):\n    def forward(self, x):\n        return x\n';
const one = listing(['m']);

describe('a served model', () => {
  it('gets the message that a chat template gets, with seed and sampling, and its code is taken out of the fence', async () => {
    const answer = frames('chat', ['Here it is:\n', '```python\n', net], { usage: 41 });
    const server = await serve({ '/v1/models': one, '/v1/chat/completions': streaming(answer) });
    const model = await open(server.address, { chat: 'on' });
    expect(await model.generate({ ...request, topK: 20 })).toMatchObject({
      text: net,
      tokens: 41,
      finish: 'end',
    });
    const { body, authorization } = server.asked.at(-1)!;
    expect(body.messages).toEqual([
      {
        role: 'user',
        content:
          '```python\nclass Net(nn.Module):\n    pass\n```\n\nAdd a layer to improve the above network. Answer with the complete Python code of that one class in one code block, and nothing else.',
      },
    ]);
    expect(body).toMatchObject({ model: 'm', temperature: 0.7, top_p: 0.9, top_k: 20, max_tokens: 100, stream: true });
    expect(body.seed).toBeGreaterThanOrEqual(0);
    expect(body.seed).toBeLessThan(2 ** 31);
    expect(Object.keys(body)).not.toContain('min_p');
    expect(authorization).toBeNull();
    expect(model).toMatchObject({
      name: 'm',
      hash: null,
      contextLength: null,
      served: { remote: false, server: 'other' },
    });
  });

  it('stops where the class has ended: the text is cut there and the request given up', async () => {
    const pieces = [net, '\n\nimport', ' os\n'];
    const server = await serve({
      '/v1/models': one,
      '/v1/completions': (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
        response.write(frames('completion', pieces, { open: true }));
      },
    });
    const model = await open(server.address);
    const { text, finish } = await model.generate({ ...request, prefill: '' });
    expect({ text: text.trimEnd(), finish }).toEqual({ text: net.trimEnd(), finish: 'end' });
    await server.asked.at(-1)!.gone;
    expect(server.asked.at(-1)!.body.prompt).toBe(request.prompt);
  });

  it('reads the same text wherever the bytes are cut, with either line break', async () => {
    const pieces = ['héllo ', '→ "wörld" ', '\u{1f642}', '\n\ttab'];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 40 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        async (sizes, line) => {
          const bytes = frames('completion', pieces, { line });
          const stream = eventStream('It');
          const values: string[] = [];
          for (let at = 0, index = 0; at < bytes.length; index++) {
            const size = sizes[index % sizes.length]!;
            values.push(...stream.push(bytes.subarray(at, at + size)).map((event) => event.value));
            at += size;
          }
          values.push(...stream.end().map((event) => event.value));
          expect(values.at(-1)).toBe('[DONE]');
          const text = values.slice(0, -1).map((value) => JSON.parse(value).choices[0]?.text ?? '');
          expect(text.join('')).toBe(pieces.join(''));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('reads an answer that comes byte by byte, and one that is not streamed at all', async () => {
    const bytes = frames('completion', ['x = ', 'é', '\n'], { usage: 3 });
    const server = await serve({
      '/v1/models': one,
      '/v1/completions': async (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const byte of bytes) {
          response.write(Buffer.from([byte]));
          await new Promise((resolve) => setImmediate(resolve));
        }
        response.end();
      },
    });
    expect(await (await open(server.address)).generate(request)).toMatchObject({ text: 'x = é\n', tokens: 3 });
    const plain = await serve({
      '/v1/models': one,
      '/v1/completions': (response) =>
        json(response, 200, { choices: [{ text: 'y', finish_reason: 'length' }], usage: { completion_tokens: 100 } }),
    });
    expect(await (await open(plain.address)).generate(request)).toMatchObject({
      text: 'y',
      tokens: 100,
      finish: 'length',
    });
  });

  it('counts pieces where the server tells no tokens, and stops one that does not keep to the limit', async () => {
    const server = await serve({
      '/v1/models': one,
      '/v1/completions': (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write(frames('completion', Array(50).fill(' x'), { open: true }));
      },
    });
    const tokens: number[] = [];
    const model = await open(server.address, { onTokens: (count) => tokens.push(count) });
    expect(await model.generate({ ...request, maxTokens: 10 })).toMatchObject({ tokens: 10, finish: 'length' });
    await server.asked.at(-1)!.gone;
    expect(tokens.at(-1)).toBeGreaterThan(0);
  });

  it('asks llama-server for its own sampling, with the grammar and the beginning of the answer', async () => {
    const server = await serve({
      '/v1/models': listing(['a.gguf'], 'llamacpp', { n_ctx: 2048, n_params: 5, size: 9, ftype: 'F16' }),
      '/v1/chat/completions': streaming(frames('chat', ['```python\nclass Net(nn.Module):\n', '    x = 1\n'])),
    });
    const model = await open(server.address, { chat: 'on' });
    expect(model).toMatchObject({ contextLength: 2048, unable: {}, served: { server: 'llama-server' } });
    const prefill = 'class Net(nn.Module):\n';
    // The server repeats the beginning that it was given: it counts once.
    expect((await model.generate({ ...request, prefill, grammar: 'root ::= "x"' })).text).toBe(`${prefill}    x = 1\n`);
    const { body } = server.asked.at(-1)!;
    expect(body).toMatchObject({ top_k: 0, min_p: 0, repeat_penalty: 1, cache_prompt: false, grammar: 'root ::= "x"' });
    expect(body.messages.at(-1)).toEqual({ role: 'assistant', content: `\`\`\`python\n${prefill}` });
  });

  it('does not take a grammar to another server', async () => {
    const server = await serve({ '/v1/models': one });
    const model = await open(server.address, { chat: 'on' });
    expect(Object.keys(model.unable)).toEqual(['grammar', 'prefill']);
    expect(await failureOf(model.generate({ ...request, grammar: 'root ::= "x"' }))).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('grammar'),
    });
  });

  it('is asked as a chat where the server has conversations, as a completion where it has none or the name says base', async () => {
    const chat = await serve({
      '/v1/models': listing(['m', 'm-base']),
      '/v1/chat/completions': (response) => json(response, 200, { choices: [{ message: { content: 'x' } }] }),
    });
    expect((await open(`${chat.address}#m`, { chat: 'auto' })).form.form).toBe('chat');
    expect((await open(`${chat.address}#m-base`, { chat: 'auto' })).form.form).toBe('completion');
    const none = await serve({ '/v1/models': one });
    expect((await open(none.address, { chat: 'auto' })).form).toMatchObject({ form: 'completion' });
  });

  it('is asked as a completion where llama-server made the template up', async () => {
    const template = "{%- for m in messages -%}{{ '<|im_start|>' + m.role }}{%- endfor -%}";
    const routes = (tokens: number[]): Readonly<Record<string, Respond>> => ({
      '/v1/models': listing(['m'], 'llamacpp'),
      '/props': (response) => json(response, 200, { chat_template: template }),
      '/tokenize': (response) => json(response, 200, { tokens }),
    });
    const made = await serve(routes([314, 780, 62]));
    expect((await open(made.address, { chat: 'auto' })).form.form).toBe('completion');
    const brought = await serve(routes([1]));
    expect((await open(brought.address, { chat: 'auto' })).form.form).toBe('chat');
  });

  it('is found by its name, by the end of a path or without a tag; otherwise the models are listed', async () => {
    const several = await serve({ '/v1/models': listing(['qwen:latest', '/models/b.gguf', 'b']) });
    expect((await open(`${several.address}#qwen`)).name).toBe('qwen:latest');
    expect((await open(`${several.address}#b.gguf`)).name).toBe('/models/b.gguf');
    const unnamed = await failureOf(open(several.address));
    expect(unnamed).toMatchObject({ kind: 'usage', message: expect.stringMatching(/3 models.*qwen:latest.*#NAME/) });
    const wrong = await failureOf(open(`${several.address}#llama`));
    expect(wrong).toMatchObject({ kind: 'usage', message: expect.stringMatching(/#llama.*qwen:latest, /) });
    const empty = await serve({ '/v1/models': (response) => json(response, 200, { object: 'list', data: null }) });
    expect(await failureOf(open(empty.address))).toMatchObject({
      kind: 'server',
      message: expect.stringContaining('Load'),
    });
  });
});
