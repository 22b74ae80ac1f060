/**
 * Conversion of a random CodeGen with a vocabulary as large as CodeGen's own, by the command line, over Python's:
 * node test/bench/convert.ts [width] [layers].
 * Processor time of whole processes, start included, so that other work on the machine does not show; wall-clock and
 * peak memory beside it, and `memoryOverLargest`: that of our process over its largest tensor in the checkpoint (goal
 * 1.5). Python with torch and gguf is named by LLMATIC_PYTHON. Prints one JSON document.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';

const root = join(import.meta.dirname, '..', '..');
const python = process.env.LLMATIC_PYTHON ?? join(root, '.oracle', 'bin', 'python');
const script = join(import.meta.dirname, 'convert.py');
const commandLine = join(root, 'main', 'doors', 'cli.ts');
/** Tokens of CodeGen's own vocabulary, and rows of its embedding. */
const tokens = 50_257;
const rows = 51_200;
const width = process.argv[2] ?? '1024';
const layers = process.argv[3] ?? '8';

const usageSchema = z.object({ processor: z.number(), memory: z.number() });

/** A process that prints JSON documents, the hash of its file and what it used, and its wall-clock seconds. */
async function measured(command: string, words: readonly string[]) {
  const started = performance.now();
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  await new Promise((resolve) => child.on('close', resolve));
  const documents = output
    .trim()
    .split(/(?<=\})\s*(?=\{)/)
    .map((text): unknown => JSON.parse(text));
  const told = Object.assign({}, ...documents);
  return { ...usageSchema.parse(told), ...hashSchema.parse(told), seconds: (performance.now() - started) / 1000 };
}

/** Run before the command: tells at its end what the process used, past the command's own output. */
const usageAtEnd = `data:text/javascript,process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.stdout.write(JSON.stringify({ processor: (userCPUTime + systemCPUTime) / 1e6, memory: maxRSS * 1024 }));
})`;

const hashSchema = z.object({ sha256: z.string() });

const folder = mkdtempSync(join(tmpdir(), 'llmatic-bench-'));
try {
  const checkpoint = join(folder, 'checkpoint');
  execFileSync(python, [script, 'make', checkpoint, width, layers, `${tokens}`], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const types = [];
  for (const type of ['f16', 'q8_0', 'q4_0']) {
    const out = join(folder, 'model.gguf');
    const options = ['--out', out, '--type', type, '--force', '--json'];
    const ours = await measured(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      '--import',
      usageAtEnd,
      commandLine,
      ...['model', 'convert', checkpoint, ...options],
    ]);
    const theirs = await measured(python, [script, 'convert', checkpoint, out, type]);
    const ratio = Number((ours.processor / theirs.processor).toFixed(3));
    // The checkpoint's numbers are float16; the embedding is its largest tensor.
    const memoryOverLargest = Number((ours.memory / (rows * Number(width) * 2)).toFixed(3));
    types.push({ type, processorRatio: ratio, memoryOverLargest, ours, python: theirs });
  }
  console.log(JSON.stringify({ width: Number(width), layers: Number(layers), types }, null, 1));
} finally {
  rmSync(folder, { recursive: true });
}
