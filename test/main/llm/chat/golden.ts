/** What transformers makes of messages with chat templates (made by make.py in test/golden/llm/chat). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const folder = join(import.meta.dirname, '..', '..', '..', 'golden', 'llm', 'chat');

const idsSchema = z.array(z.int());

export const templates = z
  .record(z.string(), z.string())
  .parse(JSON.parse(readFileSync(join(folder, 'templates.json'), 'utf8')));

export const chatGolden = z
  .object({
    ends: z.object({ bos: z.string(), eos: z.string() }),
    rendered: z.array(z.object({ template: z.string(), message: z.string(), text: z.string() })),
    tokens: z.array(z.object({ template: z.string(), message: z.string(), ids: idsSchema })),
    smollm2: z.array(z.object({ message: z.string(), text: z.string(), ids: idsSchema })),
  })
  .parse(JSON.parse(readFileSync(join(folder, 'golden.json'), 'utf8')));
