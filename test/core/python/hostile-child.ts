/**
 * Reads one program from standard input and prints what it cost: milliseconds of processor time, bytes of memory on top
 * of what the interpreter itself needs, and the verdict. A process of its own, as peaks of memory never fall.
 */
import { readFileSync } from 'node:fs';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { inInit } from './hostile-programs.ts';

const text = readFileSync(0, 'utf8');
const interpret = await loadInterpreter();
// The code of the interpreter itself is warm in the product.
for (let i = 0; i < 30; i++) interpret(inInit(`x = [${i}, str(${i}), {1: 2}]\nfor i in x: pass`));
const before = process.memoryUsage().rss;
const clock = process.cpuUsage();
const result = interpret(text);
const { user, system } = process.cpuUsage(clock);
const peak = process.resourceUsage().maxRSS * 1024;
process.stdout.write(
  JSON.stringify({
    milliseconds: (user + system) / 1000,
    bytes: Math.max(0, peak - before),
    kind: result.ok ? null : result.reason.kind,
    message: result.ok ? '' : result.reason.message.slice(0, 500),
  }),
);
