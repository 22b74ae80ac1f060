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

/** Every program with PyTorch's verdict. */
export function judgedPrograms(): JudgedProgram[] {
  const { programs } = readVerdicts();
  const parts = readFileSync(new URL('programs.txt', golden), 'utf8')
    .split(/^# --- (.+)\n/m)
    .slice(1);
  const judged: JudgedProgram[] = [];
  for (let i = 0; i + 1 < parts.length; i += 2) {
    const [name = '', text = ''] = parts.slice(i, i + 2);
    const verdict = programs[name];
    if (verdict === undefined) throw new Error(`${name} has no verdict: run test/golden/network/make.py.`);
    judged.push({ name, text, verdict });
  }
  return judged;
}
