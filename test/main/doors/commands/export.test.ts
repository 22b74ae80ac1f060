// Exports into places as people have them: their own files there, a name that is taken, an elite whose weights are gone.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { failureOf } from '../../../../core/failure.ts';
import { initialWeights } from '../../../../core/network/initialise.ts';
import type { CandidateStep } from '../../../../core/search/candidate.ts';
import { writeSafetensors } from '../../../../core/tensors/safetensors.ts';
import { exportCommand } from '../../../../main/doors/commands/export.ts';
import { loadInterpreter } from '../../../../main/interpreter.ts';
import { createRun } from '../../../../main/store/run-folder.ts';
import { smallDescription } from '../../store/small-search.ts';

const home = mkdtempSync(join(tmpdir(), 'llmatic-export-command-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const runFolder = join(home, 'run');
const files = ['README.md', 'manifest.json', 'model.onnx', 'net.py', 'original.txt', 'weights.safetensors'];

/** Elites of three niches, the later the better. */
beforeAll(async () => {
  const interpret = await loadInterpreter();
  const run = createRun(runFolder, {
    ...smallDescription,
    settings: { ...smallDescription.settings, offspring: 3 },
    dataset: { ...smallDescription.dataset, classes: 10, shape: [3, 32, 32] },
  });
  // The initial network is in no archive: its text was not read.
  const first: CandidateStep[] = [
    {
      step: 'proposed',
      generation: -1,
      index: 0,
      operator: 'initial',
      parents: [],
      individual: null,
      selection: 'none',
      selectedNiche: null,
      promptText: '',
      seed: 0,
    },
    { step: 'generated', text: '', tokens: 0, seconds: 0, finish: 'end' },
    { step: 'interpreted', verdict: { kind: 'refused', reason: { kind: 'class', message: 'none' } } },
    { step: 'inserted', fitness: null, network: null, prompt: null, credit: 0, nextTemperature: null },
  ];
  for (const step of first) await run.record('initial', step);
  for (const [index, width] of [4, 6, 8].entries()) {
    const text = `class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3072, ${width})
        self.b = nn.Linear(${width}, 10)

    def forward(self, x):
        return self.b(self.a(x.flatten(1)))
`;
    const result = interpret(text);
    if (!result.ok) throw new Error(result.reason.message);
    const { source, hash, measures, network } = result.value;
    const weights = await run.saveWeights(writeSafetensors(initialWeights(network, index)));
    const scores = { train: null, validation: null, test: index / 10 };
    const where = { niche: index, descriptors: [0, 0], clipped: [], added: true, why: 'empty niche', replaced: null };
    const steps: CandidateStep[] = [
      {
        step: 'proposed',
        generation: 0,
        index,
        operator: 'mutation',
        parents: [],
        individual: { prompt: 'improve', temperature: 0.5 },
        selection: 'random',
        selectedNiche: null,
        promptText: text,
        seed: 1,
      },
      { step: 'generated', text, tokens: 1, seconds: 1, finish: 'end' },
      { step: 'interpreted', verdict: { kind: 'accepted', source, hash, measures } },
      {
        step: 'trained',
        sameAs: null,
        weights,
        result: {
          status: 'trained',
          accuracy: scores,
          loss: scores,
          curve: [],
          steps: 1,
          seconds: 1,
          device: 'cpu',
        },
      },
      { step: 'inserted', fitness: index / 10, network: where, prompt: null, credit: 0, nextTemperature: null },
    ];
    for (const step of steps) await run.record(`g000-00${index}`, step);
  }
  run.close();
});

function exported(which: string, out: string, options: Readonly<Record<string, boolean>> = {}) {
  const quiet = { json: true, signal: new AbortController().signal, say() {}, print() {}, event() {} };
  return exportCommand.run({ ...quiet, options: { out, ...options }, positionals: [runFolder, which] });
}

async function refusal(work: Promise<unknown>) {
  return failureOf(await work.catch((error: unknown) => error));
}

describe('export', () => {
  test('makes the folder, writes the same again, and another network only with --force', async () => {
    const out = join(home, 'new', 'best');
    for (let time = 0; time < 2; time++) {
      expect((await exported('best', out)).exitCode).toBe(0);
      expect(readdirSync(out).sort()).toEqual(files);
    }
    const before = readFileSync(join(out, 'net.py'), 'utf8');
    const { kind, message } = await refusal(exported('g000-000', out));
    expect(kind).toBe('exists');
    expect(message).toContain(`${out} holds net.py, weights.safetensors`);
    expect(message).toContain('--force');
    expect(readFileSync(join(out, 'net.py'), 'utf8')).toBe(before);
    await exported('g000-000', out, { force: true });
    expect(readFileSync(join(out, 'net.py'), 'utf8')).not.toBe(before);
    expect(readdirSync(out).sort()).toEqual(files);
  });

  test("leaves a folder with a person's README as it is", async () => {
    const out = join(home, 'mine');
    mkdirSync(out);
    writeFileSync(join(out, 'README.md'), '# My notes\n');
    expect((await refusal(exported('best', out))).message).toContain(`${out} holds README.md already`);
    expect(readdirSync(out)).toEqual(['README.md']);
    expect(readFileSync(join(out, 'README.md'), 'utf8')).toBe('# My notes\n');
  });

  test.each([
    ['n'.repeat(256), 'its name is too long'],
    [join('file', 'below'), 'file is no folder'],
    ['file', 'is a file, not a folder'],
  ])('names a place that cannot be written, %s, with its cause, and leaves nothing', async (name, why) => {
    writeFileSync(join(home, 'file'), '');
    const before = readdirSync(home);
    const { kind, message } = await refusal(exported('best', join(home, name)));
    expect(kind).toBe('file');
    expect(message).toContain(name.slice(0, 4));
    expect(message).toContain(why);
    expect(readdirSync(home)).toEqual(before);
  });

  test('of elites goes on past one whose weights are gone, names it, and fails', async () => {
    const out = join(home, 'elites');
    const all = await exported('elites', out);
    expect(all).toMatchObject({ exitCode: 0, json: { problems: [] } });
    expect(readdirSync(out).sort()).toEqual(['g000-000', 'g000-001', 'g000-002']);
    rmSync(out, { recursive: true });
    rmSync(join(runFolder, 'weights', readdirSync(join(runFolder, 'weights'))[0] ?? ''));
    const { exitCode, json, text } = await exported('elites', out);
    expect(exitCode).toBe(1);
    expect(readdirSync(out)).toHaveLength(2);
    const gone = ['g000-000', 'g000-001', 'g000-002'].find((id) => !existsSync(join(out, id))) ?? '';
    expect(json).toMatchObject({ problems: [{ network: gone, kind: 'run', message: expect.stringContaining(gone) }] });
    expect(text.slice(-2)).toEqual([
      'Not exported: 1 of 3 networks.',
      expect.stringMatching(new RegExp(`^${gone}: The weights of ${gone} are missing.*--resume`)),
    ]);
  });

  test('of elites ends where the place is the trouble, with those before it whole', async () => {
    const out = join(home, 'half');
    mkdirSync(join(out, 'g000-001', 'net.py'), { recursive: true });
    const { exitCode, json } = await exported('elites', out);
    expect(exitCode).toBe(1);
    expect(json).toMatchObject({ problems: [{ network: expect.any(String) }] });
    for (const name of readdirSync(out)) {
      expect(readdirSync(join(out, name)).length === files.length || name === 'g000-001').toBe(true);
    }
  });
});
