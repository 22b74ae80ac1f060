import { expect, test } from 'vitest';
import { failureOf } from '../../../core/failure.ts';
import type { Interpretation } from '../../../core/search/ports.ts';
import { readNetworkFile } from '../../../main/interpreter.ts';
import { compared } from '../../bench/networks/compare.ts';
import { askPyTorch, type PyTorchVerdict } from '../../bench/networks/verdicts.ts';
import { people, refusedHere } from './people.ts';

async function read(file: string): Promise<Interpretation | string> {
  try {
    return await readNetworkFile(file, { classes: 10 });
  } catch (error) {
    return failureOf(error).message;
  }
}

test('people write networks that PyTorch judges as their first lines say, with our parameters, logits and gradients', {
  timeout: 1_200_000,
}, async () => {
  const verdicts = new Map<string, PyTorchVerdict>();
  const questions = people.map(({ name, file }) => ({
    key: name,
    file,
    factory: null,
    input: [3, 32, 32],
    classes: 10,
    folders: [],
    logits: true,
    gradients: true,
  }));
  for await (const { key, verdict } of askPyTorch(questions)) verdicts.set(key, verdict);
  for (const { name, file, expected } of people) {
    const theirs = verdicts.get(name);
    if (theirs === undefined) throw new Error(`PyTorch has no verdict on ${name}.`);
    expect([name, theirs.accepts ? 'accepts' : 'refuses']).toEqual([name, expected]);
    const row = await compared(name, await read(file), theirs, true);
    expect([name, row.different]).toEqual([name, null]);
    const agreement = name in refusedHere ? 'refused here alone' : theirs.accepts ? 'both accept' : 'both refuse';
    expect([name, row.agreement]).toEqual([name, agreement]);
  }
});
