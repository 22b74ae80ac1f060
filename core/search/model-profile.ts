/**
 * How a language model is helped to write networks: the head of the class prefilled, a grammar of the parent's
 * children, a worked example. Settings say it lever by lever; a run records what `auto` came to.
 */
import * as z from 'zod';
import { fail } from '../failure.ts';
import type { Asks } from '../network/asks.ts';
import { classHeader } from '../network/grammar/child-grammar.ts';
import { exampleOf } from '../network/grammar/example.ts';
import { toGbnf } from '../network/grammar/grammar.ts';
import { grammarOf } from '../network/grammar/grammar-of.ts';
import type { Network } from '../network/ir.ts';
import type { GenerationRequest } from './ports.ts';
import { docstring, instructionIn } from './prompt-text.ts';

const leverSchema = z.enum(['auto', 'on', 'off']).default('auto');

export const profileSchema = z.strictObject({
  prefill: leverSchema.describe("Begin the answer with the class's head; auto: on for models not trained for LLMatic."),
  grammar: leverSchema.describe(
    'Hold the answer to a grammar of children of the parent that fit the instruction; auto: on for models not trained for LLMatic.',
  ),
  example: leverSchema.describe(
    'Show a worked example of the same instruction before the prompt; auto: off, for it lengthens every prompt.',
  ),
});

export type Profile = z.infer<typeof profileSchema>;

/** Levers as a run uses them. */
export const leversSchema = z.strictObject({ prefill: z.boolean(), grammar: z.boolean(), example: z.boolean() });

export type Levers = z.infer<typeof leversSchema>;

export const noLevers: Levers = { prefill: false, grammar: false, example: false };

/**
 * What `auto` comes to; `general`: the model was not trained to continue the prompts of LLMatic as they are.
 * `unable`: levers that cannot be applied where it runs, with the reason; `auto` leaves them off.
 * @throws FailureError `usage` where such a lever is to be on
 */
export function leversOf(
  profile: Profile,
  general: boolean,
  unable: Readonly<Partial<Record<keyof Levers, string>>> = {},
): Levers {
  const isOn = (lever: keyof Levers, auto: boolean): boolean => {
    const choice = profile[lever];
    const why = unable[lever];
    if (choice === 'on' && why !== undefined) {
      fail('usage', `profile.${lever} cannot be on: ${why}. Set it to auto or off (--levers without it).`);
    }
    return choice === 'auto' ? auto && why === undefined : choice === 'on';
  };
  return { prefill: isOn('prefill', general), grammar: isOn('grammar', general), example: isOn('example', false) };
}

/** Tokens that an answer may have, held to a grammar or not. */
export function answerTokens(
  limits: { readonly maxTokens: number; readonly grammarTokens: number },
  held: boolean,
): number {
  return held ? Math.max(limits.maxTokens, limits.grammarTokens) : limits.maxTokens;
}

/**
 * The parts of a request that levers change. `prompt` is the text without them: networks, then the instruction as a
 * docstring; `asks` what the instruction asks for; `parents` gives those networks where a grammar needs them. A parent without outline (no image input) gets no grammar.
 */
export function withLevers(
  levers: Levers,
  prompt: string,
  asks: Asks,
  parents: () => readonly Network[],
): Pick<GenerationRequest, 'prompt' | 'prefill' | 'grammar'> {
  const instruction = instructionIn(prompt);
  const found = levers.grammar ? grammarOf(parents(), asks) : null;
  const head = found?.head ?? classHeader;
  const example = levers.example ? exampleOf(instruction, asks) : null;
  return {
    prompt: example === null ? prompt : `${example.parent}${docstring(instruction)}${example.child}\n\n${prompt}`,
    ...(levers.prefill ? { prefill: head } : {}),
    ...(found === null ? {} : { grammar: toGbnf(found.grammar, levers.prefill ? '' : head) }),
  };
}
