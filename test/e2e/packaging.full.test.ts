// The packaged app: what is in it and what is not, and that it works: plain Node runs it in Electron's stead.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CliOutcome, outcomeOf } from '../main/doors/run-cli.ts';
import { type PackagedApp, packageApp } from './packaged-app.ts';
import { startPackagedEngine } from './packaged-engine.ts';
import { descendants, isAlive } from './processes.ts';

let home: string;
let app: PackagedApp;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-packaged-'));
  app = packageApp(home);
}, 300_000);

afterAll(() => rmSync(home, { recursive: true, force: true }));

const workplace = (name: string): string => {
  const folder = join(home, name);
  mkdirSync(folder, { recursive: true });
  return folder;
};

/** The packaged command line, from a folder that holds nothing of the checkout. */
function startPackaged(words: readonly string[], folder: string) {
  return spawn(process.execPath, [join(app.folder, 'dist', 'main', 'doors', 'cli.js'), ...words], {
    cwd: folder,
    env: { ...process.env, LLMATIC_HOME: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

const runPackaged = (words: readonly string[], folder: string): Promise<CliOutcome> =>
  outcomeOf(startPackaged(words, folder));

const lastLine = (text: string): unknown => JSON.parse(text.trimEnd().split('\n').at(-1)!);

/** The demo, smaller: the embedded model, one generation of two. */
const small = ['--preset', 'demo', '--set', 'generations=1', '--set', 'offspring=2', '--set', 'recipe.epochs=1'];

describe('what is packaged', () => {
  it('holds everything that runs, the licence, and the licences of what was bundled', () => {
    for (const file of [
      'package.json',
      'LICENSE',
      'dist/main/doors/electron.js',
      'dist/main/doors/cli.js',
      'dist/main/engine-process.js',
      'dist/main/engine/verification/worker.js',
      'dist/main/llm/worker.js',
      'dist/main/training/worker.js',
      'dist/preload/preload.cjs',
      'dist/renderer/index.html',
      'prompts/paper.json',
      'models/llmatic-small.gguf',
      'node_modules/onnxruntime-common/package.json',
      'node_modules/tree-sitter-python/tree-sitter-python.wasm',
      'node_modules/web-tree-sitter/web-tree-sitter.wasm',
    ]) {
      expect(app.files).toContain(file);
    }
    const licences = readFileSync(join(app.folder, 'dist', 'renderer', 'licences.txt'), 'utf8');
    for (const name of ['react 19', 'zod 4', 'source-sans-3 5', 'SIL OPEN FONT LICENSE']) {
      expect(licences).toContain(name);
    }
    expect(
      app.files.filter((file) => /^node_modules\/(better-sqlite3|node-llama-cpp|ws)\/LICENSE/.test(file)),
    ).toHaveLength(3);
  });

  it('holds no test, no TypeScript, no training of the model, no tool, no binary of another platform', () => {
    const strange = app.files.filter(
      (file) =>
        /^(test|core|main|renderer|preload|docs|models\/(training|evaluation))\//.test(file) ||
        /\.(ts|tsx|cts|mts|map|py)$/.test(file) ||
        /^node_modules\/(react|vite|vitest|electron|electron-builder|typescript|@typescript|@biomejs|playwright-core|d3-)/.test(
          file,
        ),
    );
    expect(strange).toEqual([]);
    const native = app.files.filter((file) => /\.(node|so|dylib|dll)(\.[\d.]+)?$/.test(file));
    const here = new RegExp(`(linux[-/]${process.arch}|reflink-linux-${process.arch})`);
    expect(native.filter((file) => !here.test(file))).toEqual([]);
    expect(native.length).toBeGreaterThanOrEqual(4);
    // Patterns of one platform alone would make electron-builder begin with everything that lies in the folder.
    const packaged = /^(dist|prompts|models|node_modules)\/|^(package\.json|LICENSE)$/;
    expect(app.files.filter((file) => !packaged.test(file))).toEqual([]);
  });

  it('keeps beside the archive what native code opens, and nothing of the app’s own code', () => {
    expect(app.unpacked).toContain('models/llmatic-small.gguf');
    const opened = app.files.filter((file) => /\.(node|so|gguf)(\.[\d.]+)?$/.test(file));
    expect(opened.filter((file) => !app.unpacked.includes(file))).toEqual([]);
    expect(app.unpacked.filter((file) => file.startsWith('dist/'))).toEqual([]);
  });

  it('is below 120 MB without Electron, less than 15 of them in the archive', () => {
    expect(app.bytes.archive).toBeLessThan(15e6);
    expect(app.bytes.archive + app.bytes.unpacked).toBeLessThan(120e6);
  });

  it('burns the fuses: Node for our own child processes only, nothing but the archive is loaded', () => {
    expect(app.fuses).toEqual(['on', 'on', 'off', 'off', 'on', 'on', 'off', 'off']);
  });
});

describe('the packaged command line', () => {
  it('finishes a search, whose run verifies', async () => {
    const folder = workplace('search');
    const search = await runPackaged(['search', ...small, '--out', 'run', '--json'], folder);
    expect(search.exitCode, search.stderr).toBe(0);
    expect(lastLine(search.stdout)).toMatchObject({ type: 'result', generated: 2 });
    const verify = await runPackaged(['runs', 'verify', 'run', '--json'], folder);
    expect(verify.exitCode, verify.stderr).toBe(0);
    expect(lastLine(verify.stdout)).toMatchObject({ ok: true, problems: [] });
  }, 180_000);

  it('says its version', async () => {
    const { stdout } = await runPackaged(['--version'], workplace('version'));
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('serves the page that it was packaged with', async () => {
    const served = startPackaged(['serve', '--port', '0', '--json'], workplace('serve'));
    const ended = outcomeOf(served);
    const first = await new Promise<string>((resolve) => {
      createInterface({ input: served.stdout }).once('line', resolve);
    });
    const { url } = JSON.parse(first);
    const way = await fetch(url, { redirect: 'manual' });
    const cookie = way.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(new URL('/', url), { headers: { cookie } });
    const html = await page.text();
    expect(page.status).toBe(200);
    const script = /<script[^>]*src="([^"]+)"/.exec(html)?.[1];
    const code = await fetch(new URL(script ?? 'missing', new URL('/', url)), { headers: { cookie } });
    expect(code.status).toBe(200);
    expect(code.headers.get('content-type')).toContain('javascript');
    served.kill('SIGINT');
    expect((await ended).signal).toBeNull();
  }, 60_000);
});

describe('the packaged engine', () => {
  it('runs a search for a page over its port, tells that it works, and stops it with its state saved when it closes', async () => {
    const folder = workplace('engine');
    const engine = await startPackagedEngine(app.folder, folder);
    const finished = new Promise<void>((resolve) => {
      engine.client.subscribe((event) => {
        if (event.type === 'run-changed' && event.row.state === 'finished') resolve();
      });
    });
    const changes = { generations: 1, offspring: 2, 'recipe.epochs': 1 };
    await engine.client.call('search.start', { preset: 'demo', changes, name: 'first' });
    expect(await engine.ask({ type: 'working' })).toEqual({ type: 'working', runs: ['first'], conversions: [] });
    await finished;
    expect(await engine.ask({ type: 'working' })).toEqual({ type: 'working', runs: [], conversions: [] });
    expect(await engine.client.call('runs.verify', { run: 'first' })).toMatchObject({ ok: true, problems: [] });

    await engine.client.call('search.start', { preset: 'demo', changes: {}, name: 'second' });
    const children = descendants(engine.child.pid!).map(({ pid }) => pid);
    expect(children.length).toBeGreaterThan(0);
    expect(await engine.close(), engine.said()).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
    const verify = await runPackaged(['runs', 'verify', 'runs/second', '--json'], folder);
    expect(lastLine(verify.stdout)).toMatchObject({ ok: true, problems: [] });
  }, 240_000);
});
