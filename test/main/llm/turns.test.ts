import { expect, it } from 'vitest';
import { turns } from '../../../main/llm/turns.ts';

it('runs at most so many at once, in the order in which they came, also after one has failed', async () => {
  const queue = turns(() => 2);
  const begun: number[] = [];
  let running = 0;
  let most = 0;
  const task = (index: number) => async (): Promise<number> => {
    begun.push(index);
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 5 - index));
    running--;
    if (index === 1) throw new Error('one');
    return index;
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4].map((index) => queue.take(task(index))));
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
    0,
    'failed',
    2,
    3,
    4,
  ]);
  await queue.idle();
  expect(running).toBe(0);
});
