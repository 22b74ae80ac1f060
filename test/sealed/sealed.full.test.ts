// Nothing leaves the machine: the demo, the page, an export, doctor and the rest under a tracer, without a network.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { runInside } from './namespace.ts';

const root = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

const resultSchema = z.object({
  name: z.string(),
  processes: z.int(),
  filesWritten: z.int(),
  connections: z.array(z.string()),
  lookups: z.array(z.string()),
  listening: z.array(z.string()),
  untraced: z.array(z.string()),
  filesElsewhere: z.array(z.string()),
});
const summarySchema = z.object({ interfaces: z.array(z.string()), results: z.array(resultSchema) });

describe('under a tracer, in a network namespace without a route', () => {
  let summary: z.infer<typeof summarySchema>;
  beforeAll(async () => {
    const file = join(root, 'test', 'bench', 'sealed.ts');
    const words = ['--disable-warning=ExperimentalWarning', file];
    const { stdout } = await run(process.execPath, words, { maxBuffer: 2 ** 26 });
    summary = summarySchema.parse(JSON.parse(stdout));
  }, 900_000);

  const resultOf = (name: string) => summary.results.find((result) => result.name.startsWith(name))!;

  it.each(['demo', 'serve', 'export', 'doctor', 'verify', 'generate', 'convert', 'train'])(
    '%s speaks to nobody, looks up no name, and writes to the run, the home folder and the temporary folder alone',
    (name) => {
      const result = resultOf(name);
      expect(result).toMatchObject({
        connections: [],
        lookups: [],
        listening: [],
        untraced: [],
        filesElsewhere: [],
      });
      // It was followed: threads and children of a real search, files of a real export.
      expect(result.processes).toBeGreaterThan(name === 'demo' || name === 'serve' ? 30 : 3);
    },
  );

  it('has nothing but loopback to speak through, and the tracer sees what does speak and write', () => {
    expect(summary.interfaces).toEqual(['lo']);
    expect(resultOf('demo').filesWritten).toBeGreaterThan(5);
    expect(resultOf('export').filesWritten).toBeGreaterThan(4);
    expect(resultOf('a look-up of a name').lookups).toContain('read /etc/hosts');
    expect(resultOf('ONNX Runtime as it comes').filesElsewhere.some((file) => /onnxruntime\.db$/.test(file))).toBe(
      true,
    );
  });
});

describe("the switch of ONNX Runtime's C API, which Windows needs", () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'llmatic-switch-'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  /** Kinds of reports that the library queued in its own database, where nothing but the switch keeps it from that. */
  async function queued(switched: boolean): Promise<string[]> {
    const place = join(home, String(switched));
    await runInside(join(import.meta.dirname, 'queue-reports.ts'), [place, String(switched)]);
    const file = join(place, '.cache', 'Microsoft', 'DeveloperTools', '.onnxruntime', 'onnxruntime.db');
    const database = new Database(file, { readonly: true });
    try {
      const rows = database.prepare('SELECT payload FROM events').pluck().all() as Buffer[];
      const kinds = /ProcessInfo|SessionCreation|ModelLoad|RuntimeError|RuntimePerf/g;
      return rows.flatMap((payload) => payload.toString('latin1').match(kinds) ?? []).sort();
    } finally {
      database.close();
    }
  }

  it('stops the reports on sessions and their errors in this version of the library', async () => {
    expect(new Set(await queued(false))).toEqual(new Set(['ModelLoad', 'ProcessInfo', 'RuntimeError']));
    // The report on the process itself is kept back on Windows, where it asks the same switch; here another one does it.
    expect(await queued(true)).toEqual(['ProcessInfo']);
  }, 60_000);
});
