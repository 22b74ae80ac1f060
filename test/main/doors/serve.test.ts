// `serve` as a process of its own: what it prints, who reaches it, and how it ends.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { verifyRun } from '../../../main/run/verify.ts';
import { openRun } from '../../../main/store/run-folder.ts';
import { tinySearch } from '../../conformance/tiny-search.ts';
import { makeLargeCheckpoint } from '../llm/convert/large-checkpoint.ts';
import { runCli } from './run-cli.ts';
import { connectTo, startServe } from './serve-process.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-serve-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const servingSchema = z.object({
  type: z.literal('serving'),
  url: z.string(),
  port: z.int(),
  runsFolder: z.string(),
  readable: z.array(z.string()),
});

const serve = (words: readonly string[]) => startServe(words, { folder, home: join(folder, 'home') });

describe('serve', () => {
  it('prints the address alone on stdout, at which the page and the engine answer, and ends on Ctrl-C with 130', async () => {
    const served = await serve(['--port', '0']);
    const url = new URL(served.first);
    expect(url.href).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/);
    const wayIn = await fetch(url, { redirect: 'manual' });
    const cookie = wayIn.headers.get('set-cookie')!.split(';')[0]!;
    const page = await (await fetch(new URL('/', url), { headers: { cookie } })).text();
    expect(page).toMatch(/<script type="module"[^>]* src="\.?\/assets\//);
    const script = /src="\.?(\/assets\/[^"]+)"/.exec(page)![1]!;
    expect((await fetch(new URL(script, url), { headers: { cookie } })).headers.get('content-type')).toContain(
      'javascript',
    );
    const client = await connectTo(served.first);
    expect(await client.call('app.describe', {})).toMatchObject({
      runsFolder: join(folder, 'runs'),
      home: join(folder, 'home'),
    });
    await expect(client.call('runs.open', { folder: '/usr/local' })).rejects.toMatchObject({
      failure: { kind: 'not-opened', message: expect.stringMatching(/ serve --allow \/usr`/) },
    });
    expect(await served.interrupt()).toBe(130);
    expect(client.open).toBe(false);
    expect(served.lines).toEqual([served.first, 'Ended; no search was under way.']);
  });

  it('stops a search on Ctrl-C with its state saved, and says how to go on, which works', async () => {
    const served = await serve(['--port', '0', '--json']);
    const { url } = servingSchema.parse(JSON.parse(served.first));
    const client = await connectTo(url);
    const { row } = await client.call('search.start', { ...tinySearch, name: 'stopped' });
    expect(row.state).toBe('running');
    expect(await served.interrupt()).toBe(130);
    const result: unknown = JSON.parse(served.lines.at(-1)!);
    const run = join(folder, 'runs', 'stopped');
    expect(result).toEqual({
      type: 'result',
      outcome: 'interrupted',
      runs: [{ run: 'stopped', folder: run, resume: expect.stringContaining(`search --resume ${run}`) }],
      conversions: [],
    });
    const resumed = await runCli(['search', '--resume', run, '--json'], {
      environment: { LLMATIC_HOME: join(folder, 'home') },
    });
    expect(resumed.exitCode).toBe(0);
    const store = openRun(run, { readOnly: true });
    expect(verifyRun(store).problems).toEqual([]);
    store.close();
  });

  it('says on Ctrl-C which conversion it cancelled, that nothing of it is left, and how to begin it again', async () => {
    const tiny = join(import.meta.dirname, '..', '..', 'golden', 'llm', 'codegen', 'tiny');
    const sizes = { n_embd: 2048, n_head: 16, rotary_dim: 64, n_layer: 8 };
    const large = makeLargeCheckpoint(tiny, join(folder, 'a large one'), sizes).folder;
    const models = join(folder, 'home', 'models');
    for (const words of [[], ['--json']]) {
      const served = await serve(['--port', '0', '--allow', folder, ...words]);
      const url = words.length === 0 ? served.first : servingSchema.parse(JSON.parse(served.first)).url;
      const client = await connectTo(url);
      const { conversion } = await client.call('conversions.start', { path: large, type: 'q4_0' });
      await expect.poll(() => readdirSync(models)).toEqual([expect.stringMatching(/\.gguf\.\d+\.partial$/)]);
      expect(await served.interrupt()).toBe(130);
      // The folder goes too where it was made for this file.
      expect(existsSync(models) ? readdirSync(models) : []).toEqual([]);
      const again = expect.stringContaining(`model convert '${large}' --out '${conversion.file}' --type q4_0`);
      if (words.length > 0) {
        expect(JSON.parse(served.lines.at(-1)!)).toEqual({
          type: 'result',
          outcome: 'interrupted',
          runs: [],
          conversions: [{ folder: large, file: conversion.file, again }],
        });
      } else {
        const [, ...told] = served.lines.filter((line) => line !== '');
        expect(told).toEqual([
          'Ended; no search was under way.',
          `The conversion of ${large} was cancelled, and what was written of ${conversion.file} is removed. Again, from its start:`,
          again,
        ]);
      }
    }
    rmSync(large, { recursive: true });
  }, 60_000);

  it('takes the next port where the usual one is in use, and refuses where it was named', async () => {
    const taken = createServer();
    // Somebody else's use of it serves the test as well.
    await new Promise<void>((resolve) => {
      taken.once('error', () => resolve());
      taken.listen(7801, '127.0.0.1', () => resolve());
    });
    const next = await serve(['--json']);
    expect(servingSchema.parse(JSON.parse(next.first)).port).toBeGreaterThan(7801);
    const refused = await runCli(['serve', '--port', '7801', '--json']);
    expect(refused.exitCode).toBe(1);
    expect(JSON.parse(refused.stdout)).toEqual({
      error: {
        kind: 'port-in-use',
        message: expect.stringMatching(/^Cannot listen on port 7801 of 127\.0\.0\.1: .*--port/),
      },
    });
    expect(await next.interrupt()).toBe(130);
    taken.close();
  });

  it('refuses what it does not understand or what would open it to others', async () => {
    for (const [words, message] of [
      [['--port', '80000'], /^--port 80000/],
      [['--port', 'x'], /^--port x/],
      [['now'], /^serve takes no word "now"/],
      [
        ['--allow', folder, '--allow', join(folder, 'nowhere')],
        /^--allow \S+nowhere: there is no folder of that name\./,
      ],
      [['--host', '0.0.0.0'], /^--host 0\.0\.0\.0 .*--allow-network/],
    ] as const) {
      const { exitCode, stdout } = await runCli(['serve', ...words, '--json'], { cwd: folder });
      expect([exitCode, JSON.parse(stdout)]).toEqual([
        2,
        { error: { kind: 'usage', message: expect.stringMatching(message) } },
      ]);
    }
    expect(readdirSync(folder).sort()).toEqual(['home', 'runs']);
  });
});
