/**
 * Stand-ins for modules that a network does not need: they can be imported and named, nothing of them runs. While the
 * network is built their values may be passed around; forward may not use them.
 */
import { hostModule } from '../python/modules/host-module.ts';
import { refuse } from '../python/reason.ts';
import { isComputing, unknownNumber } from '../python/types/unknown-value.ts';
import type { HostValue, ModuleValue, Unknown, Value } from '../python/types/values.ts';

/**
 * Modules by name, with all that is below them.
 * - `inert`: calls give another stand-in, forward may not call them;
 * - `passing`: calls give another stand-in, in forward too (clocks, bars, plots);
 * - `quiet`: calls give None in forward (logging);
 * - `closed`: may be imported, but no call is let through.
 */
const table: Readonly<Record<'inert' | 'passing' | 'quiet' | 'closed', readonly string[]>> = {
  inert: [
    'numpy',
    'argparse',
    'decimal',
    'fractions',
    'statistics',
    'PIL',
    'cv2',
    'pandas',
    'sklearn',
    'scipy',
    'skimage',
    'datasets',
    'transformers',
    'accelerate',
    'albumentations',
    'huggingface_hub',
    'safetensors',
    'omegaconf',
    'torchvision.transforms',
    'torchvision.datasets',
    'torchvision.io',
    'torchvision._internally_replaced_utils',
    'torchvision.extension',
    'torchvision',
    'torch.utils',
    'torch.optim',
    'torch.cuda',
    'torch.backends',
    'torch.distributed',
    'torch.multiprocessing',
    'torch.onnx',
    'torch.hub',
    'torch.quantization',
    'torch.ao',
    'torch.profiler',
    'torch.version',
    'torch.library',
    'torch.ops',
    'torch.distributions',
    'torch.serialization',
    'torch.export',
    'torch.fx',
    'torch._dynamo',
    'torch.overrides',
    'torch.sparse',
    'torch.special',
    'torch.random',
    'torch.func',
    'torch.nested',
    'torch.masked',
    'torch.testing',
    'torch.package',
    'torch.monitor',
    'torch.cpu',
    'torch.xpu',
    'torch.mps',
    'torch.accelerator',
  ],
  passing: [
    'time',
    'datetime',
    'textwrap',
    'pprint',
    'timeit',
    'json',
    'csv',
    'io',
    'glob',
    'fnmatch',
    'pathlib',
    'platform',
    'threading',
    'multiprocessing',
    'concurrent',
    'asyncio',
    'queue',
    'hashlib',
    'uuid',
    'tempfile',
    'traceback',
    'weakref',
    'struct',
    'gc',
    'string',
    'locale',
    'getpass',
    'matplotlib',
    'seaborn',
    'plotly',
    'tqdm',
    'torchsummary',
    'torchinfo',
    'torchviz',
    'torchmetrics',
    'thop',
    'ptflops',
    'fvcore',
    'tensorboard',
    'tensorboardX',
    'wandb',
    'mlflow',
    'yaml',
    'psutil',
    'tabulate',
    'termcolor',
    'colorama',
    'rich',
    'loguru',
    'absl',
    'optuna',
    'ray',
    'torch.utils.tensorboard',
    'torch.utils.data',
    'torch.profiler',
    'torch.cuda',
  ],
  quiet: ['logging', 'torch._C'],
  closed: [
    'os',
    'sys',
    'pickle',
    'shutil',
    'subprocess',
    'socket',
    'importlib',
    'ctypes',
    'zipfile',
    'tarfile',
    'urllib',
    'requests',
    'atexit',
    'signal',
  ],
};

type StandInKind = keyof typeof table;

/** Modules that stay stand-ins even where the program's own files hold them: they serve images and downloads. */
const always = [
  'torchvision.transforms',
  'torchvision.datasets',
  'torchvision.io',
  'torchvision._internally_replaced_utils',
  'torchvision.extension',
];

/** Packages of torchvision whose `__init__` collects everything: their names are fetched one by one. */
export const lazyPackages: ReadonlySet<string> = new Set(['torchvision', 'torchvision.ops', 'torchvision.models']);

function kindOf(name: string): StandInKind | null {
  for (const kind of ['passing', 'quiet', 'closed', 'inert'] as const) {
    if (table[kind].some((each) => name === each || name.startsWith(`${each}.`))) return kind;
  }
  return null;
}

/** Whether a module is never read from files. */
export function isAlwaysStandIn(name: string): boolean {
  return always.some((each) => name === each || name.startsWith(`${each}.`));
}

/** A value of a stand-in module. */
export interface StandInValue extends HostValue {
  readonly standsFor: string;
}

/** Longest path that messages name; what is reached through it goes on under the same. */
const longestPath = 300;

/** What would help a network that needs what is not read. */
function remedyFor(path: string): string {
  return path.startsWith('torchvision.')
    ? 'put the package torchvision into the folder that --root names'
    : 'the network may use torch and plain Python only';
}

function standIn(path: string, kind: StandInKind, inForward: () => boolean): StandInValue {
  const use: Unknown = (place) => refuse('unsupported', `${path} is not read: ${remedyFor(path)}`, place);
  const further = (name: string) => {
    if (inForward() && kind !== 'quiet' && kind !== 'passing') return use(null);
    return standIn(name.length > longestPath ? path : name, kind, inForward);
  };
  const self: StandInValue = {
    kind: 'host',
    typeName: 'stand-in',
    standsFor: path,
    attribute(name) {
      if (kind === 'closed' && name.startsWith('__')) return undefined;
      if (name === '__enter__' || name === '__exit__') {
        return { kind: 'native', name, method: false, run: () => (name === '__enter__' ? self : null) };
      }
      return name.startsWith('__') ? undefined : further(`${path}.${name}`);
    },
    setAttribute: () => kind === 'passing' || !inForward(),
    call(given) {
      if (kind === 'closed')
        return refuse('import', `${path}() is not available: nothing outside the program is reached`);
      if (kind === 'quiet' && inForward()) return null;
      // A decorator of the module leaves what it decorates as it is.
      const [only] = given.positional;
      const decorates =
        given.positional.length === 1 && given.keywords.size === 0 && only !== null && typeof only === 'object';
      if (decorates && (only.kind === 'function' || only.kind === 'class')) return only;
      return further(`${path}()`);
    },
    item: () => further(`${path}[...]`),
    setItem: () => {
      if (inForward() && kind !== 'passing') use(null);
    },
    unknown: use,
    // A tensor makes a tensor of it.
    binary: (_operator, other) => (isComputing(other) ? undefined : further(path)),
    unary: () => further(path),
    compare: (operator, other) => {
      if (operator === '==' || operator === '!=') return (other === self) === (operator === '==');
      return unknownNumber(use, 'bool');
    },
    truth: use,
    iterate: use,
    length: use,
    text: () => `<${path}>`,
    format: () => 0,
  };
  return self;
}

/** An object that only training needs: it may be called and passed around everywhere, and says nothing. */
export function setAside(path: string): StandInValue {
  return standIn(path, 'passing', () => false);
}

/** Whether a module lets no call through. */
export function isClosed(name: string): boolean {
  return kindOf(name) === 'closed';
}

/** A name of a module that the host defines in part. */
export function standInValue(path: string, inForward: () => boolean): StandInValue {
  return standIn(path, kindOf(path) ?? 'inert', inForward);
}

/** The stand-in for a module by its dotted name, undefined for modules that have none. */
export function standInModule(
  name: string,
  inForward: () => boolean,
  known: Iterable<readonly [string, Value]> = [],
): ModuleValue | undefined {
  const kind = kindOf(name);
  if (kind === null) return undefined;
  return {
    ...hostModule(name, known, (attribute) => standIn(`${name}.${attribute}`, kind, inForward)),
    assign: () => undefined,
  };
}
