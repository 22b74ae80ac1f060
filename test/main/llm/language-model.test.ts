import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FailureError } from '../../../core/failure.ts';
import type { GenerationRequest } from '../../../core/search/ports.ts';
import { createLanguageModel, type LocalLanguageModel } from '../../../main/llm/language-model.ts';
import { threadsFor } from '../../../main/llm/loaded-model.ts';
import { golden, samplingGolden, tinyModelFile } from './golden.ts';

function request(changes: Partial<GenerationRequest> = {}): GenerationRequest {
  return {
    prompt: 'class',
    temperature: 1.2,
    topP: 1,
    topK: 0,
    minP: 0,
    repetitionPenalty: 1,
    maxTokens: 60,
    seed: 11,
    ...changes,
  };
}

async function failureOf(work: Promise<unknown>): Promise<FailureError['failure']> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FailureError)) throw new Error(`No failure: ${String(error)}`);
  return error.failure;
}

/** A zombie that nobody has waited for yet still counts as a process; under Linux its state tells. */
function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    if (process.platform !== 'linux') return true;
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${id}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const moduleUrl = new URL('../../../main/llm/language-model.ts', import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), 'llmatic-model-'));
let random: LocalLanguageModel;
let taught: LocalLanguageModel;

beforeAll(async () => {
  random = await createLanguageModel({ file: tinyModelFile('tiny-random') });
  taught = await createLanguageModel({ file: tinyModelFile('tiny-taught') });
});

afterAll(async () => {
  await random.close();
  await taught.close();
  rmSync(folder, { recursive: true });
});

describe('against transformers', () => {
  it('splits texts into the same tokens', async () => {
    for (const { text, ids } of golden.texts) expect(await random.tokenize(text)).toEqual(ids);
  });

  it('writes the same greedy text while its tokens are clear', async () => {
    let tokens = 0;
    for (const { prompt, clear, clearText } of golden.models['tiny-random'].greedy) {
      const generation = await random.generate(request({ prompt, temperature: 0, maxTokens: clear }));
      expect(generation).toMatchObject({ text: clearText, tokens: clear, finish: 'length' });
      tokens += clear;
    }
    expect(tokens).toBeGreaterThan(100);
  });

  it('stops at the end-of-text token', async () => {
    const lesson = golden.models['tiny-taught'].greedy[1]!;
    expect(lesson.ended).toBe(true);
    const generation = await taught.generate(request({ prompt: lesson.prompt, temperature: 0, maxTokens: 200 }));
    expect(generation).toMatchObject({ text: lesson.text, tokens: lesson.ids.length, finish: 'end' });
  });

  it('stops where the class ends and cuts the text there', async () => {
    const lesson = golden.models['tiny-taught'].greedy[0]!;
    const end = lesson.text.indexOf('net = Net()');
    expect(end).toBeGreaterThan(0);
    const generation = await taught.generate(request({ prompt: lesson.prompt, temperature: 0, maxTokens: 300 }));
    expect(generation).toMatchObject({ text: lesson.text.slice(0, end), finish: 'end' });
    expect(generation.tokens).toBeLessThan(lesson.ids.length);
  });
});

describe('the same seed and prompt', () => {
  it('give the same text whatever ran before, and other seeds others', async () => {
    const alone = await random.generate(request());
    await random.generate(request({ prompt: 'class Net(nn.Module):\n', seed: 3 }));
    await random.generate(request({ seed: 4, maxTokens: 7 }));
    const together = await Promise.all([
      random.generate(request({ seed: 5 })),
      random.generate(request()),
      random.generate(request({ seed: 6 })),
    ]);
    expect(together[1].text).toBe(alone.text);
    expect(new Set(together.map((generation) => generation.text)).size).toBe(3);
  });

  it('give the same text after the process was killed in the midst of it', async () => {
    const long = request({ prompt: golden.texts[0]!.text, temperature: 0.5, maxTokens: 120 });
    const wanted = await random.generate(long);
    expect(wanted.tokens).toBe(120);
    const before = random.processId!;
    const generation = random.generate(long);
    await sleep(5);
    process.kill(before, 'SIGKILL');
    expect((await generation).text).toBe(wanted.text);
    expect(random.processId).toBeGreaterThan(0);
    expect(random.processId).not.toBe(before);
  });

  it('give the same text in a new process', async () => {
    const wanted = await random.generate(request({ seed: 77 }));
    const other = await createLanguageModel({ file: tinyModelFile('tiny-random'), threads: 1, contextLength: 300 });
    expect(other.contextLength).toBe(300);
    expect((await other.generate(request({ seed: 77 }))).text).toBe(wanted.text);
    await other.close();
  });
});

describe('a prefill and a grammar', () => {
  it('a prefill goes on from the prompt as if it had been its end, and stands before what was written', async () => {
    const { prompt, clear, clearText } = golden.models['tiny-random'].greedy[0]!;
    const cut = prompt.length - 3;
    const asked = { prompt: prompt.slice(0, cut), prefill: prompt.slice(cut), temperature: 0, maxTokens: clear };
    const generation = await random.generate(request(asked));
    expect(generation.text).toBe(prompt.slice(cut) + clearText);
  });

  it('every text is a sentence of the grammar and ends with it', async () => {
    const grammar = 'root ::= ("conv" | "pool") [1-9]{2} ";\\n"';
    const texts = new Set<string>();
    for (let seed = 0; seed < 8; seed++) {
      const generation = await random.generate(request({ grammar, seed }));
      expect(generation).toMatchObject({ finish: 'end' });
      expect(generation.text).toMatch(/^(conv|pool)[1-9]{2};\n$/);
      texts.add(generation.text);
    }
    expect(texts.size).toBeGreaterThan(4);
  });

  it('a grammar that llama.cpp cannot read is refused with its beginning', async () => {
    const failure = await failureOf(random.generate(request({ grammar: 'root ::= "a" layer' })));
    expect(failure.kind).toBe('grammar');
    expect(failure.message).toContain('root ::= "a" layer');
  });
});

describe('sampling', () => {
  it('with topK 1 or a tiny topP is greedy', async () => {
    const { prompt, clear, clearText } = golden.models['tiny-random'].greedy[0]!;
    for (const narrow of [{ topK: 1 }, { topP: 1e-6 }]) {
      const generation = await random.generate(request({ prompt, maxTokens: clear, temperature: 1, ...narrow }));
      expect(generation.text).toBe(clearText);
    }
  });

  it.each(samplingGolden.penalties)(
    'writes what transformers writes greedily after $prompt under a repetition penalty of $penalty',
    async ({ prompt, penalty, tokens, text }) => {
      const how = { prompt, temperature: 0, maxTokens: tokens };
      expect((await random.generate(request({ ...how, repetitionPenalty: penalty }))).text).toBe(text);
      expect((await random.generate(request(how))).text).not.toBe(text);
    },
  );

  it.each(samplingGolden.minP)(
    "draws all tokens after $prompt that transformers' min-p keeps, and no others",
    async ({ prompt, minP, texts }) => {
      const drawn = new Set<string>();
      const others = new Set<string>();
      for (let seed = 0; seed < 150; seed++) {
        const how = { prompt, temperature: 1.5, maxTokens: 1, seed };
        drawn.add((await random.generate(request({ ...how, minP }))).text);
        others.add((await random.generate(request(how))).text);
      }
      expect([...drawn].sort()).toEqual([...new Set(texts)].sort());
      expect(others.size).toBeGreaterThan(2 * texts.length);
    },
  );

  it('draws from the whole of a nearly flat distribution, differently for each seed', async () => {
    const first = new Set<string>();
    for (let seed = 0; seed < 60; seed++) {
      first.add((await random.generate(request({ temperature: 10, maxTokens: 1, seed }))).text);
    }
    // 60 uniform draws of 300 tokens hit 54.5 different ones on average; half a vocabulary of single bytes prints alike.
    expect(first.size).toBeGreaterThan(20);
  });
});

describe('limits', () => {
  it('refuses a prompt that leaves no room for the completion, naming both', async () => {
    const prompt = 'x = 1\n'.repeat(100);
    const tokens = (await random.tokenize(prompt)).length;
    const failure = await failureOf(random.generate(request({ prompt, maxTokens: 200 })));
    expect(failure.kind).toBe('context');
    expect(failure.message).toContain(`${tokens} tokens`);
    expect(failure.message).toContain('200 more');
    expect(failure.message).toContain('512');
  });

  it('fills the context to its last token without shifting it', async () => {
    const prompt = 'x = 1\n'.repeat(20);
    const room = 512 - (await random.tokenize(prompt)).length;
    const generation = await random.generate(request({ prompt, temperature: 0, maxTokens: room }));
    expect(generation).toMatchObject({ tokens: room, finish: 'length' });
    expect((await failureOf(random.generate(request({ prompt, maxTokens: room + 1 })))).kind).toBe('context');
  });

  it('refuses settings that are out of range, and a context the model does not have', async () => {
    expect((await failureOf(random.generate(request({ topP: 0 })))).message).toContain('topP');
    const failure = await failureOf(
      createLanguageModel({ file: tinyModelFile('tiny-random'), contextLength: 100_000 }),
    );
    expect(failure).toMatchObject({ kind: 'usage', message: expect.stringContaining('512') });
  });

  it('gives one thread to small models and leaves a core free with large ones', () => {
    expect([threadsFor(4e6, 8), threadsFor(350e6, 8), threadsFor(350e6, 2), threadsFor(350e6, 1)]).toEqual([
      1, 7, 1, 1,
    ]);
  });
});

describe('abort and close', () => {
  it('rejects with the reason at once and is soon free again', async () => {
    const controller = new AbortController();
    const reason = new Error('Enough.');
    const long = random.generate(request({ temperature: 0, maxTokens: 500 }), controller.signal);
    const next = random.generate(request({ maxTokens: 5 }));
    const never = random.generate(request({ maxTokens: 500 }), AbortSignal.abort(reason));
    await expect(never).rejects.toBe(reason);
    setTimeout(() => controller.abort(reason), 5);
    await expect(long).rejects.toBe(reason);
    const aborted = performance.now();
    expect((await next).tokens).toBe(5);
    expect(performance.now() - aborted).toBeLessThan(2000);
  });

  it('ends the process, also in the midst of a generation', async () => {
    const model = await createLanguageModel({ file: tinyModelFile('tiny-random') });
    const id = model.processId!;
    const generation = failureOf(model.generate(request({ temperature: 0, maxTokens: 500 })));
    await sleep(5);
    await model.close();
    expect((await generation).kind).toBe('closed');
    expect(() => process.kill(id, 0)).toThrow();
    expect((await failureOf(model.generate(request()))).kind).toBe('closed');
  });

  it('keeps its process through a Ctrl-C of the terminal', async () => {
    const id = random.processId!;
    process.kill(id, 'SIGINT');
    await sleep(100);
    expect((await random.generate(request({ maxTokens: 5 }))).tokens).toBe(5);
    expect(random.processId).toBe(id);
  });

  it('ends with the process that started it, even when that one is killed', async () => {
    const script = `
      const { createLanguageModel } = await import(${JSON.stringify(moduleUrl)});
      const model = await createLanguageModel({ file: ${JSON.stringify(tinyModelFile('tiny-random'))} });
      console.log(model.processId);
      await model.generate(${JSON.stringify(request({ temperature: 0, maxTokens: 500 }))});
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(owner.stdout, 'data');
    const id = Number(String(line));
    expect(() => process.kill(id, 0)).not.toThrow();
    owner.kill('SIGKILL');
    await expect.poll(() => isAlive(id), { timeout: 10_000 }).toBe(false);
  });

  it('leaves the event loop free', async () => {
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const { seconds } = await random.generate(request({ temperature: 0, maxTokens: 500 }));
    clearInterval(timer);
    expect(longest).toBeLessThan(Math.max(30, (seconds * 1000) / 2));
  });
});

describe('a process that keeps crashing', () => {
  it('is given up after the retries with one clear failure', async () => {
    const model = await createLanguageModel({ file: tinyModelFile('tiny-random'), retries: 1 });
    let stop = false;
    const killer = (async () => {
      while (!stop) {
        if (model.processId !== null) process.kill(model.processId, 'SIGKILL');
        await sleep(1);
      }
    })();
    const failure = await failureOf(model.generate(request({ temperature: 0, maxTokens: 500 })));
    stop = true;
    await killer;
    expect(failure.kind).toBe('model-crash');
    expect(failure.message).toContain('tiny-random.gguf');
    expect(failure.message).toContain('SIGKILL');
    expect((await model.generate(request({ maxTokens: 3 }))).tokens).toBe(3);
    await model.close();
  });

  it('does not take this one along when llama.cpp refuses what our reader takes', async () => {
    const bytes = readFileSync(tinyModelFile('tiny-random'));
    bytes.write('trillikn', bytes.indexOf('trillion'));
    const file = join(folder, 'renamed.gguf');
    writeFileSync(file, bytes);
    const failure = await failureOf(createLanguageModel({ file, retries: 0 }));
    expect(failure.kind).toBe('model-file');
    expect(failure.message).toMatch(/renamed\.gguf.*trillikn/);
  });
});
