// A search with a model that another program serves: what it records, and how it ends and goes on when the server is gone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../core/contract/events.ts';
import { FailureError, failureOf } from '../../../core/failure.ts';
import { initialNetworkSource } from '../../../core/search/initial-network.ts';
import { parseSettings } from '../../../core/search/setting-paths.ts';
import type { Settings, SettingsInput } from '../../../core/search/settings.ts';
import { verifyRun } from '../../../main/run/verify.ts';
import { resumeSearch, startSearch } from '../../../main/search-run/search-run.ts';
import { openRun } from '../../../main/store/run-folder.ts';
import { runCli } from '../doors/run-cli.ts';
import { frames, listing, type Respond, type StandIn, standIn, streaming } from '../llm/served/stand-in.ts';

const input: SettingsInput = {
  generations: 1,
  offspring: 3,
  chat: 'off',
  fitness: { split: 'validation' },
  validationImages: 200,
  networkArchive: {
    niches: 10,
    samples: 200,
    widthToDepth: { scale: 'log10', min: -0.5, max: 2.5 },
    flops: { scale: 'log10', min: 4, max: 9 },
  },
  promptArchive: { niches: 10, samples: 200, axis: 13 },
  sampling: { maxTokens: 400 },
  recipe: { epochs: 1, trainImages: 128, batch: 64, learningRate: 0.02 },
  trainer: { workers: 1 },
};

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-served-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const servers: StandIn[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const child = initialNetworkSource
  .replace(/^[\s\S]*?(?=class Net)/, '')
  .replace('nn.Linear(1024, 10)', 'nn.Linear(1024, 10, bias=False)');

async function serve(completions: Respond, models = ['coder:7b']): Promise<StandIn> {
  const server = await standIn({ '/v1/models': listing(models), '/v1/completions': completions });
  servers.push(server);
  return server;
}

const writes = streaming(frames('completion', [child, '\n\nx = 1\n']));

function settingsFor(model: string, served: SettingsInput['served'] = {}): Settings {
  return parseSettings({ ...input, model, served: { retries: 0, ...served } });
}

async function failure(work: Promise<unknown>): Promise<FailureError['failure']> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FailureError)) throw new Error(`No failure: ${String(error)}`);
  return failureOf(error);
}

describe('a search with a served model', () => {
  it('records where its texts came from, levers that can be applied there, and no key', async () => {
    process.env.LLMATIC_API_KEY = 'sk-very-secret';
    const server = await serve(writes);
    const folder = join(home, 'run');
    const events: RunEvent[] = [];
    const outcome = await startSearch(
      { folder, settings: settingsFor(server.address), preset: null },
      { onEvent: (event) => events.push(event) },
    );
    delete process.env.LLMATIC_API_KEY;
    expect(outcome).toMatchObject({ outcome: 'finished', summary: { generated: 3 } });
    expect(server.asked.at(-1)!.authorization).toBe('Bearer sk-very-secret');
    const run = openRun(folder, { readOnly: true });
    expect(run.description.model).toEqual({
      file: server.address,
      name: 'coder:7b',
      hash: null,
      contextLength: null,
      levers: { prefill: true, grammar: false, example: false },
      form: 'completion',
      served: {
        address: server.address,
        model: 'coder:7b',
        remote: false,
        server: 'other',
        told: { owner: 'library' },
      },
    });
    expect(verifyRun(run)).toMatchObject({ ok: true, problems: [] });
    expect(JSON.stringify([run.description, run.candidates(), run.sessions(), events])).not.toContain('sk-very-secret');
    run.close();
    const [text, verified] = await Promise.all([runCli(['runs', 'show', folder]), runCli(['runs', 'verify', folder])]);
    expect(text.stdout).toContain(`Texts came from coder:7b, served at ${server.address}`);
    expect(verified.stdout).toMatch(/Sound: .*\nTexts came from coder:7b/s);
  });

  it('stops when the server is gone, with no candidate set aside, and goes on where the model is served now', async () => {
    let count = 0;
    const first = await serve((response, asked) => (count++ < 1 ? writes(response, asked) : response.destroy()));
    const folder = join(home, 'gone');
    const gone = await failure(startSearch({ folder, settings: settingsFor(first.address), preset: null }));
    expect(gone).toMatchObject({ kind: 'server', message: expect.stringMatching(/closed the connection.*Start it/) });
    expect(gone.message).toContain(first.address);
    const halfway = openRun(folder, { readOnly: true });
    expect(halfway.sessions().map(({ outcome }) => outcome)).toEqual(['failed']);
    expect(halfway.candidates().map(({ id, generated }) => [id, generated === null])).toEqual([
      ['initial', false],
      ['g000-000', false],
      ['g000-001', true],
    ]);
    expect(verifyRun(halfway).problems).toEqual([]);
    halfway.close();
    await first.close();

    expect(await failure(resumeSearch({ folder }))).toMatchObject({
      kind: 'server',
      message: expect.stringContaining('nothing listens'),
    });
    const other = await serve(writes, ['another']);
    expect(await failure(resumeSearch({ folder, model: other.address }))).toMatchObject({
      kind: 'input',
      message: expect.stringMatching(/the model coder:7b served at .*, not another\. .*--model http/),
    });
    const now = await serve(writes, ['another', 'coder:7b']);
    const resumed = await resumeSearch({ folder, model: `${now.address}#coder:7b` });
    expect(resumed).toMatchObject({ outcome: 'finished', summary: { generated: 3 } });
    const whole = openRun(folder, { readOnly: true });
    expect(whole.candidates().every(({ generated }) => generated?.failure === undefined)).toBe(true);
    expect(verifyRun(whole).problems).toEqual([]);
    whole.close();
  });

  it('sets a candidate aside whose request the server refuses, and goes on', async () => {
    let count = 0;
    const server = await serve((response, asked) => {
      if (count++ > 0) return writes(response, asked);
      return response.writeHead(400).end('{"error": {"message": "no such field"}}');
    });
    const folder = join(home, 'refused');
    const settings = parseSettings({ ...settingsFor(server.address), sampling: { maxTokens: 400, retries: 0 } });
    expect(await startSearch({ folder, settings, preset: null })).toMatchObject({ outcome: 'finished' });
    const run = openRun(folder, { readOnly: true });
    expect(run.find('g000-000')?.generated?.failure).toMatchObject({
      kind: 'fault',
      message: expect.stringContaining('no such field'),
    });
    run.close();
  });

  it('is refused before anything is asked: a remote address, a lever that the server does not take', async () => {
    const server = await serve(writes);
    const folder = join(home, 'never');
    const remote = await failure(startSearch({ folder, settings: settingsFor('http://192.0.2.7/v1#m'), preset: null }));
    expect(remote).toMatchObject({ kind: 'remote-address', message: expect.stringContaining('--allow-remote') });
    const fast = parseSettings({ ...settingsFor(server.address), generation: { mode: 'fast' } });
    expect(await failure(startSearch({ folder, settings: fast, preset: null }))).toMatchObject({ kind: 'usage' });
    const settings = parseSettings({ ...settingsFor(server.address), profile: { grammar: 'on' } });
    const lever = await failure(startSearch({ folder, settings, preset: null }));
    expect(lever).toMatchObject({
      kind: 'usage',
      message: expect.stringMatching(/profile\.grammar cannot be on: .*llama-server is/),
    });
    expect(server.asked.map(({ path }) => path)).toEqual(['/v1/models']);
  });

  it("keeps the person's word for its own address alone", async () => {
    const server = await serve(writes);
    const folder = join(home, 'word');
    const settings = settingsFor(server.address, { allowRemote: true });
    await startSearch({ folder, settings, preset: null });
    const elsewhere = 'http://192.0.2.7/v1#coder:7b';
    expect(await failure(resumeSearch({ folder, model: elsewhere }))).toMatchObject({ kind: 'remote-address' });
  });
});
