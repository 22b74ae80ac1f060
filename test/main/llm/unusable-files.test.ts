// What is no model that can run, given to every command that takes one: one error with the thing, the place, the remedy.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { FailureError } from '../../../core/failure.ts';
import { parseSettings } from '../../../core/search/setting-paths.ts';
import type { CommandContext } from '../../../main/doors/commands/command.ts';
import { modelEvaluateCommand } from '../../../main/doors/commands/model-evaluate.ts';
import { modelGenerateCommand } from '../../../main/doors/commands/model-generate.ts';
import { modelInspectCommand } from '../../../main/doors/commands/model-inspect.ts';
import { startSearch } from '../../../main/search-run/search-run.ts';
import { goldenFolder, tinyModelFile } from './golden.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-unusable-'));
afterAll(() => rmSync(folder, { recursive: true }));

const sound = readFileSync(tinyModelFile('tiny-random'));
const prompt = join(folder, 'prompt.txt');
writeFileSync(prompt, 'class Net');

function written(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The model with another architecture of the same length in all its keys, so that it stays a sound GGUF. */
function renamed(architecture: string): Buffer {
  expect(architecture).toHaveLength('phi2'.length);
  return Buffer.from(sound.toString('latin1').replaceAll('phi2', architecture), 'latin1');
}

const codegen = join(goldenFolder, 'codegen', 'tiny');
const foreign = join(folder, 'llama-checkpoint');
mkdirSync(foreign);
writeFileSync(
  join(foreign, 'config.json'),
  JSON.stringify({ model_type: 'llama', architectures: ['LlamaForCausalLM'] }),
);
copyFileSync(join(codegen, 'pytorch_model.bin'), join(foreign, 'model.safetensors'));
const bare = join(folder, 'bare');
mkdirSync(bare);

const cases: readonly (readonly [string, string, RegExp])[] = [
  ['a GGUF of an architecture that llama.cpp does not know', written('odd.gguf', renamed('xyz9')), /odd\.gguf.*xyz9/s],
  [
    'a truncated GGUF',
    written('short.gguf', sound.subarray(0, sound.length - 1000)),
    /short\.gguf is truncated.*again/s,
  ],
  ['a GGUF cut in its header', written('header.gguf', sound.subarray(0, 700)), /header\.gguf is truncated.*again/s],
  ['an empty file', written('empty.gguf', ''), /empty\.gguf/],
  [
    'a file with another magic',
    written('magic.gguf', Buffer.concat([Buffer.from('GGML'), sound.subarray(4)])),
    /magic\.gguf.*GGUF/s,
  ],
  ['the folder of a CodeGen checkpoint', codegen, /tiny is a folder.*CodeGen.*llmatic model convert .*tiny --out/s],
  [
    "a CodeGen checkpoint's weights",
    join(codegen, 'pytorch_model.bin'),
    /pytorch_model\.bin is a checkpoint.*llmatic model convert .*tiny --out/s,
  ],
  [
    'the folder of another checkpoint',
    foreign,
    /llama-checkpoint is a folder.*architecture "llama".*convert_hf_to_gguf/s,
  ],
  [
    "another checkpoint's weights",
    join(foreign, 'model.safetensors'),
    /safetensors is a checkpoint.*architecture "llama".*convert_hf_to_gguf/s,
  ],
  ['a folder without anything', bare, /bare is a folder.*model convert.*convert_hf_to_gguf/s],
  ['a file that is not there', join(folder, 'none.gguf'), /no model at .*none\.gguf.*Give the path/],
];

function context(options: CommandContext['options'], positionals: readonly string[]): CommandContext {
  const { signal } = new AbortController();
  const quiet = (): void => {};
  return { options, positionals, json: true, signal, say: quiet, print: quiet, event: quiet };
}

/** The sentence that a command ends with for this model. */
const commands: Readonly<Record<string, (model: string) => Promise<unknown>>> = {
  'model generate': (model) => modelGenerateCommand.run(context({ model, 'prompt-file': prompt }, [])),
  'model evaluate': (model) =>
    modelEvaluateCommand.run(context({ model, n: '1', parents: '1', groups: 'generated' }, [])),
  search: (model) =>
    startSearch({ folder: join(folder, 'run'), settings: parseSettings({ model, generations: 1 }), preset: null }),
  async 'model inspect'(model) {
    const { json, exitCode } = await modelInspectCommand.run(context({}, [model]));
    expect(exitCode).toBe(1);
    throw new FailureError((json as { problems: FailureError['failure'][] }).problems[0]!);
  },
};

describe.each(cases)('%s', (_what, model, words) => {
  it.each(Object.keys(commands))('is refused by %s with the reason and the remedy', async (command) => {
    const error: unknown = await commands[command]!(model).catch((thrown: unknown) => thrown);
    if (!(error instanceof FailureError)) throw new Error(`Not refused: ${String(error)}`);
    expect(['model-file', 'file']).toContain(error.failure.kind);
    expect(error.failure.message).toMatch(words);
  });
});
