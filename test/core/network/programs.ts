/** The programs that PyTorch judged (test/golden/network/make.py), with its verdicts. */
import { readFileSync } from 'node:fs';
import * as z from 'zod';

const golden = new URL('../../golden/network/', import.meta.url);

const acceptedSchema = z.object({
  trainable: z.literal(true),
  params: z.number(),
  flops: z.number(),
  /** Name, shape, largest magnitude and standard deviation over eight fresh networks. */
  parameters: z.array(z.tuple([z.string(), z.array(z.number()), z.number(), z.number()])),
  buffers: z.array(z.tuple([z.string(), z.array(z.number())])),
  stateDict: z.array(z.string()),
});

const refusedSchema = z.object({ trainable: z.literal(false), error: z.string(), message: z.string() });

export const verdictsSchema = z.object({
  torch: z.string(),
  programs: z.record(z.string(), z.discriminatedUnion('trainable', [acceptedSchema, refusedSchema])),
});

export interface JudgedProgram {
  readonly name: string;
  readonly text: string;
  readonly verdict: z.infer<typeof acceptedSchema> | z.infer<typeof refusedSchema>;
}

export function readVerdicts(): z.infer<typeof verdictsSchema> {
  return verdictsSchema.parse(JSON.parse(readFileSync(new URL('verdicts.json', golden), 'utf8')));
}

/** The programs of a text in which each follows a line `# --- name`. */
export function splitPrograms(all: string): { readonly name: string; readonly text: string }[] {
  const parts = all.split(/^# --- (.+)\n/m).slice(1);
  return parts.flatMap((name, i) => (i % 2 === 0 ? [{ name, text: parts[i + 1] ?? '' }] : []));
}

/** Every program with PyTorch's verdict. */
export function judgedPrograms(): JudgedProgram[] {
  const { programs } = readVerdicts();
  return splitPrograms(readFileSync(new URL('programs.txt', golden), 'utf8')).map(({ name, text }) => {
    const verdict = programs[name];
    if (verdict === undefined) throw new Error(`${name} has no verdict: run test/golden/network/make.py.`);
    return { name, text, verdict };
  });
}
