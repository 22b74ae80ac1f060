/**
 * Whether anything leaves the machine: the demo search (shorter), the page with a client that uses it, an export, doctor
 * and the other commands that load a library, each under a tracer (strace) in a network namespace without a route. For
 * each: connections and look-ups beyond loopback, and files outside the run, LLMatic's home folder and the temporary
 * folder. Two programs that do such things stand beside them, so that a tracer which sees nothing is noticed.
 *
 * Run: node test/bench/sealed.ts [--only NAME]     prints one JSON document; wants strace, ip and unshare (Linux)
 */
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { builtRenderer } from '../../main/doors/web/built-renderer.ts';
import { tinySearch } from '../conformance/tiny-search.ts';
import { descendants } from '../e2e/processes.ts';
import { cliFile } from '../main/doors/run-cli.ts';
import { connectTo } from '../main/doors/serve-process.ts';
import { insideEnvironment, interfacesUp, isInside, runInside } from '../sealed/namespace.ts';
import { readTrace, startTraced, type Trace } from '../sealed/trace.ts';

const root = join(import.meta.dirname, '..', '..');
const node = [process.execPath, '--disable-warning=ExperimentalWarning'];

interface Place {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where files may be written. */
  readonly allowed: readonly string[];
}

/** A person's environment, with nothing in it that a library takes for a reason to be quiet (`CI` is one). */
function placeIn(folder: string): Place {
  const [cwd, home, temporary] = ['work', 'home', 'tmp'].map((name) => join(folder, name)) as [string, string, string];
  for (const each of [cwd, home, temporary]) mkdirSync(each, { recursive: true });
  return {
    cwd,
    env: { PATH: process.env.PATH, HOME: home, TMPDIR: temporary, LANG: 'C.UTF-8', ...insideEnvironment },
    allowed: [cwd, join(home, '.local', 'share', 'llmatic'), temporary],
  };
}

interface Ended {
  readonly exitCode: number | null;
  readonly said: string;
}

type Child = ReturnType<typeof startTraced>;

async function ended(child: Child): Promise<Ended> {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000);
    });
  }
  await once(child, 'close');
  return { exitCode: child.exitCode, said };
}

/** The page's server with a client that looks, starts a search, verifies and exports; then Ctrl-C to the server. */
async function useServer(child: Child): Promise<void> {
  const [address] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  const client = await connectTo(address);
  const finished = new Promise<void>((resolve) => {
    client.subscribe((event) => {
      if (event.type === 'run-changed' && event.row.state === 'finished') resolve();
    });
  });
  for (const name of ['app.describe', 'app.doctor', 'search.form', 'models.list', 'datasets.list'] as const) {
    await client.call(name, {});
  }
  await client.call('models.inspect', { file: null });
  await client.call('search.start', { ...tinySearch, name: 'served' });
  await finished;
  const { ok } = await client.call('runs.verify', { run: 'served' });
  await client.call('runs.export', { run: 'served', network: 'initial' });
  client.close();
  if (!ok) throw new Error('The run of the page does not verify.');
  // strace passes no signal on: its child gets it, as from a terminal.
  const [traced] = descendants(child.pid ?? 0);
  if (traced !== undefined) process.kill(traced.pid, 'SIGINT');
}

interface Scenario {
  readonly name: string;
  readonly words: readonly string[];
  /** What it ends with when all is well. */
  readonly exitCode: number;
  use?(child: Child): Promise<void>;
  /** Whether the tracer must find something. */
  readonly leaks?: boolean;
}

const short = ['--set', 'generations=1', '--set', 'offspring=3', '--set', 'recipe.epochs=1', '--seed', '1'];
const cli = [...node, cliFile];
const network = join(root, 'models', 'evaluation', 'handwritten', 'lenet.py');

const scenarios: readonly Scenario[] = [
  { name: 'demo', words: [...cli, 'search', '--preset', 'demo', ...short, '--out', 'run', '--json'], exitCode: 0 },
  { name: 'serve', words: [...cli, 'serve', '--port', '0', '--runs', 'runs'], exitCode: 130, use: useServer },
  { name: 'export', words: [...cli, 'export', 'run', 'best', '--out', 'exported'], exitCode: 0 },
  { name: 'doctor', words: [...cli, 'doctor', '--json'], exitCode: 0 },
  { name: 'verify', words: [...cli, 'runs', 'verify', 'run'], exitCode: 0 },
  {
    name: 'generate',
    words: [...cli, 'model', 'generate', '--prompt-file', 'prompt.txt', '--n', '1', '--json'],
    exitCode: 0,
  },
  {
    name: 'convert',
    words: [...cli, 'model', 'convert', 'checkpoint', '--out', 'made.gguf', '--type', 'f16'],
    exitCode: 0,
  },
  {
    name: 'train',
    words: [...cli, 'network', 'train', network, '--dataset', 'builtin', '--epochs', '1', '--batch', '512'],
    exitCode: 0,
  },
  {
    name: 'a look-up of a name, which must be seen',
    words: [...node, '-e', "require('node:dns').lookup('example.invalid', () => {})"],
    exitCode: 0,
    leaks: true,
  },
  {
    name: 'ONNX Runtime as it comes, which must be seen',
    words: [...node, join(root, 'test', 'sealed', 'loud-runtime.ts')],
    exitCode: 0,
    leaks: true,
  },
];

/** Files that are none: devices, the process's own description of itself. */
const nothing = /^\/(?:dev\/(?:null|tty|urandom|random|pts\/\d+)|proc\/(?:self|\d+)\/)/;

function outside({ written }: Trace, { allowed }: Place): string[] {
  const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`);
  // The folders above an allowed one are made where they are missing.
  const isAbove = (path: string, folder: string) => folder.startsWith(`${path}/`);
  return written.filter(
    (path) => !nothing.test(path) && !allowed.some((folder) => isBelow(path, folder) || isAbove(path, folder)),
  );
}

async function traced({ name, words, exitCode, use, leaks = false }: Scenario, folder: string) {
  const place = placeIn(folder);
  const records = join(folder, 'traces', name.replaceAll(/\W+/g, '-'));
  const began = performance.now();
  const child = startTraced(words, { folder: records, cwd: place.cwd, env: place.env });
  const end = ended(child);
  try {
    await use?.(child);
  } catch (error) {
    for (const { pid } of descendants(child.pid ?? 0)) process.kill(pid, 'SIGKILL');
    throw error;
  }
  const { exitCode: code, said } = await end;
  if (code !== exitCode) throw new Error(`${name} ended with ${code}, not ${exitCode}: ${said}`);
  const trace = readTrace(records, place.cwd);
  const { connections, lookups, listening, untraced, processes, programs } = trace;
  const elsewhere = outside(trace, place);
  const found = connections.length + lookups.length + listening.length + untraced.length + elsewhere.length;
  return {
    name,
    seconds: Math.round((performance.now() - began) / 100) / 10,
    processes,
    programs,
    filesWritten: trace.written.length,
    connections,
    lookups,
    listening,
    untraced,
    filesElsewhere: elsewhere,
    sealed: found === 0,
    asExpected: leaks ? found > 0 : found === 0,
  };
}

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;

if (isInside()) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'llmatic-sealed-')));
  try {
    const { cwd } = placeIn(folder);
    writeFileSync(join(cwd, 'prompt.txt'), 'import torch\n');
    cpSync(join(root, 'test', 'golden', 'llm', 'codegen', 'tiny'), join(cwd, 'checkpoint'), { recursive: true });
    const results: Awaited<ReturnType<typeof traced>>[] = [];
    for (const scenario of scenarios) {
      // The export and the verification want the demo's run.
      if (only === undefined || scenario.name.startsWith(only)) results.push(await traced(scenario, folder));
    }
    const home = readdirSync(join(folder, 'home'), { recursive: true }).map(String).sort();
    const sealed = results.every(({ asExpected }) => asExpected);
    console.log(JSON.stringify({ interfaces: interfacesUp(), sealed, results, home }, null, 2));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
} else {
  // In a checkout `serve` builds the page where its sources are newer: done before, since it writes into the checkout.
  await builtRenderer({ signal: AbortSignal.timeout(300_000), say: () => {} });
  process.stdout.write(await runInside(import.meta.filename, only === undefined ? [] : ['--only', only]));
}
