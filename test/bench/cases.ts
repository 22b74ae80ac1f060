/**
 * A folder of small networks as `network inspect` judges them, beside PyTorch: what each file's first line says of it, and,
 * where the oracle is there (`npm run oracle`), what PyTorch makes of it now; what both accept must have its parameters,
 * logits and gradients. PyTorch runs the files: for folders that you trust, else `--no-ask`.
 *
 * Run: node test/bench/cases.ts FOLDER ...     prints one JSON document (FOLDER: files NAME.py and folders NAME/net.py)
 *      --table            a Markdown table instead
 *      --no-ask           without PyTorch
 *      --input 3,32,32    size of an image
 *      --classes 10       scores of one
 */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { failureOf } from '../../core/failure.ts';
import type { Interpretation } from '../../core/search/ports.ts';
import { type ReadingThread, readingThread } from '../../main/reading/reading-thread.ts';
import { type CaseFile, casesOf } from './networks/case-files.ts';
import { type Agreement, cell, compared } from './networks/compare.ts';
import { packageFolder, python } from './networks/packages.ts';
import { askPyTorch, type PyTorchVerdict } from './networks/verdicts.ts';

interface Row {
  readonly file: string;
  /** What PyTorch does, as the file's first line has it. */
  readonly expected: 'accepts' | 'refuses' | null;
  /** What it does now; null where it was not asked. */
  readonly pytorch: 'accepts' | 'refuses' | null;
  readonly verdict: 'accepted' | 'refused';
  /** Processor time of reading it, the thread's garbage collection included. */
  readonly ms: number;
  /** Why it is refused here, kind first. */
  readonly reason: string | null;
  /** Why PyTorch refuses it. */
  readonly error: string | null;
  readonly agreement: Agreement | null;
  /** What both accept, differently. */
  readonly different: string | null;
  /** Over the largest logit, and over a gradient's norm, beside PyTorch's float64. */
  readonly logitsError: number | null;
  readonly gradientsError: number | null;
  /** PyTorch's own float32's. */
  readonly pytorchErrors: { readonly logits: number; readonly gradients: number | null } | null;
  /** Why PyTorch was not measured. */
  readonly unmeasured: string | null;
}

const { values, positionals } = parseArgs({
  options: {
    table: { type: 'boolean' },
    'no-ask': { type: 'boolean' },
    input: { type: 'string', default: '3,32,32' },
    classes: { type: 'string', default: '10' },
  },
  allowPositionals: true,
});
if (positionals.length === 0) throw new Error('Name a folder: node test/bench/cases.ts FOLDER');
const input = values.input.split(',').map(Number);
const classes = Number(values.classes);

async function readCase(thread: ReadingThread, file: string) {
  const before = process.cpuUsage();
  let read: Interpretation | string;
  try {
    read = await thread.file(file, { input, classes });
  } catch (error) {
    const { kind, message } = failureOf(error);
    read = `${kind}: ${message}`;
  }
  const { user, system } = process.cpuUsage(before);
  return { read, ms: Math.round((user + system) / 1000) };
}

async function verdictsOf(cases: readonly CaseFile[]): Promise<ReadonlyMap<string, PyTorchVerdict>> {
  const verdicts = new Map<string, PyTorchVerdict>();
  if (values['no-ask'] === true || !existsSync(python)) return verdicts;
  const folders = [packageFolder('torchvision'), packageFolder('einops')];
  const questions = cases.map(({ name, file }) => ({
    key: name,
    file,
    factory: null,
    input,
    classes,
    folders: [dirname(file), ...folders],
    logits: true,
    gradients: true,
  }));
  for await (const { key, verdict } of askPyTorch(questions)) verdicts.set(key, verdict);
  return verdicts;
}

async function rowOf(thread: ReadingThread, each: CaseFile, theirs: PyTorchVerdict | undefined): Promise<Row> {
  const { read, ms } = await readCase(thread, each.file);
  const common = {
    file: each.name,
    expected: each.expected,
    verdict: typeof read === 'string' ? 'refused' : 'accepted',
    ms,
    reason: typeof read === 'string' ? read : null,
  } as const;
  if (theirs === undefined) {
    const nothing = { pytorch: null, error: null, agreement: null, different: null };
    return { ...common, ...nothing, logitsError: null, gradientsError: null, pytorchErrors: null, unmeasured: null };
  }
  const { own, ownGradients } = theirs.accepts ? theirs : {};
  const { agreement, different, logitsError, gradientsError } = await compared(each.name, read, theirs, true);
  return {
    ...common,
    pytorch: theirs.accepts ? 'accepts' : 'refuses',
    error: theirs.accepts ? null : theirs.error,
    agreement,
    different,
    logitsError,
    gradientsError,
    pytorchErrors: own === undefined ? null : { logits: own, gradients: ownGradients ?? null },
    unmeasured: (theirs.accepts ? theirs.unmeasured : undefined) ?? null,
  };
}

async function judgeFolder(folder: string, thread: ReadingThread) {
  const { cases, others } = casesOf(folder);
  const verdicts = await verdictsOf(cases);
  const rows: Row[] = [];
  for (const each of cases) rows.push(await rowOf(thread, each, verdicts.get(each.name)));
  const counted = (test: (row: Row) => boolean) => rows.filter(test).length;
  return {
    folder,
    counts: {
      cases: rows.length,
      accepted: counted(({ verdict }) => verdict === 'accepted'),
      refused: counted(({ verdict }) => verdict === 'refused'),
      bothAccept: counted(({ agreement }) => agreement === 'both accept'),
      bothRefuse: counted(({ agreement }) => agreement === 'both refuse'),
      refusedHereAlone: counted(({ agreement }) => agreement === 'refused here alone'),
      acceptedHereAlone: counted(({ agreement }) => agreement === 'accepted here alone'),
      different: counted(({ different }) => different !== null),
      /** PyTorch does something else than the first line says. */
      unexpected: counted(({ expected, pytorch }) => expected !== null && pytorch !== null && expected !== pytorch),
      slowestMs: Math.max(0, ...rows.map(({ ms }) => ms)),
    },
    /** No network. */
    others,
    rows,
  };
}

function tableOf({ folder, counts, rows }: Awaited<ReturnType<typeof judgeFolder>>): string {
  const said = Object.entries(counts).map(([name, value]) => `${name} ${value}`);
  const lines = rows.map(({ file, expected, pytorch, verdict, reason, different, ms }) => {
    const here = different ?? reason ?? verdict;
    return `| ${file} | ${pytorch ?? expected ?? ''} | ${cell(here)} | ${ms} |`;
  });
  const head = [`## ${folder}`, '', `${said.join(', ')}.`, '', '| case | PyTorch | here | ms |', '|---|---|---|---:|'];
  return [...head, ...lines, ''].join('\n');
}

const thread = readingThread();
const judged = [];
try {
  // The first text also loads the parser.
  await thread.interpreter()('', { repair: false });
  for (const folder of positionals) judged.push(await judgeFolder(folder, thread));
} finally {
  await thread.close();
}
process.stdout.write(
  values.table ? judged.map(tableOf).join('\n') : `${JSON.stringify({ folders: judged }, null, 1)}\n`,
);
