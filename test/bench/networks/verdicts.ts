/** PyTorch's verdicts on published networks (judge.py), kept between runs. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { cache, python } from './packages.ts';
import { importFolders, type PublishedNetwork, type SetName } from './sets.ts';

const verdictSchema = z.discriminatedUnion('accepts', [
  z.object({
    accepts: z.literal(true),
    params: z.int(),
    /** Of state_dict. */
    entries: z.int(),
    /** It takes the larger images alone. */
    larger: z.literal(true).optional(),
    /** The first ten of the made-up image, in float64. */
    logits: z.string().optional(),
    largest: z.number().optional(),
    /** How far PyTorch's float32 is from its float64. */
    own: z.number().optional(),
    /** Of the loss of two images in training mode, by name, in float64: see judge.py. */
    gradients: z.record(z.string(), z.string()).optional(),
    /** How far PyTorch's float32 gradients are from them, over the norm. */
    ownGradients: z.number().optional(),
    /** Why there are no logits. */
    unmeasured: z.string().optional(),
  }),
  z.object({ accepts: z.literal(false), error: z.string(), line: z.int().nullable() }),
]);

export type PyTorchVerdict = z.infer<typeof verdictSchema>;

const answerSchema = z.object({ key: z.string(), verdict: verdictSchema });

/** The same network asked in the same way has the same key. */
function keyOf({ name, file, factory, input, classes }: PublishedNetwork): string {
  const asked = JSON.stringify([name, factory, input, classes, readFileSync(file, 'utf8')]);
  return createHash('sha256').update(asked).digest('hex').slice(0, 24);
}

/** What says something of the machine's time and memory, not of the network: it is asked again. */
function isOfMachine(verdict: PyTorchVerdict): boolean {
  return !verdict.accepts && /^takes too long|^its process ended|can't allocate memory/.test(verdict.error);
}

function known(path: string): Map<string, PyTorchVerdict> {
  if (!existsSync(path)) return new Map();
  const lines = readFileSync(path, 'utf8').split('\n');
  return new Map(
    lines.flatMap((line) => {
      const answer = line === '' ? undefined : answerSchema.safeParse(JSON.parse(line)).data;
      return answer === undefined || isOfMachine(answer.verdict) ? [] : [[answer.key, answer.verdict] as const];
    }),
  );
}

/** What judge.py is asked. */
export interface Question {
  readonly key: string;
  readonly file: string;
  readonly module?: string | undefined;
  /** The class `Net`, else the last of the file, when null. */
  readonly factory: string | null;
  readonly input: readonly number[];
  readonly classes: number;
  readonly larger?: PublishedNetwork['larger'] | undefined;
  /** That PyTorch imports from. */
  readonly folders: readonly string[];
  readonly logits: boolean;
  readonly gradients?: boolean;
}

/** Asks PyTorch about each in turn. */
export async function* askPyTorch(questions: readonly Question[]): AsyncGenerator<z.infer<typeof answerSchema>> {
  if (questions.length === 0) return;
  const script = fileURLToPath(new URL('judge.py', import.meta.url));
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
  for await (const line of createInterface({ input: child.stdout })) yield answerSchema.parse(JSON.parse(line));
}

/** A verdict for each network; those that are not known yet are asked of PyTorch, unless `ask` is false. */
export async function verdictsOf(
  set: SetName,
  networks: readonly PublishedNetwork[],
  ask: boolean,
): Promise<Map<PublishedNetwork, PyTorchVerdict>> {
  mkdirSync(cache, { recursive: true });
  const path = join(cache, `verdicts-${set}.jsonl`);
  const verdicts = known(path);
  const keys = new Map(networks.map((network) => [network, keyOf(network)]));
  const missing = ask ? [...keys].filter(([, key]) => !verdicts.has(key)) : [];
  const folders = missing.length === 0 ? [] : importFolders(set);
  const questions = missing.map(([{ file, module, factory, input, classes, larger }, key]) => {
    // One of four shows its logits.
    const logits = '0123'.includes(key.charAt(0));
    return { key, file, module, factory, input, classes, larger, folders, logits };
  });
  for await (const answer of askPyTorch(questions)) {
    if (isOfMachine(answer.verdict)) continue;
    verdicts.set(answer.key, answer.verdict);
    appendFileSync(path, `${JSON.stringify(answer)}\n`);
  }
  return new Map(
    [...keys].flatMap(([network, key]) => {
      const verdict = verdicts.get(key);
      return verdict === undefined ? [] : [[network, verdict] as const];
    }),
  );
}
