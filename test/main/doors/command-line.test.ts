// The contract of the command line, against the real thing in a process of its own.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { presets } from '../../../core/search/presets.ts';
import { commandTable } from '../../../main/doors/commands/table.ts';
import { exitCodeOf, shownFailure } from '../../../main/doors/exit-code.ts';
import { createRun } from '../../../main/store/run-folder.ts';
import { smallDescription } from '../store/small-search.ts';
import { runCli } from './run-cli.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-cli-'));
});
afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

const listedSchema = z.object({
  preset: z.string(),
  settings: z.array(z.object({ path: z.string(), value: z.unknown(), sentence: z.string() })),
});

/** The one JSON document on stdout. @throws when there is more or less than one */
function oneDocument(stdout: string): Record<string, unknown> {
  const lines = stdout.split('\n').filter((line) => line !== '');
  expect(lines).toHaveLength(1);
  return JSON.parse(lines[0]!);
}

describe('the command line', () => {
  it('lists every command with --help, on stdout, with exit code 0', async () => {
    const { exitCode, stdout, stderr } = await runCli(['--help']);
    expect(exitCode).toBe(0);
    expect(stderr).toBe('');
    const lines = stdout.split('\n').map((line) => line.trim().split(/ {2,}/));
    for (const { name, summary } of commandTable) expect(lines).toContainEqual([name, summary]);
  });

  it('explains one command, asked in either order', async () => {
    const after = await runCli(['runs', 'verify', '--help']);
    const before = await runCli(['help', 'runs', 'verify']);
    expect(after.exitCode).toBe(0);
    expect(after.stdout).toMatch(/^Usage: llmatic runs verify RUN/);
    expect(before.stdout).toBe(after.stdout);
  });

  it('lists every setting with the value that the options give it, and starts nothing', async () => {
    const { exitCode, stdout } = await runCli(
      ['search', '--preset', 'demo', '--set', 'recipe.epochs=7', '--settings', '--json'],
      {
        cwd: home,
      },
    );
    expect(exitCode).toBe(0);
    const { preset, settings } = listedSchema.parse(oneDocument(stdout));
    expect(preset).toBe('demo');
    const changed = { ...presets.demo, recipe: { ...presets.demo.recipe, epochs: 7 } };
    const leaves = (value: unknown, path: string): [string, unknown][] =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === '' ? key : `${path}.${key}`))
        : [[path, value]];
    expect(Object.fromEntries(settings.map(({ path, value }) => [path, value]))).toEqual(
      Object.fromEntries(leaves(changed, '')),
    );
    for (const { path, sentence } of settings) expect(sentence, path).toMatch(/\S.+\.$/);
    expect(readdirSync(home)).toEqual([]);
  });

  it('refuses to list settings for a resumed run', async () => {
    const { exitCode, stdout } = await runCli(['search', '--resume', 'x', '--settings', '--json']);
    expect(exitCode).toBe(2);
    expect(oneDocument(stdout)).toMatchObject({ error: { kind: 'usage' } });
  });

  it('names the nearest command to an unknown one', async () => {
    const { exitCode, stdout, stderr } = await runCli(['serch']);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('Did you mean search?');
    expect((await runCli(['runs', 'veryfi'])).stderr).toContain('Did you mean runs verify?');
  });

  it('names the nearest option to an unknown one', async () => {
    const { exitCode, stderr } = await runCli(['runs', 'list', '--jsn']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('Unknown option --jsn. Did you mean --json?');
  });

  it('refuses commands that the design has and this version has not, by saying so', async () => {
    const { exitCode, stdout } = await runCli(['worker', '--json']);
    expect(exitCode).toBe(2);
    expect(oneDocument(stdout)).toEqual({
      error: { kind: 'unsupported', message: expect.stringContaining('planned') },
    });
  });

  it('prints any failure as one JSON document with --json, wherever the word stands', async () => {
    for (const words of [
      ['--json', 'runs', 'show', join(home, 'nowhere')],
      ['runs', 'show', join(home, 'nowhere'), '--json'],
      ['runs', 'show', '--json', '--nonsense'],
      ['--json'],
      ['nonsense', '--json'],
    ]) {
      const { exitCode, stdout, stderr } = await runCli(words);
      expect(exitCode, words.join(' ')).toBe(2);
      const { error } = oneDocument(stdout);
      expect(error).toEqual({ kind: expect.any(String), message: expect.any(String) });
      expect(stderr).not.toMatch(/\n {4}at /);
    }
  });

  it('refuses a Node that is too old in one sentence, before it loads anything', async () => {
    const manifest = z.object({ engines: z.object({ node: z.literal('>=22.18') }) });
    manifest.parse(JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', '..', 'package.json'), 'utf8')));
    for (const version of ['20.20.0', '22.17.1']) {
      const fake = `Object.defineProperty(process.versions, 'node', { value: '${version}' });`;
      const nodeArguments = ['--import', `data:text/javascript,${encodeURIComponent(fake)}`];
      const { exitCode, stdout, stderr } = await runCli(['runs', 'list', '--json'], { nodeArguments });
      expect(exitCode).toBe(1);
      expect(oneDocument(stdout)).toMatchObject({ error: { kind: 'node-version' } });
      expect(stderr).toContain(`needs Node 22.18 or newer; this is ${version}`);
    }
  });

  it('lists, shows and verifies a run that has just begun', async () => {
    const folder = join(home, 'runs', 'first');
    createRun(folder, smallDescription).close();
    const list = oneDocument((await runCli(['runs', 'list', join(home, 'runs'), '--json'])).stdout);
    expect(list.runs).toMatchObject([{ run: folder, filled: 0, best: null, state: 'unfinished' }]);
    const show = await runCli(['runs', 'show', folder, '--json']);
    expect(show.exitCode).toBe(0);
    expect(oneDocument(show.stdout)).toMatchObject({ run: folder, seed: 3, elites: [] });
    const verify = await runCli(['runs', 'verify', folder, '--json']);
    expect(oneDocument(verify.stdout)).toMatchObject({ ok: true, problems: [] });
    expect((await runCli(['runs', 'show', folder])).stdout).toContain('No network could be trained.');
  });

  it('names a file that is missing or damaged, without a stack trace', async () => {
    const file = join(home, 'broken.json');
    writeFileSync(file, '{"recipe": ');
    const broken = await runCli(['search', '--config', file, '--json']);
    expect(broken.exitCode).toBe(2);
    expect(oneDocument(broken.stdout).error).toMatchObject({ message: expect.stringContaining(file) });
    const missing = await runCli(['search', '--config', join(home, 'none.json'), '--json']);
    expect(missing.exitCode).toBe(2);
    expect(oneDocument(missing.stdout).error).toMatchObject({
      kind: 'file',
      message: expect.stringContaining('does not exist'),
    });
  });
});

describe('the table of commands', () => {
  it.each(commandTable.map((entry) => [entry.name, entry] as const))('%s loads under its name', async (name, entry) => {
    const command = await entry.load();
    expect(command.name).toBe(name);
    expect(command.summary).toBe(entry.summary);
    expect(command.usage.split('\n')[0]).toMatch(new RegExp(`^Usage: llmatic ${name}`));
    expect(Object.keys(command.options)).not.toContain('json');
  });

  it('refuses an empty value, a value with a dash and a folder where a file is meant, each in one sentence', async () => {
    for (const [words, message] of [
      [['model', 'inspect', ''], /^A word is empty text\. See `llmatic model inspect --help`\.$/],
      [['model', 'generate', '--prompt-file', ''], /^--prompt-file is given an empty text: give a value, or leave/],
      [['model', 'generate', '--n', '-1'], /^--n has no value: .* given as --n=VALUE\. See `llmatic model generate/],
      [['model', 'generate', '--prompt-file', '.', '--n=-1'], /^--n takes a whole number from 1 to 1000000, not -1/],
      [['model', 'generate', '--prompt-file', home], /^--prompt-file \S+ is a folder, not a file\. Give a file with/],
      [['model', 'generate', '--prompt-file', 'gone.txt'], /^--prompt-file gone\.txt does not exist\. Give a file/],
      [
        ['model', 'evaluate', '--samples', join(home, 'a', 'b')],
        /^\S+ cannot be written: its folder does not exist\. Give another place\.$/,
      ],
      [['model', 'inspect', 'http://127.0.0.1:9/v1', '--context', '5'], /^--context N is for a file/],
    ] as const) {
      const { exitCode, stdout } = await runCli([...words, '--json'], { cwd: home });
      const { error } = oneDocument(stdout);
      expect([exitCode, error]).toEqual([
        2,
        { kind: expect.stringMatching(/^(usage|file)$/), message: expect.stringMatching(message) },
      ]);
    }
  }, 60_000);

  it('tells a full disk as what it is', () => {
    const full = (code: string, path?: string) =>
      shownFailure(Object.assign(new Error('no space'), { code, ...(path === undefined ? {} : { path }) }));
    expect(full('ENOSPC', '/a/b')).toEqual({
      kind: 'disk',
      message: expect.stringMatching(/^\/a\/b cannot.*disk is full/),
    });
    expect(full('SQLITE_FULL').message).toMatch(/^The run's database cannot be written: the disk is full\. Free/);
    expect(exitCodeOf(full('ENOSPC'))).toBe(1);
  });
});
