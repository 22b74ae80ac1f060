// Models that another program serves, through every door: asked for, refused, chosen for a search, searched with.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../main/doors/run-cli.ts';
import { frames, json, listing, type StandIn, standIn, streaming } from '../main/llm/served/stand-in.ts';
import { asked, refused } from './asking.ts';
import { doors, type OpenDoor } from './doors.ts';
import { tinySearch } from './tiny-search.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-served-doors-'));
const key = 'sk-typed-into-the-window';
let server: StandIn;
beforeAll(async () => {
  const list = listing(['coder:7b', 'other'], 'llamacpp', { n_ctx: 4096, n_params: 7_600_000_000, ftype: 'Q4_K' });
  server = await standIn({
    '/v1/models': (response, one) =>
      one.authorization === `Bearer ${key}` ? list(response, one) : json(response, 401, { error: 'no key' }),
    '/v1/completions': streaming(frames('completion', ['nothing that is a network'])),
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

describe.each(doors)('$name', (door) => {
  let open: OpenDoor;
  beforeAll(async () => {
    open = await door.open(join(folder, door.name.replaceAll(' ', '-')));
  });
  afterAll(() => open.close());

  it('asks a server for its models with the key that was typed, and a search is run with one of them', async () => {
    const { address } = server;
    expect(await refused(open.first, 'models.served', { address, key: 'sk-wrong' })).toMatchObject({
      code: 'server',
      message: expect.stringMatching(/asks for a key \(401: no key\)/),
    });
    expect(await asked(open.first, 'models.served', { address: `${address}#left-aside`, key })).toEqual({
      address,
      remote: false,
      models: ['coder:7b', 'other'].map((name) => ({
        name,
        contextLength: 4096,
        parameters: 7_600_000_000,
        quantization: 'Q4_K',
      })),
    });
    const changes = { ...tinySearch.changes, model: `${address}#coder:7b`, chat: 'off' };
    const { row } = await asked(open.first, 'search.start', { ...tinySearch, changes, name: 'served' });
    await expect
      .poll(async () => (await asked(open.second, 'runs.list', {})).runs[0]?.state, { timeout: 60_000 })
      .toBe('finished');
    const detail = await asked(open.second, 'runs.get', { run: row.id });
    expect(detail.row.model).toBe('coder:7b');
    expect(detail.model).toMatchObject({ hash: null, contextLength: 4096, served: { address, remote: false } });
    expect(JSON.stringify(detail)).not.toContain(key);
    expect(await asked(open.first, 'runs.verify', { run: row.id })).toMatchObject({ ok: true });
    // Whoever looks for models of runs finds files.
    const { models } = await asked(open.first, 'models.list', {});
    expect(models.every(({ file }) => file === null || !file.startsWith('http'))).toBe(true);
  }, 120_000);

  it('says of an address elsewhere what would leave the machine, in the list and in the check of a search', async () => {
    const address = 'http://192.0.2.1:8080/v1';
    expect(await refused(open.first, 'models.served', { address })).toMatchObject({
      code: 'remote-address',
      message: expect.stringContaining('every prompt'),
    });
    const changes = { ...tinySearch.changes, model: `${address}#m` };
    const check = await asked(open.first, 'search.check', { ...tinySearch, changes, name: null });
    expect(check.problem).toMatchObject({ code: 'remote-address', data: { path: 'model' } });
    const allowed = { ...changes, 'served.allowRemote': true };
    expect(
      (await asked(open.first, 'search.check', { ...tinySearch, changes: allowed, name: null })).problem,
    ).toBeNull();
  });

  it('refuses, before it starts, what only the server decides, with the setting named, as the command line does', async () => {
    const model = `${server.address}#coder:7b`;
    for (const [path, value, words, option] of [
      ['generation.mode', 'fast', /^generation\.mode cannot be fast.*reproducible \(leave --fast out\)/, ['--fast']],
      ['generation.threads', 2, /^generation\.threads cannot be 2.*leave --threads out/, ['--threads', '2']],
    ] as const) {
      const changes = { ...tinySearch.changes, model, [path]: value };
      const check = await asked(open.first, 'search.check', { ...tinySearch, changes, name: null });
      expect(check.problem).toMatchObject({ code: 'usage', message: expect.stringMatching(words), data: { path } });
      for (const command of [
        ['search', '--preset', 'demo', '--out', join(folder, 'never')],
        ['model', 'generate', '--prompt-file', import.meta.filename],
      ]) {
        const { exitCode, stdout } = await runCli([...command, '--model', model, ...option, '--json'], { cwd: folder });
        const { error } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
        expect([exitCode, error]).toEqual([2, { kind: 'usage', message: check.problem?.message }]);
      }
    }
  }, 60_000);
});
