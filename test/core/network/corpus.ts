/** Two hundred programs as language models write them, with PyTorch's verdicts (test/golden/network/make_corpus.py). */
import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Interpreter } from '../../../core/search/ports.ts';
import { splitPrograms } from './programs.ts';

const golden = new URL('../../golden/network/', import.meta.url);

const verdictSchema = z.discriminatedUnion('trainable', [
  z.object({ trainable: z.literal(true), params: z.number() }),
  z.object({
    trainable: z.literal(false),
    error: z.string(),
    message: z.string(),
    /** The last line of the program in the traceback; null where none is. */
    line: z.number().nullable(),
  }),
]);

export const corpusVerdictsSchema = z.object({ torch: z.string(), programs: z.record(z.string(), verdictSchema) });

export interface CorpusProgram {
  readonly name: string;
  readonly text: string;
  readonly verdict: z.infer<typeof verdictSchema>;
}

export function readCorpusVerdicts(): z.infer<typeof corpusVerdictsSchema> {
  return corpusVerdictsSchema.parse(JSON.parse(readFileSync(new URL('corpus.json', golden), 'utf8')));
}

/** Every program of the corpus with PyTorch's verdict. @throws when one has none */
export function corpusPrograms(): CorpusProgram[] {
  const { programs } = readCorpusVerdicts();
  const folder = new URL('corpus/', golden);
  return readdirSync(folder)
    .sort()
    .flatMap((file) => splitPrograms(readFileSync(new URL(file, folder), 'utf8')))
    .map(({ name, text }) => {
      const verdict = programs[name];
      if (verdict === undefined) throw new Error(`${name} has no verdict: run test/golden/network/make_corpus.py.`);
      return { name, text, verdict };
    });
}

/** What the interpreter says of each program, next to what PyTorch says. */
export interface CorpusReport {
  readonly programs: number;
  readonly wrong: number;
  /** Share of the programs with the same verdict. */
  readonly agreement: number;
  readonly disagreements: readonly string[];
  /** Programs that both accept with different numbers of parameters. */
  readonly parametersDiffer: readonly string[];
  readonly lines: {
    /** Refused programs with a line of their own in PyTorch's traceback. */
    readonly compared: number;
    /** Share of these whose reason names the same line. */
    readonly share: number;
    readonly differ: readonly string[];
  };
  /** Refused programs of each kind of reason. */
  readonly kinds: Readonly<Record<string, number>>;
}

export function compareCorpus(interpret: Interpreter): CorpusReport {
  const programs = corpusPrograms();
  const disagreements: string[] = [];
  const parametersDiffer: string[] = [];
  const differ: string[] = [];
  const kinds: Record<string, number> = {};
  let compared = 0;
  for (const { name, text, verdict } of programs) {
    const result = interpret(text);
    if (!result.ok) kinds[result.reason.kind] = (kinds[result.reason.kind] ?? 0) + 1;
    if (result.ok !== verdict.trainable) {
      disagreements.push(result.ok ? `${name}: accepted` : `${name}: ${result.reason.kind}: ${result.reason.message}`);
    } else if (result.ok && verdict.trainable) {
      const { params } = result.value.measures;
      if (params !== verdict.params) parametersDiffer.push(`${name}: ${params} for ${verdict.params}`);
    } else if (!result.ok && !verdict.trainable && verdict.line !== null) {
      compared++;
      if (result.reason.line !== verdict.line) {
        differ.push(`${name}: ${result.reason.message} (PyTorch: line ${verdict.line}: ${verdict.message})`);
      }
    }
  }
  return {
    programs: programs.length,
    wrong: programs.filter(({ verdict }) => !verdict.trainable).length,
    agreement: 1 - disagreements.length / programs.length,
    disagreements,
    parametersDiffer,
    lines: { compared, share: 1 - differ.length / compared, differ },
    kinds,
  };
}
