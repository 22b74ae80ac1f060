// Doctor's checks must tell a sound library from one that crashes, hangs in loading, or is missing.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDevices, checkFolder, checkLibrary, checkThreads } from '../../../main/doctor-checks.ts';
import { embeddedModelFile } from '../../../main/llm/embedded.ts';
import { hashFile } from '../../../main/llm/model-file.ts';
import { keptTrials } from '../../../main/llm/threads/kept-trials.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-doctor-'));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const module = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;
const load = 'console.log((await import(process.argv[1])).word);';

describe('doctor', () => {
  it.each(['better-sqlite3', 'onnxruntime-node', 'node-llama-cpp'])(
    'finds %s at work in its own process',
    async (name) => {
      expect(await checkLibrary(name)).toMatchObject({ name, ok: true, detail: expect.stringMatching(/\d/) });
    },
  );

  it('survives a library that crashes its process, and says so', async () => {
    const check = await checkLibrary(
      'crashing',
      load,
      module("process.kill(process.pid, 'SIGSEGV'); await new Promise(() => setInterval(() => {}, 1000));"),
    );
    expect(check).toMatchObject({ ok: false, detail: expect.stringMatching(/crashed \(SIGSEGV\).*npm ci/) });
  });

  it('quotes a library that throws, and one that is not there', async () => {
    const thrown = await checkLibrary('throwing', load, module("throw new Error('no such symbol: OrtFrobnicate');"));
    expect(thrown).toMatchObject({ ok: false, detail: expect.stringContaining('no such symbol: OrtFrobnicate') });
    const missing = await checkLibrary('not-a-library-of-ours');
    expect(missing.ok).toBe(false);
  });

  it('finds the processor able to train networks', async () => {
    expect(await checkDevices(['cpu'])).toMatchObject([{ name: 'device cpu', ok: true, required: true }]);
  });

  it('passes a folder that can be written or made, and refuses a place below a file', () => {
    expect(checkFolder('home', join(home, 'a', 'b'))).toMatchObject({
      ok: true,
      detail: expect.stringContaining('made when'),
    });
    writeFileSync(join(home, 'file'), '');
    expect(checkFolder('home', join(home, 'file', 'b'))).toMatchObject({ ok: false });
    expect(checkFolder('home', home)).toMatchObject({ ok: true, detail: expect.stringMatching(/GiB free/) });
  });

  it('tells the threads that were measured for the embedded model, or that they are not yet', async () => {
    const trials = keptTrials(join(home, 'trials'));
    expect(await checkThreads(trials)).toMatchObject({ ok: true, detail: expect.stringMatching(/^not measured yet/) });
    const speeds = [
      { threads: 1, tokensPerSecond: 1234.5 },
      { threads: 2, tokensPerSecond: 1800 },
    ];
    trials.keep(await hashFile(embeddedModelFile()), { cores: 4, speeds });
    expect((await checkThreads(trials)).detail).toBe('2 of 4 cores (measured 1: 1,230 tokens/s, 2: 1,800 tokens/s)');
  });
});
