/**
 * Networks a second and core, from generated text to network, hash and measures: the programs of the golden corpus that
 * PyTorch accepts, in turn. Processor time of this process; the best of several rounds, as other work disturbs it.
 *
 * Run: node test/bench/interpreter.ts [ROUNDS]     prints one JSON document
 */
import { performance } from 'node:perf_hooks';
import { loadInterpreter } from '../../main/interpreter.ts';
import { judgedPrograms } from '../core/network/programs.ts';

const rounds = Number(process.argv[2] ?? 20);
const interpret = await loadInterpreter();
const programs = judgedPrograms().filter(({ verdict }) => verdict.trainable);
const repeats = 10;

/** Milliseconds of processor time for every program, `repeats` times. */
function round(texts: readonly string[]): number {
  const before = process.cpuUsage();
  for (let i = 0; i < repeats; i++) for (const text of texts) interpret(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function rate(texts: readonly string[], times: readonly number[]) {
  const each = times.map((time) => time / (texts.length * repeats)).sort((a, b) => a - b);
  const best = each[0] ?? Number.NaN;
  const median = each[Math.floor(each.length / 2)] ?? Number.NaN;
  return { bestPerSecond: Math.round(1000 / best), medianPerSecond: Math.round(1000 / median), milliseconds: best };
}

const started = performance.now();
const texts = programs.map(({ text }) => text);
round(texts);
const all = Array.from({ length: rounds }, () => round(texts));
const small = texts.filter((text) => text.length < 800);
const typical = Array.from({ length: rounds }, () => round(small));
console.log(
  JSON.stringify({
    programs: {
      count: texts.length,
      characters: texts.reduce((sum, text) => sum + text.length, 0),
      ...rate(texts, all),
    },
    typical: {
      count: small.length,
      characters: small.reduce((sum, text) => sum + text.length, 0),
      ...rate(small, typical),
    },
    seconds: Math.round(performance.now() - started) / 1000,
  }),
);
