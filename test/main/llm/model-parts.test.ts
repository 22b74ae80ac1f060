// Models in several files: loaded through the first, refused by the name of what is missing or meant.
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { failureOf } from '../../../core/failure.ts';
import { createLanguageModel } from '../../../main/llm/language-model.ts';
import { readModelFile } from '../../../main/llm/model-file.ts';
import { listModels } from '../../../main/llm/model-shelf.ts';
import { golden } from './golden.ts';
import { partName, splitModel } from './split-model.ts';

const base = mkdtempSync(join(tmpdir(), 'llmatic-parts-'));
afterAll(() => rmSync(base, { recursive: true }));

let count = 0;
function fresh(): string {
  const folder = join(base, String(++count));
  mkdirSync(folder);
  return folder;
}

async function refusal(path: string): Promise<string> {
  try {
    await readModelFile(path);
  } catch (error) {
    const { kind, message } = failureOf(error);
    expect(kind).toBe('model-file');
    return message;
  }
  throw new Error('It was not refused.');
}

describe('a model in parts', () => {
  test.each([{ perPart: 7 }, { perPart: 4, metadataFirst: true }])(
    'is loaded by llama.cpp through its first part and writes what transformers makes the whole one write: %j',
    async (how) => {
      const [first = '', ...others] = splitModel('tiny-taught', fresh(), how);
      expect(others.length).toBeGreaterThan(1);
      const { files, header, bytes } = await readModelFile(first);
      expect(files).toEqual([first, ...others]);
      expect(header.tensors.map(({ name }) => name)).toEqual(
        golden.models['tiny-taught'].header.tensors.map(({ name }) => name),
      );
      expect(bytes).toBe(files.reduce((sum, file) => sum + readFileSync(file).length, 0));
      const hash = createHash('sha256');
      for (const each of files) hash.update(readFileSync(each));
      const model = await createLanguageModel({ file: first });
      try {
        expect(model.hash).toBe(hash.digest('hex'));
        const sampling = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, seed: 1 };
        const { prompt, clear, clearText } = golden.models['tiny-taught'].greedy[1]!;
        expect((await model.generate({ prompt, ...sampling, maxTokens: clear })).text).toBe(clearText);
      } finally {
        await model.close();
      }
    },
  );

  test('is refused by a later part, with the name of the first', async () => {
    const files = splitModel('tiny-random', fresh(), { perPart: 6 });
    for (const [index, file] of files.entries()) {
      if (index === 0) continue;
      expect(await refusal(file)).toBe(
        `${partName('tiny-random', index, files.length)} is part ${index + 1} of ${files.length} of a model. ` +
          `Give its first part, ${partName('tiny-random', 0, files.length)}.`,
      );
    }
  });

  test('is refused with the names of the parts that are missing', async () => {
    const folder = fresh();
    const files = splitModel('tiny-random', folder, { perPart: 3 });
    const [first = '', second = '', third = ''] = files;
    rmSync(second);
    expect(await refusal(first)).toMatch(
      new RegExp(`there is no ${partName('tiny-random', 1, files.length)}\\. Download`),
    );
    for (const file of files.slice(2)) rmSync(file);
    expect(await refusal(first)).toContain(` and ${files.length - 4} more. `);
    copyFileSync(first, third);
    copyFileSync(first, second);
    expect(await refusal(first)).toContain('there is no');
  });

  test('is refused where a part is another one, cut off, or renamed', async () => {
    const folder = fresh();
    const files = splitModel('tiny-random', folder, { perPart: 12 });
    const [first = '', second = '', third = ''] = files;
    const kept = readFileSync(second);
    copyFileSync(third, second);
    expect(await refusal(first)).toContain(`${partName('tiny-random', 1, files.length)} is not part 2 of the model`);
    truncateSync(second, kept.length - 500);
    expect(await refusal(first)).toContain(partName('tiny-random', 1, files.length));
    const renamed = join(folder, 'model.gguf');
    renameSync(first, renamed);
    expect(await refusal(renamed)).toMatch(/first of \d parts of a model, but its name does not end in -00001-of-/);
  });

  test('stands once in the list of models', async () => {
    const home = fresh();
    mkdirSync(join(home, 'models'));
    const files = splitModel('tiny-random', join(home, 'models'), { perPart: 8 });
    const shown = async () => (await listModels(home)).slice(1).map(({ file, problem }) => [file, problem]);
    expect(await shown()).toEqual([[files[0], null]]);
    rmSync(files[0]!);
    expect((await shown()).map(([file]) => file)).toEqual(files.slice(1));
  });
});
