/**
 * Conversion of a random CodeGen, ours over Python's: node test/bench/convert.ts [width] [layers].
 * Processor time of whole processes, start included, so that other work on the machine does not show; wall-clock and
 * peak memory beside it. Python with torch and gguf is named by LLMATIC_PYTHON. Prints one JSON document.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const root = join(import.meta.dirname, '..', '..');
const python = process.env.LLMATIC_PYTHON ?? join(root, '.oracle', 'bin', 'python');
const script = join(import.meta.dirname, 'convert.py');
const module = join(root, 'main', 'llm', 'convert', 'convert-codegen.ts');
const width = process.argv[2] ?? '1024';
const layers = process.argv[3] ?? '8';

const usageSchema = z.object({ processor: z.number(), memory: z.number(), sha256: z.string() });

/** A process that prints what it used, and its wall-clock seconds. */
async function measured(command: string, words: readonly string[]) {
  const started = performance.now();
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  const last = output.trim().split('\n').at(-1) ?? '';
  return { ...usageSchema.parse(JSON.parse(last)), seconds: (performance.now() - started) / 1000 };
}

function ourScript(folder: string, out: string, type: string): string {
  return `
    const { convertCodegen } = await import(${JSON.stringify(module)});
    const { sha256 } = await convertCodegen(${JSON.stringify({ folder, out, type, force: true })});
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    console.log(JSON.stringify({ processor: (userCPUTime + systemCPUTime) / 1e6, memory: maxRSS * 1024, sha256 }));`;
}

const folder = mkdtempSync(join(tmpdir(), 'llmatic-bench-'));
try {
  const checkpoint = join(folder, 'checkpoint');
  execFileSync(python, [script, 'make', checkpoint, width, layers], { stdio: ['ignore', 'ignore', 'inherit'] });
  const types = [];
  for (const type of ['f16', 'q8_0', 'q4_0']) {
    const out = join(folder, 'model.gguf');
    const words = [
      '--disable-warning=ExperimentalWarning',
      '--input-type=module',
      '-e',
      ourScript(checkpoint, out, type),
    ];
    const ours = await measured(process.execPath, words);
    const theirs = await measured(python, [script, 'convert', checkpoint, out, type]);
    const ratio = Number((ours.processor / theirs.processor).toFixed(3));
    types.push({ type, processorRatio: ratio, ours, python: theirs });
  }
  console.log(JSON.stringify({ width: Number(width), layers: Number(layers), types }, null, 1));
} finally {
  rmSync(folder, { recursive: true });
}
