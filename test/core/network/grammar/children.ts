/** Sentences of the grammars of children: of every evaluation parent, for every prompt of the paper. */
import { join } from 'node:path';
import { sampleSentence } from '../../../../core/network/grammar/grammar.ts';
import { grammarOf } from '../../../../core/network/grammar/grammar-of.ts';
import { randomStream } from '../../../../core/random/stream.ts';
import type { Interpretation, Interpreter } from '../../../../core/search/ports.ts';
import { readParents } from '../../../../main/llm/evaluation/parents.ts';
import { packageFolder } from '../../../../main/package-folder.ts';
import { readPromptSet } from '../../../../main/prompt-sets.ts';

export interface Child {
  readonly parent: Interpretation;
  readonly prompt: string;
  readonly text: string;
}

export async function evaluationParents(interpret: Interpreter): Promise<Interpretation[]> {
  const folder = join(packageFolder(), 'models', 'evaluation');
  const parents = [
    ...(await readParents(join(folder, 'parents.json'))).slice(0, 40),
    ...(await readParents(join(folder, 'handwritten'))),
  ];
  return parents.flatMap(({ source }) => {
    const read = interpret(source);
    return read.ok ? [read.value] : [];
  });
}

/** One child of each parent and prompt, drawn with `seed`; every parent of `step`. */
export async function sampledChildren(interpret: Interpreter, seed: number, step: number): Promise<Child[]> {
  const parents = (await evaluationParents(interpret)).filter((_, index) => index % step === seed % step);
  return parents.flatMap((parent, index) =>
    readPromptSet('paper').mutation.flatMap(({ id, asks }) => {
      const found = asks === undefined ? null : grammarOf([parent.network], asks);
      if (found === null) return [];
      const sentence = sampleSentence(found.grammar, randomStream('children', seed, index, id));
      return [{ parent, prompt: id, text: found.head + sentence }];
    }),
  );
}
