/** What `doctor` looks at. Each native library is tried in a process of its own: a crash is reported, not suffered. */
import { execFile } from 'node:child_process';
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import * as z from 'zod';
import { failureOf } from '../core/failure.ts';
import { automaticDevice, type DeviceName, deviceNames, devices } from '../core/training/devices/table.ts';
import { openDataset } from './datasets/registry.ts';
import { homeFolder } from './home.ts';
import { embeddedModelFile } from './llm/embedded.ts';
import { planLanguageModel } from './llm/language-model.ts';
import { describePlan } from './llm/memory/memory-plan.ts';
import { hashFile } from './llm/model-file.ts';
import { describeNearby, nearbyServers } from './llm/served/nearby.ts';
import { type KeptTrials, keptTrials } from './llm/threads/kept-trials.ts';
import { describeTrial } from './llm/threads/thread-trial.ts';
import { fileBeside, nodeEnvironment } from './processes/child-node.ts';
import { probeDevices } from './training/device-probe.ts';

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  /** Whether a search cannot run without it. */
  readonly required: boolean;
  /** One line: what was found, or what is wrong and what would make it right. */
  readonly detail: string;
}

const reinstall = 'Run `npm ci` again on this machine, without --ignore-scripts or --omit=optional.';

/** The libraries' own words after a small piece of real work, run as `node -e` with the module's address as argument. */
const probes: Readonly<Record<string, string>> = {
  'better-sqlite3': `const { default: Database } = await import(process.argv[1]);
    const database = new Database(':memory:');
    console.log('SQLite ' + database.prepare('SELECT sqlite_version()').pluck().get());`,
  'onnxruntime-node': `const { onnxRuntime } = await import(process.argv[1]);
    const names = onnxRuntime.listSupportedBackends().map((backend) => backend.name);
    console.log('ONNX Runtime ' + onnxRuntime.env.versions.node + ', providers in it: ' + names.join(', '));`,
  // It forks a process to test its own binary, with this process's arguments: they must not run this code again.
  'node-llama-cpp': `process.execArgv = [];
    const { getLlama } = await import(process.argv[1]);
    const llama = await getLlama({ gpu: false, build: 'never', skipDownload: true, logLevel: 'error' });
    console.log('llama.cpp ' + llama.llamaCppRelease.release + ', ' + llama.cpuMathCores + ' cores for arithmetic');
    process.exit(0);`,
};

/** Where a library is loaded from: ONNX Runtime as the trainers do it, so that it reports to nobody here either. */
function addressOf(name: string): string {
  if (name !== 'onnxruntime-node') return import.meta.resolve(name);
  return pathToFileURL(fileBeside(import.meta.url, 'training/onnx-runtime')).href;
}

const patience = 60_000;

/** Loads a native library in a child process and lets it do something. */
export async function checkLibrary(name: string, code = probes[name] ?? '', address?: string): Promise<Check> {
  try {
    const url = address ?? addressOf(name);
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code, url], {
      env: nodeEnvironment(),
      timeout: patience,
      killSignal: 'SIGKILL',
    });
    return { name, ok: true, required: true, detail: stdout.trim() };
  } catch (error) {
    return { name, ok: false, required: true, detail: `${whyChildFailed(error)} ${reinstall}` };
  }
}

const childErrorSchema = z.object({ killed: z.boolean(), signal: z.string().nullable(), stderr: z.string() });

function whyChildFailed(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const child = childErrorSchema.safeParse(error);
  if (child.data?.killed === true) return `It did not answer within ${patience / 1000} seconds.`;
  if (typeof child.data?.signal === 'string') return `It crashed (${child.data.signal}).`;
  const said =
    child.data?.stderr.split('\n').find((line) => /^\w*Error\b/.test(line)) ?? error.message.split('\n')[0] ?? '';
  return `It does not load: ${said.trim()}.`;
}

function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > 22 || (major === 22 && minor >= 18);
  return {
    name: 'node',
    ok,
    required: true,
    detail: `${process.versions.node} on ${process.platform} ${process.arch}`,
  };
}

function checkMachine(): Check[] {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = totalmem();
  return [
    { name: 'cores', ok: true, required: false, detail: `${availableParallelism()} usable (${model})` },
    {
      name: 'memory',
      ok: memory >= 2 * 2 ** 30,
      required: false,
      detail: `${gibibytes(memory)}, ${gibibytes(freemem())} free${memory < 2 * 2 ** 30 ? '; the demo wants 2 GiB' : ''}`,
    },
  ];
}

/** Whether networks can be trained on each device; a search wants the one that it takes by itself. */
export async function checkDevices(names: readonly DeviceName[] = deviceNames): Promise<Check[]> {
  return [...(await probeDevices(names))].map(([device, problem]) => ({
    name: `device ${device}`,
    ok: problem === null,
    required: device === automaticDevice,
    detail: problem ?? `trains networks: ${devices[device].sentence}`,
  }));
}

async function checkModel(): Promise<Check> {
  const name = 'embedded model';
  try {
    const file = embeddedModelFile();
    const plan = await planLanguageModel({ file });
    const size = (statSync(file).size / 1e6).toFixed(1);
    return { name, ok: true, required: true, detail: `${file} (${size} MB); memory: ${describePlan(plan)}` };
  } catch (error) {
    return { name, ok: false, required: true, detail: failureOf(error).message };
  }
}

/** The threads that a trial chose for the embedded model; doctor measures nothing, for that takes seconds. */
export async function checkThreads(trials: KeptTrials = keptTrials()): Promise<Check> {
  const common = { name: "model's threads", ok: true, required: false };
  try {
    const trial = trials.find(await hashFile(embeddedModelFile()));
    const unknown = 'not measured yet: the first search or model command does it; --threads N overrules it';
    return { ...common, detail: trial === null ? unknown : describeTrial(trial) };
  } catch (error) {
    // The embedded model's own check says what is to be done.
    return { ...common, ok: false, detail: failureOf(error).message };
  }
}

async function checkServers(): Promise<Check> {
  return { name: 'served models', ok: true, required: false, detail: describeNearby(await nearbyServers()) };
}

async function checkDataset(): Promise<Check> {
  const name = 'built-in dataset';
  try {
    const { train, test, classes } = await openDataset('builtin');
    return {
      name,
      ok: true,
      required: true,
      detail: `${train.count} training and ${test.count} test images of ${classes.length} classes`,
    };
  } catch (error) {
    return { name, ok: false, required: true, detail: failureOf(error).message };
  }
}

/** The folder itself, or the nearest one above it that exists: what decides whether it can be made. */
function existing(folder: string): string {
  let path = resolve(folder);
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  return path;
}

/** Whether a folder can be written (or made), and how much room its disk has. */
export function checkFolder(name: string, folder: string): Check {
  const place = existing(folder);
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
    if (!statSync(place).isDirectory()) throw new Error(`${place} is a file`);
  } catch (error) {
    const why = failureOf(error).message;
    return { name, ok: false, required: true, detail: `${folder} cannot be written: ${why}. Choose another folder.` };
  }
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const made = place === resolve(folder) ? '' : ' (made when first needed)';
  const full = free < 2 ** 30 ? '; less than a run may need' : '';
  return { name, ok: free >= 2 ** 28, required: true, detail: `${folder}${made}, ${gibibytes(free)} free${full}` };
}

/** All checks; none throws. */
export async function allChecks(): Promise<Check[]> {
  const servers = checkServers();
  const libraries: Check[] = [];
  for (const name of Object.keys(probes)) libraries.push(await checkLibrary(name));
  return [
    checkNode(),
    ...libraries,
    ...checkMachine(),
    ...(await checkDevices()),
    await checkModel(),
    await checkThreads(),
    await servers,
    await checkDataset(),
    checkFolder('home folder', homeFolder()),
    checkFolder('folder for runs', 'runs'),
  ];
}
