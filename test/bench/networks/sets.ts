/** The networks of each package, and how each is asked for: by both sides alike. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { cache, packageFolder, versions } from './packages.ts';

/** One network to be judged. */
export interface PublishedNetwork {
  readonly name: string;
  readonly file: string;
  readonly factory: string;
  /** Its dotted name, where it is a part of a package. */
  readonly module?: string;
  /** The folder that we read its imports from; the file's own when left out. */
  readonly root?: string;
  readonly input: readonly number[];
  readonly classes: number;
  /** How it is asked for where it takes no images as small as these. */
  readonly larger?: { readonly file: string; readonly input: readonly number[] };
}

export const setNames = ['nn-dataset', 'timm', 'pytorchcv'] as const;
export type SetName = (typeof setNames)[number];

const digest = (text: string) => createHash('sha256').update(text).digest('hex');

/** Most networks of one family (what made them, by the first word of their names). */
const largestFamily = 60;

/** nn-dataset's hyperparameters are numbers between 0 and 1; beside them a network is told how it will be trained. */
const usual: Readonly<Record<string, number | string>> = {
  lr: 0.01,
  momentum: 0.9,
  dropout: 0.2,
  batch: 2,
  epoch: 1,
  transform: 'norm_32',
};

/** Values for what a network says that it reads. */
function hyperparameters(text: string): Record<string, number | string> {
  const [said = ''] = /^def supported_hyperparameters\(.*(?:\n[ \t]+.*|\n)*/m.exec(text) ?? [];
  const names = [...said.matchAll(/['"]([A-Za-z_]\w*)['"]/g)].map((match) => match[1] ?? '');
  return { ...usual, ...Object.fromEntries(names.map((name) => [name, usual[name] ?? 0.5])) };
}

/** What the data set's own training does to get a network, written at its end. */
function withFactory(text: string, size: number): string {
  const values = JSON.stringify(hyperparameters(text));
  return `${text}\n\nimport torch as _torch\n\n\ndef make_network():\n    return Net((1, 3, ${size}, ${size}), (10,), ${values}, _torch.device('cpu'))\n`;
}

/** Networks that differ in numbers alone are one; of a family at most {@link largestFamily}. */
function sampleOfDataset(folder: string): readonly string[] {
  const shapes = new Set<string>();
  const families = new Map<string, number>();
  const files = readdirSync(folder).filter((file) => file.endsWith('.py') && file !== '__init__.py');
  return files
    .sort((a, b) => (digest(a) < digest(b) ? -1 : 1))
    .filter((file) => {
      const text = readFileSync(join(folder, file), 'utf8');
      const shape = digest(text.replaceAll(/#.*|\d+(\.\d+)?|\s+/g, ''));
      const family = /^[^-_.\d]*/.exec(file)?.[0] ?? '';
      const members = families.get(family) ?? 0;
      if (shapes.has(shape) || members >= largestFamily) return false;
      shapes.add(shape);
      families.set(family, members + 1);
      return true;
    });
}

function datasetNetworks(): PublishedNetwork[] {
  const source = join(packageFolder('nn-dataset'), 'ab', 'nn', 'nn');
  const written = (file: string, size: number) => {
    const folder = join(cache, `nn-dataset-${versions['nn-dataset']}-${size}`);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, file);
    writeFileSync(path, withFactory(readFileSync(join(source, file), 'utf8'), size));
    return { file: path, input: [3, size, size] };
  };
  return sampleOfDataset(source).map((file) => ({
    name: basename(file, '.py'),
    factory: 'make_network',
    classes: 10,
    ...written(file, 32),
    larger: written(file, 64),
  }));
}

/** The first function of each file of a package's folder that a pattern finds. */
function firstOfEachFile(
  folder: string,
  pattern: RegExp,
  describe: (file: string, factory: string) => PublishedNetwork,
) {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.py') && !file.startsWith('_'))
    .sort()
    .flatMap((file) => {
      const factory = pattern.exec(readFileSync(join(folder, file), 'utf8'))?.[1];
      return factory === undefined ? [] : [describe(file, factory)];
    });
}

function timmNetworks(): PublishedNetwork[] {
  const root = join(packageFolder('timm'), 'timm');
  const folder = join(root, 'models');
  return firstOfEachFile(folder, /^@register_model\ndef (\w+)/m, (file, factory) => ({
    name: factory,
    file: join(folder, file),
    module: `timm.models.${basename(file, '.py')}`,
    factory,
    root,
    input: [3, 224, 224],
    classes: 1000,
  }));
}

/** As pytorchcv's names say: CIFAR's and SVHN's, the 200 birds of CUB, ImageNet's. */
function classesOf(factory: string, size: number): number {
  if (size === 32) return Number(/_(?:cifar|svhn)(\d*)/.exec(factory)?.[1] || 10);
  return factory.endsWith('_cub') ? 200 : 1000;
}

function pytorchcvNetworks(): PublishedNetwork[] {
  const root = join(packageFolder('pytorchcv'), 'pytorchcv');
  const folder = join(root, 'models');
  return firstOfEachFile(folder, /^def ((?!get_|_|test)\w+)\((?:\w+: int = \d+,\s*)?\*\*kwargs\)/m, (file, factory) => {
    const size = /_(cifar|svhn)/.test(factory) ? 32 : 224;
    return {
      name: factory,
      file: join(folder, file),
      module: `pytorchcv.models.${basename(file, '.py')}`,
      factory,
      root,
      input: [3, size, size],
      classes: classesOf(factory, size),
      ...(size === 224 ? { larger: { file: join(folder, file), input: [3, 299, 299] } } : {}),
    };
  });
}

/** A set's networks, in a fixed order. */
export function networksOf(set: SetName): PublishedNetwork[] {
  switch (set) {
    case 'nn-dataset':
      return datasetNetworks();
    case 'timm':
      return timmNetworks();
    case 'pytorchcv':
      return pytorchcvNetworks();
  }
}

/** Folders that PyTorch imports from. */
export function importFolders(set: SetName): string[] {
  const own = set === 'nn-dataset' ? [] : [packageFolder(set)];
  return [...own, packageFolder('torchvision'), packageFolder('einops')];
}
