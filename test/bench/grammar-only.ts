/** A stand-in for a language model that draws from the request's grammar, each alternative alike. */
import { type Grammar, type Piece, sampleSentence } from '../../core/network/grammar/grammar.ts';
import { randomStream } from '../../core/random/stream.ts';
import type { LanguageModel } from '../../core/search/ports.ts';

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

export function grammarOnly(): LanguageModel {
  return {
    name: 'grammar without model',
    hash: '',
    contextLength: Number.MAX_SAFE_INTEGER,
    async generate({ grammar, prefill, seed }) {
      const text = (prefill ?? '') + sampleSentence(readRules(grammar ?? 'root ::= ""'), randomStream('grammar', seed));
      return { text, tokens: 0, seconds: 0, finish: 'end' };
    },
    close: async () => {},
  };
}
