/**
 * A language model whose answers are kept in a file of JSON lines: a request that was answered before is read from it, so
 * a bench that was cut off goes on where it was, and its texts can be looked at and judged again.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Generation, GenerationRequest, LanguageModel } from '../../core/search/ports.ts';

interface Recorded extends Generation {
  /** SHA-256 of the model's hash (its name where it has none) and the request. */
  readonly key: string;
}

function keyOf(model: LanguageModel, request: GenerationRequest): string {
  return createHash('sha256')
    .update(model.hash ?? model.name)
    .update(JSON.stringify(request))
    .digest('hex');
}

/** Whole lines of the file: a line that was cut off with its program is passed over. */
function readLines(file: string): Recorded[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line) => {
    try {
      return [JSON.parse(line) as Recorded];
    } catch {
      return [];
    }
  });
}

export function recordedModel(model: LanguageModel, file: string): LanguageModel {
  const known = new Map(readLines(file).map(({ key, ...generation }) => [key, generation]));
  return {
    ...model,
    async generate(request, signal) {
      const key = keyOf(model, request);
      const before = known.get(key);
      if (before !== undefined) return before;
      const generation = await model.generate(request, signal);
      known.set(key, generation);
      appendFileSync(file, `\n${JSON.stringify({ key, ...generation })}`);
      return generation;
    },
  };
}
