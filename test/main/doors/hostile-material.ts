/** A folder in which everything that can hold text holds hostile text: a run, models, a dataset, prompts, networks, names of files. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { layGguf } from '../../../core/gguf/write-header.ts';
import { initialWeights } from '../../../core/network/initialise.ts';
import type { CandidateStep } from '../../../core/search/candidate.ts';
import { writeNpy } from '../../../core/tensors/npy.ts';
import { writeSafetensors } from '../../../core/tensors/safetensors.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { readPromptSet } from '../../../main/prompt-sets.ts';
import { createRun } from '../../../main/store/run-folder.ts';
import { smallDescription } from '../store/small-search.ts';

/**
 * What is planted: a title, hidden text, the clipboard, a cleared screen in C1, directions, no width, a line that looks like
 * ours after a line feed and after a carriage return, a formula, marks of Markdown and HTML.
 */
export const hostile =
  '\u001b]0;t\u0007\u001b[8m\u001b]52;c;Zg==\u001b\\\u009b2J\u202e\u2066\u200b\ufeff\rFORGED\nFORGED =1+1 | `<img src=x onerror=alert(1)>`';

/** The same as part of a file's name. */
export const hostileName = hostile.replaceAll('/', '-').slice(0, 80);

/** Everything that a reader of a line would not see as it is. */
const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}\p{NChar}]/u;

/** What is wrong with an output: a character that is not seen, or a line that a text of another began. */
export function faultsOf(output: string, ownLines = true): string[] {
  const found = unseen.exec(output.replace(/[\n\t]/g, ''))?.[0];
  const forged = ownLines ? output.split('\n').filter((line) => line.startsWith('FORGED')) : [];
  return [...(found === undefined ? [] : [`U+${found.codePointAt(0)?.toString(16)}`]), ...forged];
}

/** Text between quotes of Python: raw in comments, escaped in strings. */
const quoted = JSON.stringify(hostile).replaceAll('\\u001b', '\\x1b');
const inComment = hostile.replaceAll('\n', ' ').replaceAll('\r', ' ');

export const networkText = `import torch.nn as nn


class Net(nn.Module):
    # ${inComment}
    def __init__(self):
        super().__init__()
        self.add_module(${quoted}, nn.Linear(3072, 10))
        self.unused = nn.Linear(2, 2)
        self.unused.add_module(${quoted}, nn.Linear(1, 1))

    def forward(self, x):
        return self._modules[${quoted}](x.flatten(1))
`;

export const raising = `import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        raise ValueError(${quoted})

    def forward(self, x):
        return x
`;

function ggufOf(name: string): Uint8Array {
  const text = (value: string) => ({ type: 'text', value }) as const;
  const { header } = layGguf(
    new Map([
      ['general.architecture', text(`phi2${name}`)],
      ['general.name', text(name)],
      ['general.type', text(name)],
      ['tokenizer.ggml.model', text(name)],
      ['tokenizer.ggml.pre', text(name)],
      ['tokenizer.chat_template', text(name)],
    ]),
    [],
  );
  return header;
}

/** Metadata as in a sound model, with a hostile name. */
function soundGguf(name: string): Uint8Array {
  const original = readFileSync(join(import.meta.dirname, '..', '..', 'golden', 'llm', 'tiny-random.gguf'));
  const key = Buffer.from('general.name');
  const at = original.indexOf(key) + key.length + 4;
  const length = Number(original.readBigUInt64LE(at));
  const value = Buffer.alloc(length, 0x20);
  value.write(name.slice(0, length), 0, 'latin1');
  value.copy(original, at + 8);
  return original;
}

async function hostileRun(folder: string): Promise<void> {
  const prompts = readPromptSet('paper');
  const run = createRun(folder, {
    ...smallDescription,
    preset: hostile,
    prompts: { ...prompts, source: hostile },
    model: {
      ...smallDescription.model,
      file: hostile,
      name: hostile,
      hash: hostile,
      served: { address: hostile, model: hostile, remote: true, server: 'other', told: { quantization: hostile } },
    },
    device: hostile,
    dataset: { ...smallDescription.dataset, name: hostile, hash: hostile, classes: 10, shape: [3, 32, 32] },
    versions: { [hostile]: hostile },
  });
  const interpret = await loadInterpreter();
  const read = interpret(networkText);
  if (!read.ok) throw new Error(read.reason.message);
  const { source, hash, measures, network } = read.value;
  const weights = await run.saveWeights(writeSafetensors(initialWeights(network, 5)));
  const proposed = (index: number, parents: string[]): CandidateStep => ({
    step: 'proposed',
    generation: index < 0 ? -1 : 0,
    index: Math.max(0, index),
    operator: index < 0 ? 'initial' : 'mutation',
    parents,
    individual: index < 0 ? null : { prompt: hostile, temperature: 0.5 },
    selection: index < 0 ? 'none' : 'random',
    selectedNiche: null,
    promptText: hostile,
    seed: 1,
  });
  const steps: [string, CandidateStep][] = [
    ['initial', proposed(-1, [])],
    ['initial', { step: 'generated', text: networkText, tokens: 1, seconds: 1, finish: 'end' }],
    ['initial', { step: 'interpreted', verdict: { kind: 'accepted', source, hash, measures } }],
    [
      'initial',
      {
        step: 'trained',
        sameAs: null,
        weights,
        result: {
          status: 'trained',
          accuracy: { train: null, validation: null, test: 0.5 },
          loss: { train: null, validation: null, test: 1 },
          curve: [],
          steps: 1,
          seconds: 1,
          device: hostile,
        },
      },
    ],
    [
      'initial',
      {
        step: 'inserted',
        fitness: 0.5,
        network: { niche: 1, descriptors: [0, 0], clipped: [], added: true, why: hostile, replaced: null },
        prompt: null,
        credit: 0,
        nextTemperature: null,
      },
    ],
    ['g000-000', proposed(0, ['initial'])],
    ['g000-000', { step: 'generated', text: hostile, tokens: 1, seconds: 1, finish: 'end' }],
    [
      'g000-000',
      { step: 'interpreted', verdict: { kind: 'refused', reason: { kind: hostile, message: hostile, line: 1 } } },
    ],
  ];
  for (const [id, step] of steps) await run.record(id, step);
  const session = await run.startSession({ machine: hostile });
  await session.end('failed', { [hostile]: 1, total: 2 }, { kind: hostile, message: hostile });
  run.close();
}

export interface HostileMaterial {
  readonly home: string;
  readonly runs: string;
  readonly run: string;
  readonly network: string;
  readonly raising: string;
  readonly weights: string;
  readonly images: string;
  readonly model: string;
  readonly unsound: string;
  readonly prompts: string;
  readonly wrongPrompts: string;
  readonly checkpoint: string;
  readonly images10: string;
}

/** Fills the folder. LLMATIC_HOME must be its `home`. */
export async function plant(folder: string): Promise<HostileMaterial> {
  const at = (...parts: string[]): string => join(folder, ...parts);
  const material: HostileMaterial = {
    home: at('home'),
    runs: at(`runs ${hostileName}`),
    run: at(`runs ${hostileName}`, hostileName),
    network: at(`${hostileName}.py`),
    raising: at(`raising ${hostileName}.py`),
    weights: at(`${hostileName}.safetensors`),
    images: at(`${hostileName}.npy`),
    model: at('home', 'models', `${hostileName}.gguf`),
    unsound: at('home', 'models', `unsound ${hostileName}.gguf`),
    prompts: at(`${hostileName}.json`),
    wrongPrompts: at(`wrong ${hostileName}.json`),
    checkpoint: at(`checkpoint ${hostileName}`),
    images10: at(`cifar ${hostileName}`),
  };
  mkdirSync(at('home', 'models'), { recursive: true });
  mkdirSync(at('home', 'prompts'), { recursive: true });
  mkdirSync(at('home', 'datasets', hostileName), { recursive: true });
  mkdirSync(material.runs, { recursive: true });
  mkdirSync(material.checkpoint);
  writeFileSync(material.network, networkText);
  writeFileSync(material.raising, raising);
  writeFileSync(
    material.weights,
    writeSafetensors(new Map([[hostile, { type: 'float32', shape: [1], data: Float32Array.of(1) }]]), { a: hostile }),
  );
  writeFileSync(material.images, writeNpy({ type: 'float32', shape: [1, 3, 32, 32], data: new Float32Array(3072) }));
  writeFileSync(material.model, soundGguf(hostile));
  writeFileSync(material.unsound, ggufOf(hostile));
  const set = readPromptSet('paper');
  const instruction = `${inComment}\nFORGED`;
  const own = {
    ...set,
    name: 'own',
    source: hostile,
    mutation: [{ id: 'one', text: instruction }],
    crossover: { two: instruction, three: instruction },
    randomNetwork: instruction,
  };
  writeFileSync(material.prompts, JSON.stringify(own));
  cpSync(material.prompts, at('home', 'prompts', `${hostileName}.json`));
  writeFileSync(
    material.wrongPrompts,
    JSON.stringify({ ...own, name: hostile, mutation: [{ id: hostile, text: '' }], [hostile]: 1 }),
  );
  cpSync(material.wrongPrompts, at('home', 'prompts', `wrong ${hostileName}.json`));
  writeFileSync(join(material.checkpoint, 'config.json'), JSON.stringify({ model_type: hostile.slice(0, 90) }));
  writeFileSync(at('home', 'datasets', hostileName, 'manifest.json'), JSON.stringify({ version: 1, name: hostile }));
  mkdirSync(material.images10);
  const classes = Array.from({ length: 10 }, (_, label) => `${label}${inComment}`);
  writeFileSync(join(material.images10, 'batches.meta.txt'), `${classes.join('\n')}\n`);
  for (const file of ['data_batch_1.bin', 'test_batch.bin']) {
    const records = Array.from({ length: 10 }, (_, label) => [label, ...new Array<number>(3072).fill(20 * label)]);
    writeFileSync(join(material.images10, file), Uint8Array.from(records.flat()));
  }
  await hostileRun(material.run);
  return material;
}
