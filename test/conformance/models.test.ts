// One list of models through every door: the model that ships, those of the home folder, those that runs were made with.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { runCli } from '../main/doors/run-cli.ts';
import { tinyModelFile } from '../main/llm/golden.ts';
import { asked } from './asking.ts';
import { doors } from './doors.ts';
import { tinySearchWords } from './tiny-search.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-conformance-models-'));
const runs = join(folder, 'runs');
const homeBefore = process.env.LLMATIC_HOME;
const inHome = join(folder, 'home', 'models', 'mine.gguf');
const ofRun = join(folder, 'elsewhere', 'used.gguf');

const listSchema = z.object({
  models: z.array(z.object({ file: z.string(), embedded: z.boolean(), bytes: z.number(), problem: z.null() })),
});

/** What `model list` prints with these words, in a working folder where it has to be told of the runs. */
async function listed(words: readonly string[], cwd: string): Promise<z.infer<typeof listSchema>['models']> {
  const { exitCode, stdout, stderr } = await runCli(['model', 'list', ...words, '--json'], { cwd });
  expect([exitCode, stderr]).toEqual([0, '']);
  return listSchema.parse(JSON.parse(stdout)).models;
}

beforeAll(async () => {
  process.env.LLMATIC_HOME = join(folder, 'home');
  for (const [file, model] of [
    [inHome, 'tiny-random'],
    [ofRun, 'tiny-taught'],
  ] as const) {
    mkdirSync(join(file, '..'), { recursive: true });
    copyFileSync(tinyModelFile(model), file);
  }
  const words = [...tinySearchWords(join(runs, 'made')), '--model', ofRun, '--set', 'generations=0'];
  expect(await runCli(words, { cwd: folder })).toMatchObject({ exitCode: 0 });
}, 60_000);

afterAll(() => {
  if (homeBefore === undefined) delete process.env.LLMATIC_HOME;
  else process.env.LLMATIC_HOME = homeBefore;
  rmSync(folder, { recursive: true });
});

describe.each(doors)('models through $name', (door) => {
  it('are those of the command line, a file that only a run names among them', async () => {
    const open = await door.open(runs);
    try {
      const { models } = await asked(open.first, 'models.list', {});
      expect(models.map(({ file }) => file)).toEqual([null, inHome, ofRun]);
      const here = await listed([], folder);
      expect(here.map(({ file, embedded, bytes }) => ({ file: embedded ? null : file, embedded, bytes }))).toEqual(
        models.map(({ file, embedded, bytes }) => ({ file, embedded, bytes })),
      );
      expect(await listed(['--runs', runs], tmpdir())).toEqual(here);
      const { models: offered } = await asked(open.first, 'search.form', {});
      expect(offered).toEqual(models);
    } finally {
      await open.close();
    }
  });
});
