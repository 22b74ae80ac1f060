/**
 * Stand-ins for modules that a network does not need: they can be imported and named, nothing of them runs. While the
 * network is built their values may be passed around; forward may not use them.
 */
import { hostModule } from '../python/host-module.ts';
import { refuse } from '../python/reason.ts';
import type { HostValue, ModuleValue, Value } from '../python/values.ts';

/**
 * Modules by name, with all that is below them.
 * - `inert`: calls give another stand-in;
 * - `quiet`: calls give None, in forward too (logging);
 * - `closed`: may be imported, but no call is let through.
 */
const table: Readonly<Record<'inert' | 'quiet' | 'closed', readonly string[]>> = {
  inert: [
    'numpy',
    'random',
    'time',
    'datetime',
    'string',
    'textwrap',
    'pprint',
    'argparse',
    'decimal',
    'fractions',
    'statistics',
    'timeit',
    'matplotlib',
    'PIL',
    'cv2',
    'pandas',
    'sklearn',
    'scipy',
    'tqdm',
    'torchsummary',
    'torchinfo',
    'torchmetrics',
    'tensorboard',
    'tensorboardX',
    'wandb',
    'yaml',
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
  ],
  quiet: ['logging', 'torch._C'],
  closed: [
    'os',
    'sys',
    'io',
    're',
    'json',
    'pickle',
    'glob',
    'shutil',
    'pathlib',
    'platform',
    'subprocess',
    'socket',
    'threading',
    'multiprocessing',
    'importlib',
    'fnmatch',
    'ctypes',
    'gc',
    'hashlib',
    'zipfile',
    'tarfile',
    'urllib',
    'requests',
    'csv',
    'uuid',
    'tempfile',
    'traceback',
    'atexit',
    'signal',
    'weakref',
    'struct',
  ],
};

export type StandInKind = keyof typeof table;

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
  for (const kind of ['inert', 'quiet', 'closed'] as const) {
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

export function isStandIn(value: Value): value is StandInValue {
  return value !== null && typeof value === 'object' && value.kind === 'host' && 'standsFor' in value;
}

/** Longest path that messages name; what is reached through it goes on under the same. */
const longestPath = 300;

function standIn(path: string, kind: StandInKind, inForward: () => boolean): StandInValue {
  const use = (): never =>
    refuse('unsupported', `${path} is not read: the network may use torch and plain Python only`);
  const further = (name: string) => {
    if (inForward() && kind !== 'quiet') return use();
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
    setAttribute: () => !inForward(),
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
      if (inForward()) use();
    },
    binary: () => further(path),
    unary: () => further(path),
    compare: (operator, other) => {
      if (operator === '==' || operator === '!=') return (other === self) === (operator === '==');
      return use();
    },
    truth: use,
    iterate: use,
    length: use,
    text: () => `<${path}>`,
  };
  return self;
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
