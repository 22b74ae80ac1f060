// Against llama.cpp's own server. What the texts have to be, transformers says (test/golden/llm/make.py), or the same
// file in LLMatic's own process.
import { afterEach, describe, expect, it } from 'vitest';
import { FailureError } from '../../../../core/failure.ts';
import { initialNetworkSource } from '../../../../core/search/initial-network.ts';
import type { GenerationRequest } from '../../../../core/search/ports.ts';
import { mutationPrompt } from '../../../../core/search/prompt-text.ts';
import { embeddedModelFile } from '../../../../main/llm/embedded.ts';
import { createLanguageModel } from '../../../../main/llm/language-model.ts';
import { openServedModel, type ServedModelOptions } from '../../../../main/llm/served/served-model.ts';
import { runCli } from '../../doors/run-cli.ts';
import { golden, tinyModelFile } from '../golden.ts';
import { smollm2File } from '../smollm2.ts';
import { type LlamaServer, llamaServer } from './llama-server.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of opened.splice(0).reverse()) await end();
});

async function start(file: string, port = 0, key?: string): Promise<LlamaServer> {
  const server = await llamaServer(file, port, key);
  opened.push(() => server.kill());
  return server;
}

async function open(address: string, options: Partial<ServedModelOptions> = {}) {
  const model = await openServedModel({ address, allowRemote: false, ...options });
  opened.push(() => model.close());
  return model;
}

const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, seed: 1 };
const change = mutationPrompt(initialNetworkSource, 'Add a layer to improve the above network');

describe('the real llama-server', () => {
  it('writes what transformers writes at temperature 0, and stops where the class has ended', async () => {
    const random = await start(tinyModelFile('tiny-random'));
    const written = await open(random.address, { chat: 'off' });
    for (const { prompt, clear, clearText } of golden.models['tiny-random'].greedy) {
      const generation = await written.generate({ ...sampling, prompt, maxTokens: clear });
      expect(generation).toMatchObject({ tokens: clear, finish: 'length' });
      // The server keeps back the bytes of a character that the last token left unfinished.
      const whole = (text: string): string => text.replace(/\ufffd+$/, '');
      expect(whole(generation.text)).toBe(whole(clearText));
    }
    const taught = await start(tinyModelFile('tiny-taught'));
    const model = await open(taught.address);
    expect(model).toMatchObject({ form: { form: 'completion' }, served: { server: 'llama-server' } });
    const [network, greeting] = golden.models['tiny-taught'].greedy;
    const one = await model.generate({ ...sampling, prompt: network!.prompt, maxTokens: 220 });
    expect(one.text).toMatch(/class Net.*return self\.fc1\(x\)\s*$/s);
    expect(network!.text.startsWith(one.text)).toBe(true);
    expect(network!.text.slice(one.text.length)).toMatch(/^\S/);
    const two = await model.generate({ ...sampling, prompt: greeting!.prompt, maxTokens: 220 });
    expect(two).toMatchObject({ text: greeting!.text, finish: 'end' });
  }, 120_000);

  it('writes the same text for the same seed whatever came before, and holds to a grammar', async () => {
    const server = await start(embeddedModelFile());
    const model = await open(server.address);
    const request: GenerationRequest = { ...sampling, temperature: 1, prompt: change, maxTokens: 120 };
    const first = await model.generate({ ...request, seed: 7 });
    const other = await model.generate({ ...request, seed: 8 });
    const again = await model.generate({ ...request, seed: 7 });
    expect(again.text).toBe(first.text);
    expect(again.tokens).toBe(first.tokens);
    expect(other.text).not.toBe(first.text);
    const grammar = 'root ::= "abc" [d-f] "x"';
    const held = await model.generate({ ...request, prompt: 'y = ', grammar });
    expect(held.text).toMatch(/^abc[d-f]x$/);
    await expect(model.generate({ ...request, grammar: 'root := nothing' })).rejects.toThrow(/grammar/);
  }, 120_000);

  it('writes what the same file writes here in a chat, after a beginning too', async () => {
    const server = await start(smollm2File());
    const served = await open(server.address);
    expect(served.form.form).toBe('chat');
    const here = await createLanguageModel({ file: smollm2File(), contextLength: 1024 });
    opened.push(() => here.close());
    for (const prefill of ['', 'class Net(nn.Module):\n    def __init__(self']) {
      const request: GenerationRequest = { ...sampling, prompt: change, maxTokens: 24, prefill };
      const [there, local] = [await served.generate(request), await here.generate(request)];
      expect(there.text).toBe(local.text);
      expect(there.tokens).toBe(local.tokens);
    }
  }, 300_000);

  it('says that a prompt is too long, asks for its key, and is left when an answer is given up', async () => {
    const server = await start(embeddedModelFile(), 0, 'sk-secret');
    await expect(open(server.address)).rejects.toThrow(/asks for a key \(401.*LLMATIC_API_KEY/);
    const model = await open(server.address, { key: 'sk-secret' });
    const long = await model
      .generate({ ...sampling, prompt: change.repeat(50), maxTokens: 10 })
      .catch((error) => error);
    expect(long).toBeInstanceOf(FailureError);
    expect(long.failure).toMatchObject({ kind: 'context', message: expect.stringContaining('1024') });
    const controller = new AbortController();
    const endless = { ...sampling, temperature: 10, prompt: change, maxTokens: 900 };
    const work = model.generate(endless, controller.signal);
    setTimeout(() => controller.abort(new Error('enough')), 100);
    await expect(work).rejects.toThrow('enough');
    // Its one place is free again.
    expect((await model.generate({ ...sampling, prompt: change, maxTokens: 5 })).tokens).toBeLessThanOrEqual(5);
  }, 120_000);

  it('is asked again when it was killed in the midst of an answer and started anew', async () => {
    const server = await start(embeddedModelFile());
    let tokens = 0;
    const model = await open(server.address, { pause: 1000, onTokens: (count) => (tokens = count) });
    const request: GenerationRequest = { ...sampling, temperature: 10, prompt: change, maxTokens: 900, seed: 3 };
    const work = model.generate(request);
    while (tokens === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await server.kill();
    await start(embeddedModelFile(), server.port);
    expect((await work).text).toBe((await model.generate(request)).text);
  }, 120_000);

  it('serves model inspect, model generate and model evaluate', async () => {
    const server = await start(embeddedModelFile());
    const inspected = await runCli(['model', 'inspect', server.address, '--json']);
    expect(JSON.parse(inspected.stdout)).toMatchObject({ server: 'llama-server', contextLength: 1024, problems: [] });
    const words = [
      '--model',
      server.address,
      '--parents',
      '1',
      '--n',
      '6',
      '--groups',
      'generated',
      '--max-tokens',
      '300',
    ];
    const evaluated = await runCli(['model', 'evaluate', ...words, '--levers', 'none', '--json']);
    expect(evaluated.stderr).not.toContain('rror');
    const figures = JSON.parse(evaluated.stdout);
    expect(figures).toMatchObject({
      n: 6,
      model: { hash: null, served: { server: 'llama-server' } },
      form: 'completion',
    });
    // The embedded model writes networks wherever it runs.
    expect(figures.trainable).toBeGreaterThan(0.4);
  }, 300_000);
});
