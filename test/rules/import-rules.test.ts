import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runOnPlanted } from './planted.ts';

const root = join(import.meta.dirname, '..', '..');

const lint = (files: Record<string, string>): { status: number; output: string } =>
  runOnPlanted(files, 'biome', ['lint', '--vcs-enabled=false', '--error-on-warnings', '.']);

const violations: [string, Record<string, string>, string][] = [
  [
    'core importing a Node module',
    { 'core/a.ts': "import * as fs from 'node:fs';\nexport const x = fs;\n" },
    'core imports only core',
  ],
  [
    'core importing main',
    { 'core/a.ts': "import { x } from '../main/b.ts';\nexport const y = x;\n", 'main/b.ts': 'export const x = 1;\n' },
    'core imports only core',
  ],
  [
    'core importing an unnamed library',
    { 'core/a.ts': "import x from 'lodash';\nexport const y = x;\n" },
    'core imports only core',
  ],
  [
    'core drawing from Math.random',
    { 'core/a.ts': 'export const x = Math.random();\n' },
    'Math.random is not reproducible',
  ],
  ['core reading the clock', { 'core/a.ts': 'export const x = Date.now();\n' }, 'core reads no clock'],
  ['core executing text', { 'core/a.ts': "export const x: unknown = eval('1');\n" }, 'never executed'],
  [
    'a thread that nobody supervises',
    { 'main/a.ts': "import { Worker } from 'node:worker_threads';\nexport const x = new Worker('b.js');\n" },
    'Children of ours are started by main/processes',
  ],
  [
    'a process that nobody supervises',
    { 'main/a.ts': "import { fork } from 'node:child_process';\nexport const x = fork('b.js');\n" },
    'Children of ours are started by main/processes',
  ],
  [
    'a child that answers in its own way',
    { 'main/a.ts': 'process.send?.({ answer: 1 });\n' },
    'Children of ours are started by main/processes',
  ],
  [
    'SQLite outside main/store',
    { 'main/training/a.ts': "import x from 'better-sqlite3';\nexport const y = x;\n" },
    'stays in main/store',
  ],
  [
    'ONNX Runtime outside main/training',
    { 'main/engine.ts': "import * as x from 'onnxruntime-node';\nexport const y = x;\n" },
    'stays in main/training',
  ],
  [
    'ONNX Runtime beside the file that silences it',
    { 'main/training/a.ts': "import * as x from 'onnxruntime-node';\nexport const y = x;\n" },
    'onnx-runtime.ts alone loads onnxruntime-node',
  ],
  [
    'ONNX Runtime loaded by a test',
    { 'test/a.ts': "export const x: unknown = await import('onnxruntime-node');\n" },
    'onnx-runtime.ts alone loads onnxruntime-node',
  ],
  [
    "ONNX Runtime's address looked up for a child process",
    { 'main/a.ts': "export const x = import.meta.resolve('onnxruntime-node');\n" },
    'onnx-runtime.ts alone loads onnxruntime-node',
  ],
  [
    'calls into a library by address',
    { 'main/llm/a.ts': "export const x: unknown = await import('koffi');\n" },
    'windows-events.ts alone calls',
  ],
  [
    'a request from beside the served models',
    { 'main/llm/a.ts': "import { request } from 'node:https';\n\nexport const x = request;\n" },
    'Nothing leaves the machine',
  ],
  [
    'a look-up of a name in the engine',
    { 'main/engine/a.ts': "export const x: unknown = await import('node:dns/promises');\n" },
    'Nothing leaves the machine',
  ],
  [
    'the page asking an address by itself',
    { 'renderer/a.ts': "export const x = fetch('http://127.0.0.1');\n" },
    'Nothing leaves the machine',
  ],
  [
    'the page counting what became of candidates',
    {
      'renderer/a.ts': "import { tally } from '../core/search/tally.ts';\n\nexport const x = tally;\n",
      'core/search/tally.ts': 'export const tally = 1;\n',
    },
    'derives none of it',
  ],
  [
    'llama.cpp outside main/llm',
    { 'main/store/a.ts': "import * as x from 'node-llama-cpp';\nexport const y = x;\n" },
    'stays in main/llm',
  ],
  [
    'electron outside its door',
    { 'main/engine.ts': "import * as x from 'electron';\nexport const y = x;\n" },
    'electron stays in',
  ],
  [
    'electron beside its door',
    { 'main/doors/electron/a.ts': "import { app } from 'electron';\nexport const y = app;\n" },
    'electron stays in',
  ],
  [
    'the window of Electron importing SQLite',
    { 'main/doors/electron.ts': "import x from 'better-sqlite3';\nexport const y = x;\n" },
    'stays in main/store',
  ],
  [
    'the preload giving the page ipcRenderer',
    {
      'preload/a.ts':
        "import { contextBridge, ipcRenderer } from 'electron';\n\ncontextBridge.exposeInMainWorld('ipc', ipcRenderer);\n",
    },
    'no function or object of Electron reaches the page',
  ],
  [
    'the preload taking all of electron',
    { 'preload/a.ts': "import * as electron from 'electron';\n\nexport const y = electron;\n" },
    'no function or object of Electron reaches the page',
  ],
  [
    'the preload requiring a module',
    { 'preload/a.ts': "export const y: unknown = require('electron');\n" },
    'imports what it needs by name',
  ],
  [
    'the preload importing the app',
    {
      'preload/a.ts': "import { x } from '../core/b.ts';\n\nexport const y = x;\n",
      'core/b.ts': 'export const x = 1;\n',
    },
    'it imports electron and nothing else',
  ],
  [
    'the renderer importing main',
    {
      'renderer/a.ts': "import { x } from '../main/b.ts';\nexport const y = x;\n",
      'main/b.ts': 'export const x = 1;\n',
    },
    'never main',
  ],
  [
    'the renderer importing a Node module',
    { 'renderer/a.ts': "import * as x from 'node:fs';\nexport const y = x;\n" },
    'never main, electron or node:',
  ],
  [
    'the renderer importing electron',
    { 'renderer/a.ts': "import * as x from 'electron';\nexport const y = x;\n" },
    'through client.ts',
  ],
  [
    'an element of the page that only a mouse can use',
    { 'renderer/a.tsx': 'export function A() {\n  return <div onClick={() => {}}>Stop</div>;\n}\n' },
    'a11y/',
  ],
  [
    'the renderer writing HTML as text',
    { 'renderer/a.tsx': 'export const a = <p dangerouslySetInnerHTML={{ __html: "x" }} />;\n' },
    'noDangerouslySetInnerHtml',
  ],
  [
    'an import cycle',
    {
      'core/a.ts': "import { y } from './b.ts';\nexport const x = (): number => y();\n",
      'core/b.ts': "import { x } from './a.ts';\nexport const y = (): number => x();\n",
    },
    'cycle',
  ],
  [
    'an import cycle of types alone',
    {
      'core/a.ts': "import type { Y } from './b.ts';\nexport interface X { readonly y: Y }\n",
      'core/b.ts': "import type { X } from './a.ts';\nexport interface Y { readonly x: X | null }\n",
    },
    'cycle',
  ],
  [
    'a command writing to the terminal by itself',
    { 'main/doors/commands/a.ts': "export const x = () => process.stdout.write('x');\n" },
    'standard-streams.ts alone writes to the terminal',
  ],
  ['the type any', { 'core/a.ts': 'export const x = (y: any): unknown => y;\n' }, 'any'],
];

describe('lint', () => {
  it.each(violations)('refuses %s', (_name, files, message) => {
    const run = lint(files);
    expect(run.status).not.toBe(0);
    expect(run.output).toContain(message);
  });

  it('accepts a pure core file, a native library in its folder, electron in its door and in the preload', () => {
    const run = lint({
      'core/a.ts': "import * as z from 'zod';\nimport { x } from './b.ts';\n\nexport const y = z.literal(x);\n",
      'core/b.ts': 'export const x = 1;\n',
      'main/training/onnx-runtime.ts': "import * as runtime from 'onnxruntime-node';\n\nexport const y = runtime;\n",
      'main/llm/served/a.ts': "import { request } from 'node:http';\n\nexport const y = request;\n",
      'test/a.ts': "import { createServer } from 'node:http';\n\nexport const y = createServer;\n",
      'main/doors/electron.ts': "import { app } from 'electron';\n\nexport const y = app;\n",
      'preload/a.ts': "import { ipcRenderer } from 'electron';\n\nipcRenderer.send('x');\n",
    });
    expect(run.output).not.toContain('noRestrictedImports');
    expect(run.status).toBe(0);
  });

  it('passes on the project itself', () => {
    const entry = join(root, 'node_modules/@biomejs/biome/bin/biome');
    const run = spawnSync(process.execPath, [entry, 'check', '--error-on-warnings', '.'], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(run.status, `${run.stdout}${run.stderr}`).toBe(0);
  });
});

describe('the compiler', () => {
  const compile = (files: Record<string, string>, project = 'core'): { status: number; output: string } =>
    runOnPlanted(files, 'tsc', ['-p', project]);

  it.each([
    ['process', 'export const x = process.cwd();\n', "Cannot find name 'process'"],
    ['document', 'export const x = document.title;\n', "Cannot find name 'document'"],
    ['console', "console.log('x');\nexport {};\n", "Cannot find name 'console'"],
    ['node:fs', "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n", 'Cannot find'],
  ])('refuses %s in core', (_name, text, message) => {
    const run = compile({ 'core/a.ts': text });
    expect(run.status).not.toBe(0);
    expect(run.output).toContain(message);
  });

  it.each([
    ['process', 'export const x = process.cwd();\n', "Cannot find name 'process'"],
    ['node:fs', "import { readFileSync } from 'node:fs';\nexport const x = readFileSync;\n", 'Cannot find'],
    [
      'a file of main',
      "import { x } from '../main/b.ts';\nexport const y = x;\n",
      "Cannot find module or type declarations for side-effect import of 'node:fs'",
    ],
  ])('refuses %s in the renderer', (_name, text, message) => {
    const run = compile({ 'renderer/a.ts': text, 'main/b.ts': "import 'node:fs';\nexport const x = 1;\n" }, 'renderer');
    expect(run.status).not.toBe(0);
    expect(run.output).toContain(message);
  });

  it('accepts the page and core in the renderer', () => {
    const run = compile(
      {
        'renderer/a.tsx': "import { x } from '../core/b.ts';\nexport const a = <p>{document.title + x}</p>;\n",
        'core/b.ts': 'export const x = 1;\n',
        'renderer/jsx/jsx-runtime.ts': "export { Fragment, type JSX, jsx, jsxs } from 'react/jsx-runtime';\n",
      },
      'renderer',
    );
    expect(run).toEqual({ status: 0, output: '' });
  });

  it('refuses a file of main in core', () => {
    const run = compile({
      'core/a.ts': "import { x } from '../main/b.ts';\nexport const y = x;\n",
      'main/b.ts': 'export const x = 1;\n',
    });
    expect(run.status).not.toBe(0);
    expect(run.output).toContain('rootDir');
  });

  it('refuses an operator table with a rule missing', () => {
    const run = compile({
      'core/a.ts': "type Operator = 'relu' | 'tanh';\nexport const rules: { [O in Operator]: number } = { relu: 1 };\n",
    });
    expect(run.status).not.toBe(0);
    expect(run.output).toContain("'tanh' is missing");
  });

  it.each(['core', 'main', 'preload', 'renderer', 'test'])('passes on %s itself', (environment) => {
    const entry = join(root, 'node_modules/typescript/bin/tsc');
    const run = spawnSync(process.execPath, [entry, '-p', environment], { cwd: root, encoding: 'utf8' });
    expect(`${run.stdout}${run.stderr}`).toBe('');
    expect(run.status).toBe(0);
  });
});
