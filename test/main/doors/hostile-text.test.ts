/**
 * Whatever holds text holds hostile text, and every command is called over it: what reaches the terminal is seen as it is, no
 * line of it was begun by a text of another, and JSON is JSON. A command that is new stands here or the first test fails.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { visible } from '../../../core/text/visible.ts';
import { callCommand } from '../../../main/doors/command-line.ts';
import { commandTable } from '../../../main/doors/commands/table.ts';
import type { Stopping } from '../../../main/doors/stopping.ts';
import { palette } from '../../../main/doors/terminal/colour.ts';
import { terminalLine, terminalText } from '../../../main/doors/terminal/terminal-text.ts';
import { type StandIn, standIn } from '../llm/served/stand-in.ts';
import { faultsOf, type HostileMaterial, hostile, hostileName, plant } from './hostile-material.ts';
import { runCli } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let given: HostileMaterial;
let server: StandIn;

beforeAll(async () => {
  vi.stubEnv('LLMATIC_HOME', join(folder, 'home'));
  given = await plant(folder);
  server = await standIn({
    '/v1/models': (response) => {
      const data = [{ id: hostile, object: 'model', created: 1, owned_by: hostile, meta: { n_ctx_train: 512 } }];
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ object: 'list', data }));
    },
  });
});
afterAll(() => server.close());
afterAll(() => vi.unstubAllEnvs());

interface Called {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Calls a command in this process; what it gives to the streams, as they write it. */
async function called(words: readonly string[]): Promise<Called> {
  let stdout = '';
  let stderr = '';
  const out = {
    print: (text: string) => {
      stdout += terminalText(`${text}\n`);
    },
    say: (line: string) => {
      stderr += terminalText(`${line}\n`);
    },
  };
  const stopping: Stopping = { controller: new AbortController(), describe: () => undefined };
  return { exitCode: await callCommand(words, out, stopping), stdout, stderr };
}

/** Words by command; a command may stand several times. `block`: its text has lines of its own, which a model wrote. */
const calls: readonly (readonly [
  command: string,
  words: () => readonly string[],
  how?: { readonly exit?: number; readonly block?: true; readonly names?: false },
])[] = [
  ['search', () => ['--settings', '--set', `promptSet=${hostile}`]],
  ['search', () => ['--preset', hostile], { exit: 2 }],
  ['search', () => ['--set', `${hostile}=1`], { exit: 2 }],
  ['search', () => ['--config', given.wrongPrompts], { exit: 2 }],
  ['search', () => ['--strategy', hostile], { exit: 2 }],
  ['search', () => ['--prompts', given.wrongPrompts], { exit: 2 }],
  ['search', () => ['--dataset', hostile, '--out', join(folder, 'none')], { exit: 2 }],
  ['search', () => ['--model', join(folder, hostileName), '--out', join(folder, 'none')], { exit: 2 }],
  ['search', () => [hostile], { exit: 2 }],
  ['search', () => [`--${hostile}`], { exit: 2 }],
  ['search', () => ['--resume', given.run], { exit: 2 }],
  ['runs list', () => [given.runs]],
  ['runs list', () => [join(folder, hostile)], { exit: 2 }],
  ['runs show', () => [given.run]],
  ['runs show', () => [given.runs], { exit: 2 }],
  ['runs verify', () => [given.run], { exit: 1 }],
  ['runs trust', () => [given.run]],
  ['runs trust', () => [join(folder, hostile)], { exit: 2 }],
  ['export', () => [given.run, 'initial', '--out', join(folder, hostileName, 'out')]],
  ['export', () => [given.run, 'best', '--out', join(folder, hostileName, 'best')]],
  ['export', () => [given.run, 'elites', '--out', join(folder, hostileName, 'elites')]],
  ['export', () => [given.run, `no ${hostile}`, '--out', join(folder, 'none')], { exit: 2 }],
  ['network inspect', () => [given.network]],
  ['network inspect', () => [given.raising], { exit: 2 }],
  ['network inspect', () => [given.raising, '--repair'], { exit: 2 }],
  ['network inspect', () => [given.network, '--class', hostile], { exit: 2 }],
  ['network inspect', () => [given.network, '--args', hostile], { exit: 2 }],
  ['network inspect', () => [join(folder, hostile)], { exit: 2 }],
  ['network diff', () => [given.network, given.network]],
  ['network source', () => [given.network], { names: false }],
  ['network source', () => [given.network, '--output', join(folder, `clean ${hostileName}.py`)]],
  ['network export', () => [given.network, '--weights', given.weights, '--out', join(folder, 'x')], { exit: 2 }],
  ['network train', () => [given.raising, '--dataset', 'builtin'], { exit: 2 }],
  ['network train', () => [given.network, '--dataset', hostile], { exit: 2 }],
  ['network train', () => [given.network, '--dataset', 'builtin', '--weights', given.weights], { exit: 2 }],
  [
    'network predict',
    () => [given.network, '--weights', given.weights, '--input', given.images, '--output', join(folder, 'y.npy')],
    { exit: 2 },
  ],
  [
    'network gradients',
    () => [
      ...[given.network, '--weights', given.weights, '--input', given.images, '--labels', given.images],
      ...['--output', join(folder, 'g.safetensors')],
    ],
    { exit: 2 },
  ],
  ['dataset import', () => [given.images10, '--name', 'planted'], { names: false }],
  ['dataset import', () => [given.checkpoint], { exit: 2 }],
  ['dataset list', () => [], { names: false }],
  ['dataset show', () => ['planted']],
  ['dataset show', () => [hostile], { exit: 2 }],
  ['model list', () => ['--runs', given.runs]],
  ['model inspect', () => [given.unsound], { exit: 1 }],
  ['model inspect', () => [`${server.address}#${hostile}`]],
  ['model inspect', () => [`${server.address}#no ${hostile}`], { exit: 2 }],
  ['model inspect', () => [given.checkpoint], { exit: 2 }],
  ['model convert', () => [given.checkpoint, '--out', join(folder, 'm.gguf')], { exit: 2 }],
  ['model generate', () => ['--prompt-file', join(folder, hostile)], { exit: 2 }],
  ['model evaluate', () => ['--groups', hostile], { exit: 2 }],
  ['model evaluate', () => ['--parents', join(folder, hostile)], { exit: 2 }],
  ['prompts list', () => []],
  ['prompts show', () => [given.prompts]],
  ['prompts show', () => [given.wrongPrompts], { exit: 2 }],
  ['prompts preview', () => [given.prompts, '--prompt', 'one', '--parent', given.network], { block: true }],
  ['prompts preview', () => [given.prompts, '--prompt', hostile], { exit: 2 }],
  ['prompts import', () => [given.prompts]],
  ['prompts import', () => [given.prompts, '--name', hostile], { exit: 2 }],
  ['serve', () => ['--port', hostile], { exit: 2 }],
  ['serve', () => ['--port', '1', '--host', hostile], { exit: 2 }],
  ['doctor', () => [hostile], { exit: 2, names: false }],
  [hostile, () => [], { exit: 2 }],
  ['runs', () => [hostile], { exit: 2 }],
];

test('every command is called', () => {
  const names = new Set(calls.map(([command]) => command));
  expect(commandTable.map(({ name }) => name).filter((name) => !names.has(name))).toEqual([]);
});

describe.each(calls.map((call, index) => [`${index}: ${call[0].slice(0, 20).replace(/[^ -~]/g, '?')}`, call] as const))(
  '%s',
  (_, [command, words, how = {}]) => {
    const { exit = 0, block, names = true } = how;
    test('shows hostile text as what it is, to people and as JSON', async () => {
      const all = [...command.split(' '), ...words()];
      const plain = await called(all);
      expect(plain.exitCode, plain.stdout + plain.stderr).toBe(exit);
      const { stdout, stderr } = plain;
      expect(faultsOf(stdout, block !== true), stdout).toEqual([]);
      expect(faultsOf(stderr), stderr).toEqual([]);
      // Something planted came that far, as escapes.
      if (names) expect(stdout + stderr).toMatch(/\\x1b|FORGED/);

      const json = await called([...all, '--json']);
      expect(faultsOf(json.stdout, false), json.stdout).toEqual([]);
      expect(faultsOf(json.stderr), json.stderr).toEqual([]);
      for (const line of json.stdout.trimEnd().split('\n')) expect(() => JSON.parse(line), line).not.toThrow();
    });
  },
);

test('the process itself writes no sequence that is not its own, on either stream', async () => {
  const environment = { LLMATIC_HOME: given.home };
  const shown = await runCli(['runs', 'show', given.run], { environment });
  expect(shown.exitCode, shown.stderr).toBe(0);
  expect(shown.stdout).toContain('\\x1b]0;t\\x07');
  expect(faultsOf(shown.stdout)).toEqual([]);
  const refused = await runCli(['network', 'inspect', given.raising], { environment });
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('\\u202e');
  expect(faultsOf(refused.stderr)).toEqual([]);
});

test('colours are ours alone: a text that writes like one of our marks is shown', () => {
  const bold = palette({ isTTY: true }).bold;
  expect(terminalText(bold(hostile))).toBe(`\u001b[1m${visible(hostile)}\u001b[0m`);
  expect(terminalText(`${'\u001b<'}${'0'.repeat(32)}1m>x`)).toBe(`\\x1b<${'0'.repeat(32)}1m>x`);
  expect(terminalLine(`a${bold('b\nc')}`)).not.toContain('\n');
  expect(terminalText(terminalLine(bold('b\tc')))).toBe('\u001b[1mb\tc\u001b[0m');
});
