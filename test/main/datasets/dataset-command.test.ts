import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandResult } from '../../../main/doors/commands/command.ts';
import { datasetCommands } from '../../../main/doors/commands/dataset.ts';
import expected from '../../golden/datasets/tiny.json' with { type: 'json' };
import { goldenFolder, refusal, temporaryFolder } from './temporary-home.ts';

const before = process.env.LLMATIC_HOME;
process.env.LLMATIC_HOME = temporaryFolder();
afterAll(() => {
  if (before === undefined) delete process.env.LLMATIC_HOME;
  else process.env.LLMATIC_HOME = before;
});

const said: string[] = [];
function call(name: string, positionals: string[], options: Record<string, string> = {}): Promise<CommandResult> {
  const command = datasetCommands.find((each) => each.name === name);
  if (command === undefined) throw new Error(`No command ${name}.`);
  const signal = new AbortController().signal;
  return command.run({
    options,
    positionals,
    json: true,
    signal,
    say: (line) => said.push(line),
    print: () => undefined,
    event: () => undefined,
  });
}

describe('the dataset commands', () => {
  it('import, list and show a dataset', async () => {
    const imported = await call('dataset import', [join(goldenFolder, 'tiny.tar.gz')], { name: 'tiny' });
    expect(imported.json).toMatchObject({ name: 'tiny', train: 7, test: 2, already: false });
    expect(said).toContain('Reading data_batch_1.bin');
    const listed = await call('dataset list', []);
    expect(listed.json).toMatchObject({
      datasets: [
        { name: 'builtin', train: 10000 },
        { name: 'tiny', train: 7 },
      ],
    });
    expect(listed.text[0]).toContain('builtin: 10 classes, 10000 training and 2000 test images');
    const shown = await call('dataset show', ['tiny']);
    const perClass = expected.classes.map((_, label) => expected.train.labels.filter((each) => each === label).length);
    expect(shown.json).toMatchObject({ train: { count: 7, perClass }, test: { count: 2 } });
    expect(shown.text.join('\n')).toContain(`mean ${expected.train.mean.map((value) => value.toFixed(4)).join(' ')}`);
  });

  it('refuse wrong words', async () => {
    expect(await refusal(call('dataset show', []))).toContain('takes one name');
    expect(await refusal(call('dataset import', ['a', 'b']))).toContain('takes one path');
    expect(await refusal(call('dataset list', ['x']))).toContain('no arguments');
    expect(await refusal(call('dataset show', ['nowhere']))).toContain('There is no dataset "nowhere"');
  });
});
