// The gate that every call passes: which files a caller may name, over real folders with real links.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callPaths, type PathsOf } from '../../../core/contract/call-paths.ts';
import { toContractFailure } from '../../../core/contract/failure.ts';
import { type CallName, callNames } from '../../../core/contract.ts';
import { settingFields } from '../../../core/search/setting-paths.ts';
import { pathInSetting } from '../../../core/search/setting-places.ts';
import { type OpenedPlaces, openedPlaces } from '../../../main/engine/places/opened-places.ts';
import { liesIn, realPlace } from '../../../main/engine/places/real-place.ts';
import { createEngine } from '../../../main/engine.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'llmatic-places-')));
const at = (...names: string[]): string => join(folder, ...names);
const secret = 'root:x:0:0:the secret of somebody else';
let places: OpenedPlaces;

beforeAll(() => {
  for (const name of [
    'home/models',
    'home/prompts',
    'runs/one',
    'opened',
    'elsewhere/run',
    'big',
    'chosen',
    'openedtoo',
  ]) {
    mkdirSync(at(name), { recursive: true });
  }
  for (const name of [
    'secret.txt',
    'secret.json',
    'secret.gguf',
    'elsewhere/config.json',
    'big/used.gguf',
    'big/linked.gguf',
  ]) {
    writeFileSync(at(name), secret);
  }
  // Laid there by the person: a model on another disk, a run of another disk.
  symlinkSync(at('big', 'linked.gguf'), at('home', 'models', 'linked.gguf'));
  symlinkSync(at('elsewhere', 'run'), at('runs', 'linked'));
  // Links that lead out of what is open, a folder's, a file's, and one to what is not there.
  symlinkSync(folder, at('opened', 'out'));
  symlinkSync(at('secret.json'), at('opened', 'inside.json'));
  symlinkSync(at('elsewhere', 'new.gguf'), at('home', 'models', 'dangling.gguf'));
  symlinkSync(at('opened', 'circle'), at('opened', 'circle'));
  places = openedPlaces({
    own: [at('home'), at('runs')],
    models: at('home', 'models'),
    opened: { folders: [at('opened')], remedy: (path) => `Open ${path} first.` },
    runFolders: () => [at('runs', 'one'), at('runs', 'linked')],
    listedModels: () => [at('home', 'models', 'linked.gguf'), at('big', 'used.gguf')],
  });
  places.choose(at('chosen'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Every way in which a call names one path. */
const ways: readonly [CallName, (path: string) => unknown][] = [
  ['models.inspect', (file) => ({ file, contextLength: null })],
  ['conversions.check', (path) => ({ path })],
  ['conversions.start', (path) => ({ path, type: 'f16' })],
  ['prompts.check', (file) => ({ file })],
  ['datasets.import', (path) => ({ path })],
  ['prompts.preview', (set) => ({ set, prompt: 'improve' })],
  ['prompts.import', (file) => ({ file, name: 'x' })],
  ['search.check', (model) => ({ preset: 'demo', changes: { model }, name: null })],
  ['search.estimate', (model) => ({ preset: 'demo', changes: { model }, name: null })],
  ['search.start', (model) => ({ preset: 'demo', changes: { model }, name: null })],
  ['search.resume', (model) => ({ run: 'one', model })],
  ['runs.open', (path) => ({ folder: path })],
];

async function verdict(name: CallName, params: unknown): Promise<string> {
  return places.admit(name, params as never).then(
    () => 'admitted',
    (error: unknown) => {
      const { code, message } = toContractFailure(error);
      return `${code}: ${message}`;
    },
  );
}

const outside = () => [
  at('secret.txt'),
  at('secret.json'),
  at('nothing', 'there.json'),
  at('home', '..', 'secret.json'),
  at('opened', 'out', 'secret.json'),
  at('opened', 'inside.json'),
  at('opened', 'circle'),
  // A folder that only begins with the name of one that is open, the one above, and the root.
  at('openedtoo', 'a.json'),
  folder,
  '/',
  relative(process.cwd(), at('secret.json')),
  at('big', 'linked.gguf'),
];

const inside = () => [
  at('home', 'prompts', 'mine.json'),
  at('home', 'models', 'not-there.gguf'),
  at('runs', 'one', 'run.sqlite'),
  at('runs', 'linked'),
  at('elsewhere', 'run', 'export', 'best'),
  at('opened'),
  at('opened', 'out', 'opened', 'a.json'),
  at('chosen', 'config.json'),
  at('home', 'models', 'linked.gguf'),
  at('big', 'used.gguf'),
  relative(process.cwd(), at('opened', 'a.gguf')),
];

describe('a path that a caller names', () => {
  it.each(ways)('%s is let into what is open, and nowhere else', async (name, of) => {
    // Without that ending it is the name of a set.
    const isPath = (path: string) => name !== 'prompts.preview' || path.endsWith('.json');
    for (const path of outside().filter(isPath)) {
      const said = await verdict(name, of(path));
      expect(said, path).toMatch(/^not-opened: .* Open \/.* first\.$/);
      expect(said).toContain(path);
      expect(said).not.toContain('somebody else');
    }
    for (const path of inside()) {
      expect(await verdict(name, of(path)), path).toBe('admitted');
    }
  });

  it('is told with the setting that names it, for the form to show it there', async () => {
    for (const setting of ['model', 'promptSet']) {
      const changes = { [setting]: at('secret.json') };
      expect(await verdict('search.check', { preset: 'demo', changes, name: null })).toMatch(
        new RegExp(`^not-opened: ${setting} /`),
      );
    }
  });

  it('is none where it is the address of a server, a name, or nothing', async () => {
    for (const changes of [
      { model: 'http://127.0.0.1:8080/v1#a' },
      { model: null },
      { promptSet: 'paper' },
      { dataset: '/etc' },
    ]) {
      expect(await verdict('search.start', { preset: 'demo', changes, name: null })).toBe('admitted');
    }
    expect(await verdict('prompts.preview', { set: '../../etc/passwd', prompt: 'improve' })).toBe('admitted');
    expect(await verdict('models.inspect', { file: null })).toBe('admitted');
  });

  it('is written in the folder of models and in what the person opened, never through a link out of them', async () => {
    const into = (file: string) => verdict('conversions.start', { path: at('opened'), type: 'f16', file });
    for (const file of [at('home', 'models', 'a.gguf'), at('opened', 'sub', 'a.gguf')]) {
      expect(await into(file)).toBe('admitted');
    }
    const refusedFiles = [
      at('home', 'a.gguf'),
      at('runs', 'a.gguf'),
      at('chosen', 'a.gguf'),
      at('big', 'used.gguf'),
    ].concat(
      ...[at('home', 'models', 'linked.gguf'), at('home', 'models', 'dangling.gguf'), at('opened', 'out', 'a.gguf')],
    );
    for (const file of refusedFiles)
      expect(await into(file), file).toMatch(/^not-opened: .* may not be written from here/);
  });
});

describe('the engine', () => {
  it('refuses what its gate refuses, in every call, and writes and opens nothing', async () => {
    const homeBefore = process.env.LLMATIC_HOME;
    process.env.LLMATIC_HOME = at('engine-home');
    const engine = createEngine({ runsFolder: at('engine-runs') });
    try {
      for (const [name, of] of ways) {
        const params = of(at('secret.json')) as never;
        const answer = await engine.call(name, params).catch((error: unknown) => toContractFailure(error));
        expect(answer, name).toMatchObject({ code: 'not-opened', message: expect.stringContaining(at('secret.json')) });
        expect(JSON.stringify(answer)).not.toContain('somebody else');
      }
      engine.choose(at('secret.json'));
      const read = engine.call('prompts.check', { file: at('secret.json') });
      await expect(read).rejects.toMatchObject({ failure: { kind: 'input' } });
      await expect(read).rejects.not.toThrow('somebody else');
      expect(existsSync(at('engine-runs'))).toBe(false);
      expect(readdirSync(at('elsewhere')).sort()).toEqual(['config.json', 'run']);
    } finally {
      await engine.close();
      if (homeBefore === undefined) delete process.env.LLMATIC_HOME;
      else process.env.LLMATIC_HOME = homeBefore;
    }
  });
});

describe('the table of paths', () => {
  it('has a way above for each, and for every setting that is a text', () => {
    const withPaths = callNames.filter((name) => Object.keys(callPaths[name]).length > 0);
    expect([...new Set(ways.map(([name]) => name))].sort()).toEqual([...withPaths].sort());
    const texts = settingFields().filter(({ kind }) => kind === 'text');
    expect(texts.map(({ path }) => path).sort()).toEqual(Object.keys(pathInSetting).sort());
  });

  it('does not compile without a word for a path, nor with one for what is none', () => {
    const wrong: unknown[] = [
      // @ts-expect-error a path without a word
      {} satisfies PathsOf<'models.inspect'>,
      // @ts-expect-error one of two paths without a word
      { path: 'read' } satisfies PathsOf<'conversions.start'>,
      // @ts-expect-error settings without a word
      {} satisfies PathsOf<'search.start'>,
      // @ts-expect-error a path is no settings
      { folder: 'settings' } satisfies PathsOf<'runs.open'>,
      // @ts-expect-error no path
      { run: 'read' } satisfies PathsOf<'runs.get'>,
    ];
    expect(wrong).toHaveLength(5);
  });
});

describe('where a path really leads', () => {
  it('follows links, of what is not there those that are, and gives up on circles', async () => {
    expect(await realPlace(at('opened', 'out', 'elsewhere', 'no', 'thing'))).toBe(at('elsewhere', 'no', 'thing'));
    expect(await realPlace(at('home', 'models', 'dangling.gguf'))).toBe(at('elsewhere', 'new.gguf'));
    expect(await realPlace(at('opened', 'circle', 'x'))).toBeNull();
    expect(await realPlace(at('secret.txt', 'below', 'a file'))).toBe(at('secret.txt', 'below', 'a file'));
  });

  it('lies in a folder only below it', () => {
    expect(['/a', '/a/b', '/a/..b', '/a/b/..'].map((path) => liesIn(path, '/a'))).toEqual([true, true, true, true]);
    expect(['/ab', '/', '/a/..', '/b/a'].map((path) => liesIn(path, '/a'))).toEqual([false, false, false, false]);
    expect(liesIn('/anything', '/')).toBe(true);
  });
});
