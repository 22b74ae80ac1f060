/** The estimate against what Linux says the process took at most, after its context was filled to the last token. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { embeddedModelFile } from '../../../../main/llm/embedded.ts';
import { createLanguageModel } from '../../../../main/llm/language-model.ts';
import { ramOf } from '../../../../main/llm/memory/memory-plan.ts';
import { tinyModelFile } from '../golden.ts';

/** Bytes of /proc's VmHWM: the most that was resident at once. */
function mostResident(process: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${process}/status`, 'utf8'));
  return 1024 * Number(line?.[1]);
}

describe('the memory that a model was said to take', () => {
  it.each([
    ['embedded', embeddedModelFile(), 512],
    ['embedded', embeddedModelFile(), 256],
    ['tiny-random', tinyModelFile('tiny-random'), 512],
  ])('is near what its process takes (%s, %s, context %d)', async (_, file, contextLength) => {
    const model = await createLanguageModel({ file, contextLength });
    const prompt = 'x = 1\n'.repeat(20);
    const room = contextLength - (await model.tokenize(prompt)).length - 1;
    const how = { temperature: 0, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, seed: 1 };
    await model.generate({ ...how, prompt, maxTokens: room });
    const resident = mostResident(model.processId ?? 0);
    await model.close();
    console.log(`${contextLength}: estimated ${ramOf(model.plan)}, resident at most ${resident}`);
    expect(ramOf(model.plan)).toBeGreaterThan(0.75 * resident);
    expect(ramOf(model.plan)).toBeLessThan(1.5 * resident);
  });
});
