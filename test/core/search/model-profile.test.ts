/** The setting profile: what `auto` comes to, and what a search asks the model for with levers and without. */
import { expect, test } from 'vitest';
import { answerTokens, type Levers, leversOf, noLevers } from '../../../core/search/model-profile.ts';
import type { GenerationRequest } from '../../../core/search/ports.ts';
import { presets } from '../../../core/search/presets.ts';
import { runSearch } from '../../../core/search/search.ts';
import { applySettings } from '../../../core/search/setting-paths.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { fakeModel, fakeTrainer, memoryStore } from './fakes.ts';
import { paperPrompts } from './paper-prompts.ts';

test('auto helps general models alone; a choice of one’s own holds for all', () => {
  const { profile } = presets.demo;
  expect(leversOf(profile, false)).toEqual(noLevers);
  expect(leversOf(profile, true)).toEqual({ prefill: true, grammar: true, example: false });
  const chosen = applySettings(presets.demo, ['profile.grammar=off', 'profile.example=on']).profile;
  expect(leversOf(chosen, true)).toEqual({ prefill: true, grammar: false, example: true });
});

test('a limit of one’s own above that of grammars holds for all answers', () => {
  const { sampling } = applySettings(presets.demo, ['sampling.maxTokens=900']);
  expect(answerTokens(sampling, true)).toBe(900);
  expect(answerTokens({ ...sampling, maxTokens: 100, grammarTokens: 50 }, true)).toBe(100);
});

async function requestsOf(levers?: Levers): Promise<GenerationRequest[]> {
  const settings = applySettings(presets.demo, ['generations=1', 'offspring=3']);
  const requests: GenerationRequest[] = [];
  const model = fakeModel({ garbage: 1 });
  await runSearch({
    settings,
    prompts: paperPrompts,
    model: {
      ...model,
      generate(request, signal) {
        requests.push(request);
        return model.generate(request, signal);
      },
    },
    trainer: fakeTrainer(),
    interpreter: await loadInterpreter(),
    store: memoryStore(),
    ...(levers === undefined ? {} : { levers }),
  });
  return requests;
}

test('a search without levers asks for a prompt and nothing more', async () => {
  for (const request of await requestsOf()) {
    expect(request).not.toHaveProperty('prefill');
    expect(request).not.toHaveProperty('grammar');
    expect(request.maxTokens).toBe(512);
  }
});

test('with them, each request has the grammar of its parent, and an example before the same prompt', async () => {
  const plain = await requestsOf();
  const helped = await requestsOf({ prefill: true, grammar: true, example: true });
  expect(helped).toHaveLength(3);
  for (const [index, { prompt, prefill, grammar, maxTokens }] of helped.entries()) {
    // The limit of a plain answer would cut off some.
    expect(maxTokens).toBe(640);
    expect(prompt.endsWith(plain[index]?.prompt ?? '?')).toBe(true);
    expect(prompt.length).toBeGreaterThan(plain[index]?.prompt.length ?? 0);
    expect(prefill).toMatch(/class Net\(nn\.Module\):\n {4}def __init__\(self\):\n {8}super\(\)\.__init__\(\)\n$/);
    // The parent's image of 32 x 32, flattened with three channels or one: "delete" leaves nothing else.
    expect(grammar).toMatch(/^root ::= network\n/);
    expect(grammar).toMatch(/nn\.Linear\((1024|3072), /);
  }
});
