/** The programs of test/golden/network/layers.txt, as make_layers.py completes them, with what PyTorch found. */
import { readFileSync } from 'node:fs';
import { numbers, seedOf } from '../../golden/autodiff/formula.ts';
import { splitPrograms } from './programs.ts';

const golden = new URL('../../golden/network/', import.meta.url);

export const image = [3, 8, 8] as const;
export const classes = 4;
export const batch = 3;

export interface LayerGolden {
  /** Name, sizes, whether it is trained. */
  readonly parameters: readonly (readonly [string, readonly number[], boolean])[];
  readonly buffers: readonly (readonly [string, readonly number[]])[];
  readonly stateDict: readonly string[];
  readonly flops: number;
  /** Smallest, largest, mean, standard deviation over eight fresh networks. */
  readonly draws: Readonly<Record<string, readonly [number, number, number, number]>>;
  readonly logits: string;
  readonly logitsError: number;
  readonly loss: number;
  readonly gradients: Readonly<Record<string, { readonly value: string; readonly error: number } | null>>;
}

export interface LayerProgram {
  readonly name: string;
  readonly text: string;
  readonly golden: LayerGolden;
}

function sourceOf(body: string): string {
  const [init = '', forward = ''] = body.split(/^---\n/m);
  const indent = (text: string) =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => (line === '' ? '\n' : `        ${line}\n`))
      .join('');
  return (
    'import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n\nclass Net(nn.Module):\n' +
    `    def __init__(self):\n        super().__init__()\n        self.stem = nn.Conv2d(3, 4, 1)\n${indent(init)}` +
    `        self.head = nn.LazyLinear(${classes})\n\n    def forward(self, x):\n        x = self.stem(x)\n` +
    `${indent(forward)}        return self.head(torch.flatten(x, 1))\n`
  );
}

export function layerPrograms(file = new URL('layers.json', golden)): LayerProgram[] {
  const results = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, LayerGolden | undefined>>;
  return splitPrograms(readFileSync(new URL('layers.txt', golden), 'utf8')).flatMap(({ name, text }) => {
    const found = results[name];
    return found === undefined ? [] : [{ name, text: sourceOf(text), golden: found }];
  });
}

/** The weight of a name, as make_layers.py makes it. */
export function weightOf(name: string, shape: readonly number[]): Float32Array {
  const fan = shape.slice(1).reduce((product, size) => product * size, 1);
  const scale = shape.length > 1 ? 1.5 / Math.sqrt(fan) : 0.5;
  return numbers(shape, seedOf(name), { scale, offset: name.endsWith('running_var') ? 1 : 0 });
}

export function images(): Float32Array {
  return numbers([batch, ...image], 1);
}
