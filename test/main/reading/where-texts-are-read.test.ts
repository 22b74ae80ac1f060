/** Texts are read in the thread that can be ended, wherever a command or the engine reads one. */
import { globSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { cleanSource } from '../../../core/network/source/clean-source.ts';
import { initialNetworkSource } from '../../../core/search/initial-network.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { readingThread } from '../../../main/reading/reading-thread.ts';
import { endedBy } from '../../../main/reading/while-needed.ts';

const main = fileURLToPath(new URL('../../../main', import.meta.url));

/** The interpreter itself, what the thread runs, and what reads texts of our own, to see how fast and how rightly they train. */
const readers = [
  'cell-interpreter.ts',
  'estimate/estimate-search.ts',
  'interpreter.ts',
  'reading/answering.ts',
  'training/device-probe.ts',
];

test('nothing but the thread reads texts', () => {
  const found = globSync('**/*.ts', { cwd: main }).filter((file) =>
    /\b(loadInterpreter|readNetworkFile|loadCellInterpreter|readerOfProcess)\b/.test(
      readFileSync(`${main}/${file}`, 'utf8'),
    ),
  );
  expect(found.map((file) => relative(main, `${main}/${file}`).replaceAll('\\', '/')).sort()).toEqual(readers);
});

test('reading back what was printed ends with the signal', { timeout: 120_000 }, async () => {
  const read = (await loadInterpreter())(initialNetworkSource);
  if (!read.ok) throw new Error(read.reason.message);
  const thread = readingThread({ file: fileURLToPath(new URL('./slow-worker.ts', import.meta.url)) });
  const stop = new AbortController();
  const endless = endedBy(stop.signal, thread.interpreter());
  // Whatever is printed, this reader never comes to an end.
  const reading = cleanSource(read.value, (text, how) => endless(`${text}# never ends`, how));
  setTimeout(() => stop.abort(new Error('Ctrl-C')), 200);
  await expect(reading).rejects.toThrow('Ctrl-C');
  await thread.close();
});
