/** A stand-in for a language model that draws from the request's grammar, each alternative alike. */
import { type Grammar, type Piece, sampleSentence } from '../../core/network/grammar/grammar.ts';
import { randomStream } from '../../core/random/stream.ts';
import type { LanguageModel } from '../../core/search/ports.ts';
import type { LocalLanguageModel } from '../../main/llm/language-model.ts';

/** Reads what toGbnf prints: one rule a line, texts in double quotes, names, bars. */
function readRules(gbnf: string): Grammar {
  const rules = gbnf
    .trimEnd()
    .split('\n')
    .map((line): [string, Piece[][]] => {
      const [name = '', right = ''] = line.split(/ ::= (.*)/s);
      const alternatives: Piece[][] = [[]];
      for (const [token] of right.matchAll(/"(?:\\.|[^"\\])*"|[\w-]+|\|/g)) {
        if (token === '|') alternatives.push([]);
        else alternatives.at(-1)?.push(token.startsWith('"') ? String(JSON.parse(token)) : { rule: token });
      }
      return [name, alternatives];
    });
  return { rules: new Map(rules), root: 'root' };
}

/** `tokenizer`: its tokens are counted, and a text longer than the limit is cut off as the model's would be. */
export function grammarOnly(tokenizer: Pick<LocalLanguageModel, 'tokenize'>): LanguageModel {
  return {
    name: 'grammar without model',
    hash: null,
    contextLength: Number.MAX_SAFE_INTEGER,
    async generate({ grammar, prefill = '', seed, maxTokens }) {
      const sentence = sampleSentence(readRules(grammar ?? 'root ::= ""'), randomStream('grammar', seed));
      const { length } = await tokenizer.tokenize(sentence);
      if (length <= maxTokens) return { text: prefill + sentence, tokens: length, seconds: 0, finish: 'end' };
      const kept = Math.floor((sentence.length * maxTokens) / length);
      return { text: prefill + sentence.slice(0, kept), tokens: maxTokens, seconds: 0, finish: 'length' };
    },
    close: async () => {},
  };
}
