/**
 * Where an answer that was begun for the model is left to it. A newline and the margin of the next line are one token: a
 * class head that ends with its newline leaves the model where no text it learned from goes on, and small models end
 * there. So the model goes on before that newline, and writes it itself; a grammar demands it.
 */
import type { Cancellation } from '../../core/cancellation.ts';
import { begunWith } from '../../core/network/grammar/grammar.ts';
import type { Generation, GenerationRequest, LanguageModel } from '../../core/search/ports.ts';

async function generateFromToken(
  model: LanguageModel,
  request: GenerationRequest,
  signal: Cancellation | undefined,
): Promise<Generation> {
  const { prefill = '', grammar } = request;
  const begun = prefill.trimEnd();
  if (begun === '' || begun === prefill) return model.generate(request, signal);
  const left = prefill.slice(begun.length);
  const held = grammar === undefined ? {} : { grammar: begunWith(grammar, left) };
  const generation = await model.generate({ ...request, ...held, prefill: begun }, signal);
  return generation.text === begun ? { ...generation, text: prefill } : generation;
}

/** The model, asked so that no prefill ends inside a token. */
export function fromTokenBoundary<M extends LanguageModel>(model: M): M {
  const generate: LanguageModel['generate'] = (request, signal) => generateFromToken(model, request, signal);
  return new Proxy(model, {
    get: (target, name) => (name === 'generate' ? generate : Reflect.get(target, name)),
  });
}
