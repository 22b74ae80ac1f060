import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { FailureError } from '../../../../core/failure.ts';
import { initialNetworkSource } from '../../../../core/search/initial-network.ts';
import { mutationPrompt } from '../../../../core/search/prompt-text.ts';
import type { CommandContext, CommandResult } from '../../../../main/doors/commands/command.ts';
import { modelEvaluateCommand } from '../../../../main/doors/commands/model-evaluate.ts';
import { modelGenerateCommand } from '../../../../main/doors/commands/model-generate.ts';
import { modelInspectCommand } from '../../../../main/doors/commands/model-inspect.ts';
import { modelListCommand } from '../../../../main/doors/commands/model-list.ts';
import { golden, tinyModelFile } from '../../llm/golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-model-commands-'));
afterAll(() => rmSync(folder, { recursive: true }));

function run(
  name: string,
  options: CommandContext['options'],
  positionals: string[] = [],
  say: (line: string) => void = () => {},
): Promise<CommandResult> {
  const command = [modelEvaluateCommand, modelGenerateCommand, modelInspectCommand, modelListCommand].find(
    (one) => one.name === name,
  )!;
  const signal = new AbortController().signal;
  return command.run({ options, positionals, json: true, signal, say, print: () => {}, event: () => {} });
}

async function failureOf(work: Promise<unknown>): Promise<FailureError['failure']> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FailureError)) throw new Error(`No failure: ${String(error)}`);
  return error.failure;
}

describe('model inspect', () => {
  it('shows what the file holds', async () => {
    const { json, text, exitCode } = await run('model inspect', {}, [tinyModelFile('tiny-taught')]);
    expect(json).toMatchObject({
      architecture: 'phi2',
      vocabulary: golden.vocabulary,
      contextLength: 512,
      problems: [],
    });
    expect(text.join('\n')).toContain('F32 x 27');
    expect(exitCode).toBe(0);
  });

  it('needs exactly one file', async () => {
    expect((await failureOf(run('model inspect', {}))).kind).toBe('usage');
    expect((await failureOf(run('model inspect', {}, ['a', 'b']))).kind).toBe('usage');
  });
});

describe('model list', () => {
  it('shows the shipped model first, then those of the home folder, and what is wrong with one', async () => {
    process.env.LLMATIC_HOME = folder;
    mkdirSync(join(folder, 'models'), { recursive: true });
    copyFileSync(tinyModelFile('tiny-random'), join(folder, 'models', 'mine.gguf'));
    writeFileSync(join(folder, 'models', 'broken.gguf'), 'GGUF');
    const { json } = await run('model list', {});
    expect(json).toMatchObject({
      models: [
        { embedded: true, file: expect.stringMatching(/models.llmatic-small\.gguf$/) },
        {
          embedded: false,
          file: expect.stringMatching(/broken\.gguf$/),
          problem: expect.stringContaining('truncated'),
        },
        { embedded: false, name: 'tiny-random', architecture: 'phi2', problem: null },
      ],
    });
  });
});

const sentSchema = z.object({
  samples: z.array(z.object({ text: z.string() })),
  sent: z.object({ text: z.string(), changes: z.array(z.string()) }),
});

describe('model generate', () => {
  const prompt = join(folder, 'prompt.txt');
  const lesson = golden.models['tiny-taught'].greedy[1]!;

  it('writes one sample for each seed, the same for the same seed', async () => {
    writeFileSync(prompt, lesson.prompt);
    const sampled = { model: tinyModelFile('tiny-taught'), 'prompt-file': prompt, n: '3', seed: '5', temperature: '2' };
    const { json } = await run('model generate', sampled);
    const { json: last } = await run('model generate', { ...sampled, n: '1', seed: '7' });
    const samples = (json as { samples: { seed: number; text: string; tokens: number; seconds: number }[] }).samples;
    expect(samples.map((sample) => sample.seed)).toEqual([5, 6, 7]);
    expect(new Set(samples.map((sample) => sample.text)).size).toBe(3);
    expect(last).toMatchObject({ samples: [{ seed: 7, text: samples[2]!.text, tokens: samples[2]!.tokens }] });
  });

  it('writes what transformers writes at temperature 0', async () => {
    writeFileSync(prompt, lesson.prompt);
    const greedy = { model: tinyModelFile('tiny-taught'), 'prompt-file': prompt, temperature: '0' };
    expect((await run('model generate', greedy)).json).toMatchObject({
      samples: [{ text: lesson.text, finish: 'end' }],
    });
  });

  it('sends code and instruction as the embedded model was taught them, however the file ends, and says so', async () => {
    const taught = mutationPrompt(initialNetworkSource, 'Add a layer to improve the above network');
    const texts = new Set<string>();
    for (const end of ['\n\n', '\n', '', '\r\n']) {
      const given = taught.trimEnd() + end;
      writeFileSync(prompt, end.startsWith('\r') ? `\ufeff${given.replace(/\r?\n/g, '\r\n')}` : given);
      const said: string[] = [];
      const call = { 'prompt-file': prompt, temperature: '0', threads: '1', 'max-tokens': '30' };
      const { json } = await run('model generate', call, [], (line) => said.push(line));
      expect(json).toMatchObject({ form: 'completion', sent: { text: taught } });
      const { sent, samples } = sentSchema.parse(json);
      expect(sent.changes.length > 0).toBe(end !== '\n\n');
      const line = said.find((each) => each.startsWith('Sent as a text to continue'));
      expect(line).toContain(end === '\n\n' ? 'as it was given' : sent.changes.join('; '));
      texts.add(samples[0]!.text);
    }
    expect([...texts]).toEqual([expect.stringMatching(/^class Net\(nn\.Module\):\n/)]);
  });

  it('refuses wrong numbers and a missing prompt with the option named', async () => {
    expect((await failureOf(run('model generate', {}))).message).toContain('--prompt-file');
    for (const [option, value] of [
      ['temperature', '-1'],
      ['n', '0'],
      ['n', '1.5'],
      ['seed', 'x'],
      ['top-p', '0'],
      ['max-tokens', ''],
    ] as const) {
      const failure = await failureOf(run('model generate', { 'prompt-file': prompt, [option]: value }));
      expect(failure).toMatchObject({ kind: 'usage', message: expect.stringContaining(`--${option}`) });
    }
  });
});

describe('model evaluate', () => {
  it('measures every prompt of the paper on every parent, the same again for the same seed', async () => {
    const parents = join(folder, 'parents.json');
    writeFileSync(parents, JSON.stringify([{ id: 'initial', source: initialNetworkSource }]));
    const call = { model: tinyModelFile('tiny-taught'), parents, repeats: '2', 'max-tokens': '60', temperature: '1' };
    const { json, exitCode } = await run('model evaluate', call);
    const figures = z
      .object({
        n: z.int(),
        trainable: z.number(),
        byReason: z.record(z.string(), z.int()),
        byPrompt: z.array(z.unknown()),
      })
      .parse(json);
    expect(figures.n).toBe(26);
    expect(figures.byPrompt.length).toBe(13);
    const refused = Object.values(figures.byReason).reduce((sum, count) => sum + count, 0);
    expect(refused).toBe(Math.round(26 * (1 - figures.trainable)));
    expect(exitCode).toBe(0);
    const { json: again } = await run('model evaluate', call);
    expect(again).toMatchObject({ tokens: (json as { tokens: number }).tokens, byReason: figures.byReason });
  });

  it('makes a table of each group at each temperature, of so many completions, and writes each down', async () => {
    const parents = join(folder, 'two.json');
    const samples = join(folder, 'samples.jsonl');
    writeFileSync(parents, JSON.stringify(['a', 'b'].map((id) => ({ id, source: initialNetworkSource }))));
    const model = tinyModelFile('tiny-taught');
    const call = { model, parents, n: '4', 'max-tokens': '20', temperatures: '0.2,1', samples, processes: '2' };
    const { json } = await run('model evaluate', { ...call, groups: `${parents},crossover` });
    const tables = z
      .object({
        n: z.int(),
        tables: z.array(
          z.object({
            group: z.string(),
            temperature: z.number(),
            n: z.int(),
            tokens: z.int(),
            byReason: z.record(z.string(), z.int()),
          }),
        ),
      })
      .parse(json);
    expect(tables.n).toBe(4);
    expect(tables.tables.map(({ group, temperature, n }) => [group, temperature, n])).toEqual([
      [parents, 0.2, 4],
      ['crossover', 0.2, 4],
      [parents, 1, 4],
      ['crossover', 1, 4],
    ]);
    // The figures are those of the completions written down.
    const written = readFileSync(samples, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { group: string; temperature: number; tokens: number; reason: unknown });
    expect(written.length).toBe(16);
    for (const table of tables.tables) {
      const own = written.filter((one) => one.group === table.group && one.temperature === table.temperature);
      expect(own.reduce((sum, one) => sum + one.tokens, 0)).toBe(table.tokens);
      const failed = Object.values(table.byReason).reduce((sum, count) => sum + count, 0);
      expect(own.filter((one) => one.reason !== null).length).toBe(failed);
    }
  });

  it('refuses options that contradict each other', async () => {
    const model = tinyModelFile('tiny-taught');
    for (const [options, words] of [
      [{ temperature: '1', temperatures: '1,2' }, '--temperatures'],
      [{ temperatures: '1,x' }, '--temperatures'],
      [{ temperatures: '0.2,' }, 'has an empty place'],
      [{ n: '2', repeats: '2' }, '--repeats'],
      [{ groups: 'none' }, '--groups'],
      [{ parents: '501' }, '--parents'],
    ] as const) {
      const failure = await failureOf(run('model evaluate', { model, ...options }));
      expect(failure).toMatchObject({ kind: 'usage', message: expect.stringContaining(words) });
    }
  });

  it('refuses a parent that is not accepted', async () => {
    const parents = join(folder, 'bad.json');
    writeFileSync(parents, JSON.stringify([{ id: 'odd', source: 'class Net(nn.Module): pass' }]));
    const failure = await failureOf(run('model evaluate', { model: tinyModelFile('tiny-taught'), parents }));
    expect(failure).toMatchObject({ kind: 'input', message: expect.stringContaining('odd') });
  });
});
