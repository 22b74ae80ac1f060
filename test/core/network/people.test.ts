import { expect, test } from 'vitest';
import { failureOf } from '../../../core/failure.ts';
import { readNetworkFile } from '../../../main/interpreter.ts';
import { people, refusedHere } from './people.ts';

async function reasonOf(file: string): Promise<string | null> {
  try {
    await readNetworkFile(file, { classes: 10 });
    return null;
  } catch (error) {
    return failureOf(error).message.replace(/^line \d+: /, '');
  }
}

test.each(people)('$name is judged as PyTorch does, or refused by a sentence that says why', async (each) => {
  const reason = await reasonOf(each.file);
  const expected = refusedHere[each.name];
  if (expected !== undefined) expect([each.expected, reason]).toEqual(['accepts', expected]);
  else expect(reason === null ? 'accepts' : 'refuses').toBe(each.expected);
});
