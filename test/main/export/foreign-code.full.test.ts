/** The programs that carry something besides a network: PyTorch runs the texts, which tell of themselves, and every net.py, which does not. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { initialWeights } from '../../../core/network/initialise.ts';
import type { Interpreter } from '../../../core/search/ports.ts';
import { writeSafetensors } from '../../../core/tensors/safetensors.ts';
import { exportFile } from '../../../main/export/export-file.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { corpusPrograms } from '../../core/network/corpus.ts';
import { allForeignPrograms, mark } from './foreign-programs.ts';

const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../.oracle/bin/python', import.meta.url));
const scripts = fileURLToPath(new URL('../../golden/export/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'llmatic-foreign-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let interpret: Interpreter;
beforeAll(async () => {
  interpret = await loadInterpreter();
});

function byPython<T extends z.ZodType>(script: string, request: unknown, schema: T): z.output<T> {
  const [input, output] = [join(folder, 'request.json'), join(folder, 'answer.json')];
  writeFileSync(input, JSON.stringify(request));
  execFileSync(python, [join(scripts, script), input, output], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return schema.parse(JSON.parse(readFileSync(output, 'utf8')));
}

/** A docstring, imports, one class and the last lines; below them nothing but definitions, assignments, calls, one return. */
const statements =
  /^Expr,Import,Import,(Import,)?ClassDef,If,Assign,ClassDef,Expr,FunctionDef,If,Import,ImportFrom,Return$/;

const runSchema = z.array(
  z.union([
    z.object({
      output: z.string(),
      errors: z.string(),
      events: z.array(z.string()),
      left: z.array(z.string()),
      nodes: z.array(z.string()),
      onnx: z.number(),
      original: z.number().optional(),
    }),
    z.object({ error: z.string() }),
  ]),
);

/** Exports the accepted ones, each into a folder of its own, and runs them. */
async function runExports(programs: readonly { readonly name: string; readonly text: string }[], original: boolean) {
  const accepted: { readonly name: string; readonly out: string }[] = [];
  for (const [index, { name, text }] of programs.entries()) {
    const result = interpret(text);
    if (!result.ok) continue;
    const { value: interpretation } = result;
    const out = join(folder, `${original ? 'trusted' : 'foreign'}-${index}`);
    mkdirSync(out);
    const weights = initialWeights(interpretation.network, 1);
    await exportFile({ file: 'text.py', interpretation, weights }, out, interpret);
    writeFileSync(join(out, 'text.py'), interpretation.source);
    writeFileSync(join(out, 'text.safetensors'), writeSafetensors(weights));
    accepted.push({ name, out });
  }
  const results = byPython('run_exports.py', { folders: accepted.map(({ out }) => out), original }, runSchema);
  return accepted.map(({ name }, index) => ({ name, result: results[index] }));
}

describe('the texts themselves', () => {
  test('tell of themselves when Python runs them, all but those that only have odd names', () => {
    const programs = allForeignPrograms();
    const texts = Object.fromEntries(programs.map(({ name, text }) => [name, text]));
    const schema = z.record(z.string(), z.object({ said: z.string(), left: z.array(z.string()) }));
    const results = byPython('run_texts.py', texts, schema);
    const quiet = programs.map(({ name }) => name).filter((name) => !results[name]?.said.includes(mark));
    expect(quiet.filter((name) => !name.startsWith('names: '))).toEqual([]);
    // Those that write say so, too.
    expect(Object.values(results).filter(({ left }) => left.length > 0).length).toBeGreaterThanOrEqual(4);
  }, 600_000);
});

describe('net.py', () => {
  test('of each prints its one line, loads strictly, gives the logits of model.onnx and does nothing else', async () => {
    const runs = await runExports(allForeignPrograms(), false);
    expect(runs.length).toBeGreaterThan(90);
    for (const { name, result } of runs) {
      expect(result, name).toMatchObject({ output: '(1, 10)\n', errors: '', events: [], left: [] });
      expect(result !== undefined && 'onnx' in result ? result.onnx : 1, name).toBeLessThanOrEqual(1e-5);
      expect(result !== undefined && 'nodes' in result ? result.nodes.join() : '', name).toMatch(statements);
    }
  }, 600_000);

  test('of a trusted program gives the logits that PyTorch gives for the program itself', async () => {
    const programs = corpusPrograms().filter(({ text }) => /^class Net\b/m.test(text));
    const runs = (await runExports(programs, true)).filter(({ result }) => result === undefined || !isNamesake(result));
    expect(runs.length).toBeGreaterThan(90);
    for (const { name, result } of runs) {
      expect(result, name).toMatchObject({ output: '(1, 10)\n', errors: '', events: [], left: [] });
      expect(result !== undefined && 'original' in result ? result.original : 1, name).toBeLessThanOrEqual(1e-5);
    }
  }, 900_000);
});

/** A program with one layer under two names: PyTorch's state_dict has both, the network's weights the first. */
function isNamesake(result: z.infer<typeof runSchema>[number]): boolean {
  return 'error' in result && result.error.includes('Missing key(s) in state_dict');
}
