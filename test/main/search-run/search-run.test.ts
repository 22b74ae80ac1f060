// The engine with its real parts and a language model of random weights: what it writes is refused, what it was given
// is trained, kept, verified and exported. (A search with the embedded model is test/e2e's.)
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../core/contract/events.ts';
import { FailureError } from '../../../core/failure.ts';
import { textsNote } from '../../../core/search/run-parts.ts';
import { parseSettings } from '../../../core/search/setting-paths.ts';
import type { SettingsInput } from '../../../core/search/settings.ts';
import { verifyRun } from '../../../main/run/verify.ts';
import { resumeSearch, startSearch } from '../../../main/search-run/search-run.ts';
import { createRun, openRun } from '../../../main/store/run-folder.ts';
import { runCli } from '../doors/run-cli.ts';
import { smallDescription } from '../store/small-search.ts';

const models = join(import.meta.dirname, '..', '..', 'golden', 'llm');
const randomModel = join(models, 'tiny-random.gguf');

const input: SettingsInput = {
  generations: 1,
  offspring: 2,
  model: randomModel,
  fitness: { split: 'validation' },
  validationImages: 200,
  networkArchive: {
    niches: 10,
    samples: 200,
    widthToDepth: { scale: 'log10', min: -0.5, max: 2.5 },
    flops: { scale: 'log10', min: 4, max: 9 },
  },
  promptArchive: { niches: 10, samples: 200, axis: 13 },
  sampling: { maxTokens: 16 },
  recipe: { epochs: 1, trainImages: 256, batch: 64, learningRate: 0.02 },
  trainer: { workers: 1 },
};

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-engine-'));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

async function kindOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    return error instanceof FailureError ? `${error.failure.kind}: ${error.failure.message}` : String(error);
  }
}

describe('the engine', () => {
  it('runs a search from settings to an exported network, and records what it was run with', async () => {
    const folder = join(home, 'run');
    const events: RunEvent[] = [];
    const outcome = await startSearch(
      { folder, settings: parseSettings(input), preset: null },
      { onEvent: (event) => events.push(event) },
    );
    if (outcome.outcome !== 'finished') throw new Error(outcome.outcome);
    expect(outcome.summary).toMatchObject({ generations: 1, filled: 1, best: { network: 'initial' } });
    expect(outcome.summary.best!.accuracy.test).toBeGreaterThan(0.05);
    expect(readdirSync(outcome.exported!.folder).sort()).toEqual([
      'README.md',
      'manifest.json',
      'model.onnx',
      'net.py',
      'original.txt',
      'weights.safetensors',
    ]);
    expect(Object.keys(outcome.seconds).sort()).toEqual(['export', 'generate', 'interpret', 'total', 'train']);
    const types = events.map((event) => event.type);
    expect(types.indexOf('run')).toBeLessThan(types.indexOf('started'));
    expect(types.at(-1)).toBe('finished');

    const run = openRun(folder, { readOnly: true });
    expect(run.description).toMatchObject({
      seed: 1,
      device: 'cpu',
      workers: 1,
      threads: 1,
      model: { name: 'tiny-random.gguf', hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      dataset: { name: 'builtin', hash: expect.stringMatching(/^[0-9a-f]{64}$/), classes: 10, shape: [3, 32, 32] },
      versions: { llmatic: expect.any(String), 'onnxruntime-node': expect.any(String) },
    });
    expect(run.candidates().map(({ id, interpreted }) => [id, interpreted?.verdict.kind])).toEqual([
      ['initial', 'accepted'],
      ['g000-000', 'refused'],
      ['g000-001', 'refused'],
    ]);
    expect(verifyRun(run).problems).toEqual([]);
    run.close();
  });

  it('pauses on an abort with the state saved, and goes on to the same end', async () => {
    const folder = join(home, 'paused');
    const controller = new AbortController();
    const stopped = await startSearch(
      { folder, settings: parseSettings(input), preset: null },
      {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type === 'training-progress') controller.abort(new Error('stop'));
        },
      },
    );
    expect(stopped).toMatchObject({ outcome: 'interrupted' });
    const halfway = openRun(folder, { readOnly: true });
    expect(halfway.find('initial')?.trained).toBeNull();
    expect(halfway.sessions().map((session) => session.outcome)).toEqual(['interrupted']);
    halfway.close();

    const resumed = await resumeSearch({ folder });
    expect(resumed.outcome).toBe('finished');
    const timeless = (path: string): unknown => {
      const run = openRun(path, { readOnly: true });
      const records = run.candidates();
      run.close();
      return JSON.parse(JSON.stringify(records, (key, value) => (key === 'seconds' ? undefined : value)));
    };
    expect(timeless(folder)).toEqual(timeless(join(home, 'run')));
  });

  it('in fast mode records that several were written at once, says it is not reproducible, and resumes so', async () => {
    const folder = join(home, 'fast');
    const controller = new AbortController();
    const settings = parseSettings({ ...input, offspring: 5, generation: { mode: 'fast', parallel: 3 } });
    const stopped = await startSearch(
      { folder, settings, preset: null },
      {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.type === 'generated' && event.id !== 'initial') controller.abort(new Error('stop'));
        },
      },
    );
    expect(stopped.outcome).toBe('interrupted');
    expect((await resumeSearch({ folder })).outcome).toBe('finished');
    const run = openRun(folder, { readOnly: true });
    expect(run.description.model.how).toMatchObject({ mode: 'fast', fixed: { sequences: 3 } });
    expect(textsNote(run.description.model)).toContain('not reproducible');
    expect(run.candidates()).toHaveLength(6);
    expect(verifyRun(run).problems).toEqual([]);
    run.close();
    for (const command of ['show', 'verify']) {
      const { stdout } = await runCli(['runs', command, folder]);
      expect(stdout).toContain('not reproducible');
    }
    const usual = openRun(join(home, 'run'), { readOnly: true });
    expect(textsNote(usual.description.model)).toBeNull();
    usual.close();
  });

  it('refuses to resume with another model or dataset, naming the remedy', async () => {
    const folder = join(home, 'run');
    const other = await kindOf(resumeSearch({ folder, model: join(models, 'tiny-taught.gguf') }));
    expect(other).toMatch(/^input: The run was made with the model tiny-random.gguf .* --model FILE/);
    expect(await kindOf(resumeSearch({ folder, model: join(home, 'moved.gguf') }))).toMatch(/^(file|model-file): /);

    // A run whose dataset had other images under the same name.
    const changed = join(home, 'changed');
    const source = openRun(folder, { readOnly: true });
    const { description } = source;
    source.close();
    createRun(changed, { ...description, dataset: { ...description.dataset, hash: 'd'.repeat(64) } }).close();
    expect(await kindOf(resumeSearch({ folder: changed }))).toMatch(
      /^input: The run was made with the dataset builtin .* --dataset NAME/,
    );
  });

  it('refuses devices, strategies, prompt sets and folders that it cannot use before it loads anything', async () => {
    const start = (changes: SettingsInput, folder = join(home, 'refused')) =>
      kindOf(startSearch({ folder, settings: parseSettings({ ...input, ...changes }), preset: null }));
    expect(() => parseSettings({ ...input, trainer: { device: 'cuda' } })).toThrow(/trainer.device: .*webgpu is a GPU/);
    expect(() => parseSettings({ ...input, strategy: 'no-such-strategy' })).toThrow(/strategy: .*llmatic/);
    expect(await start({ promptSet: '../secrets' })).toMatch(/^input: promptSet/);
    expect(await start({ model: join(home, 'none.gguf') })).toMatch(/none.gguf/);
    expect(existsSync(join(home, 'refused'))).toBe(false);
    expect(await start({}, join(home, 'run'))).toMatch(/^run: .* already holds a run.*--resume/);
    createRun(join(home, 'begun'), smallDescription).close();
    expect(await start({}, join(home, 'begun'))).toMatch(/already holds a run/);
  });
});
