import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Failure, failureOf } from '../../core/failure.ts';
import { networkInspectCommand } from '../../main/doors/commands/network-inspect.ts';
import { type NetworkFileOptions, parseArguments, readNetworkFile } from '../../main/interpreter.ts';

const base = mkdtempSync(join(tmpdir(), 'program-files-'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

let count = 0;

/** Writes files below a fresh folder. */
function tree(files: Readonly<Record<string, string>>): string {
  const root = join(base, `tree${++count}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

async function failure(path: string, options: NetworkFileOptions = {}): Promise<Failure> {
  try {
    await readNetworkFile(path, options);
  } catch (error) {
    return failureOf(error);
  }
  throw new Error('It should have been refused.');
}

const torch = 'import torch\nfrom torch import nn\n';

/** A module class of one linear layer. */
const head = (name: string, features = 3072, out = '10') => `
class ${name}(nn.Module):
    def __init__(self, out=${out}):
        super().__init__()
        self.fc = nn.Linear(${features}, out)

    def forward(self, x):
        return self.fc(torch.flatten(x, 1))
`;

describe('a network of several files', () => {
  test('a name that a package binds stays, whoever imports the module of that name again', async () => {
    const root = tree({
      'net.py': `${torch}from pkg import head, later
import pkg.head
import pkg.head as same
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        assert same is head and pkg.head is head and later() is head
        self.a = head()
    def forward(self, x):
        return self.a(x)
`,
      'pkg/__init__.py': 'from .head import head\nfrom .later import later\n',
      'pkg/later.py': 'from .head import head\nimport pkg.head\n\ndef later():\n    return head\n',
      'pkg/head.py': `${torch}${head('Head')}\ndef head():\n    return Head()\n`,
    });
    expect((await readNetworkFile(join(root, 'net.py'), {})).measures.params).toBe(30730);
  });

  test('imports what lies beside it: whole modules, names, other names, with a star', async () => {
    const root = tree({
      'net.py': `${torch}import sizes
import sizes as s
from blocks import Head as Top, *
`
        .replace(', *', '')
        .concat(`from blocks import *
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = Top(sizes.OUT + s.NONE)
        self.extra = public()
    def forward(self, x):
        return self.a(x)
`),
      'sizes.py': 'OUT = 7\nNONE = 0\n',
      'blocks.py': `${torch}${head('Head')}\ndef public():\n    return 1\ndef _private():\n    return 2\n`,
    });
    expect((await readNetworkFile(join(root, 'net.py'))).measures.width).toBe(7);
  });

  test('may be named like its folder, and may import a file or package that is', async () => {
    const net = `${torch}${head('Net')}`;
    const layers = `${torch}${head('Block')}`;
    const width = async (root: string, file: string, options: NetworkFileOptions = {}) =>
      (await readNetworkFile(join(root, file), options)).measures.width;
    // The file itself, alone and with what it imports, by any spelling that finds it.
    expect(await width(tree({ 'lenet/lenet.py': net }), 'lenet/lenet.py')).toBe(10);
    for (const line of ['from layers import Block', 'from .layers import Block', 'from lenet.layers import Block']) {
      const root = tree({ 'lenet/lenet.py': `${line}\nclass Net(Block):\n    pass\n`, 'lenet/layers.py': layers });
      expect(await width(root, 'lenet/lenet.py'), line).toBe(10);
    }
    // As in Python, a script's `lenet` is the file or the package beside it, before the folder that it lies in.
    const train = 'from lenet import Block\nclass Net(Block):\n    pass\n';
    const beside = tree({ 'lenet/train.py': train, 'lenet/lenet.py': layers });
    expect(await width(beside, 'lenet/train.py')).toBe(10);
    const inner = tree({
      'lenet/train.py': train.replace('lenet', 'lenet.layers'),
      'lenet/lenet/__init__.py': '',
      'lenet/lenet/layers.py': layers,
      'lenet/layers.py': 'Block = None\n',
    });
    expect(await width(inner, 'lenet/train.py')).toBe(10);
    // A file that is not imported is not read, whatever it is named.
    const broken = tree({ 'lenet/net.py': net, 'lenet/lenet.py': 'raise ValueError("not for you")\n' });
    expect(await width(broken, 'lenet/net.py')).toBe(10);
    // Packages, and folders above.
    const whole = tree({ 'lenet/__init__.py': 'from .lenet import Net\n', 'lenet/lenet.py': net });
    expect(await width(whole, 'lenet/lenet.py')).toBe(10);
    expect(await width(whole, 'lenet/lenet.py', { root: whole })).toBe(10);
    expect(await width(tree({ 'lenet/lenet/lenet.py': net }), 'lenet/lenet/lenet.py')).toBe(10);
    // Names of known modules.
    for (const name of ['torch', 'math', 'typing']) {
      expect(await width(tree({ [`${name}/${name}.py`]: net }), `${name}/${name}.py`), name).toBe(10);
      expect(await width(tree({ [`${name}/net.py`]: net }), `${name}/net.py`), name).toBe(10);
    }
  });

  test('may be a package: __init__, relative imports of every depth, modules as attributes', async () => {
    const root = tree({
      'models/__init__.py': 'from .net import Net\nVERSION = 3\n',
      'models/net.py': `${torch}from . import layers, VERSION
from .layers import conv
from .layers.conv import Block
from .layers.again import Block as Same
import models.layers.conv as whole
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        assert Block is Same and Block is conv.Block and Block is whole.Block and layers.conv is conv
        self.block = Block(VERSION * 4)
    def forward(self, x):
        return self.block(x)
`.replace('from . import layers, VERSION\n', 'from . import layers\nfrom .sizes import VERSION\n'),
      'models/sizes.py': 'VERSION = 3\n',
      'models/layers/__init__.py': '',
      'models/layers/again.py': 'from ..layers.conv import Block\n',
      'models/layers/conv.py': torch + head('Block'),
    });
    for (const options of [{ root }, { root: join(root, 'models') }]) {
      const path = join(root, 'models', 'net.py');
      expect((await readNetworkFile(path, options)).measures.width).toBe(12);
    }
  });

  test('relative imports also work in a folder without __init__.py', async () => {
    const root = tree({
      'net.py': `${torch}from .parts import Head\nclass Net(Head):\n    pass\n`,
      'parts.py': torch + head('Head'),
    });
    expect((await readNetworkFile(join(root, 'net.py'))).measures.params).toBe(30730);
  });

  test('cyclic imports do what Python does: modules are there while they run, names only once they are bound', async () => {
    const works = tree({
      'net.py': `${torch}import other\nWIDTH = 9\n${head('Net', 3072, 'None').replace('nn.Linear(3072, out)', 'nn.Linear(3072, other.width())')}`,
      'other.py': 'import net\ndef width():\n    return net.WIDTH\n',
    });
    expect((await readNetworkFile(join(works, 'net.py'))).measures.width).toBe(9);
    const fails = tree({
      'net.py': `${torch}import a\nOUT = a.late\n${head('Net', 3072, 'OUT')}`,
      'a.py': 'from b import late\nearly = 1\n',
      'b.py': 'from a import early\nlate = early + 1\n',
    });
    const { kind, message } = await failure(join(fails, 'net.py'));
    expect({ kind, message }).toEqual({
      kind: 'import',
      message: expect.stringMatching(
        /^b\.py line 1: ImportError: cannot import name 'early' from partially initialized module 'a'/,
      ),
    });
  });

  test('reads every file once: classes of one module are the same everywhere', async () => {
    const root = tree({
      'net.py': `${torch}from a import made\nfrom b import same\nassert same(made)\n${head('Net')}`,
      'common.py': 'class Config:\n    pass\nruns = []\nruns.append(1)\n',
      'a.py': 'from common import Config, runs\nmade = Config()\nassert len(runs) == 1\n',
      'b.py': 'from common import Config, runs\ndef same(x):\n    return isinstance(x, Config) and len(runs) == 1\n',
    });
    expect((await readNetworkFile(join(root, 'net.py'))).measures.params).toBe(30730);
  });

  test('names the file, the line and the code of a reason in another file', async () => {
    const root = tree({
      'net.py': `${torch}from parts import Head\nclass Net(Head):\n    pass\n`,
      'parts.py': torch + head('Head', 100),
    });
    expect(await failure(join(root, 'net.py'))).toMatchObject({
      kind: 'shape',
      file: 'parts.py',
      line: 10,
      code: 'return self.fc(torch.flatten(x, 1))',
      message: expect.stringMatching(/^parts\.py line 10: Linear\(100, 10\) got an input of 3072 features/),
    });
  });

  test('a syntax error in another file is named there', async () => {
    const root = tree({ 'net.py': `${torch}import broken\n${head('Net')}`, 'broken.py': 'x = 1\ndef f(:\n' });
    expect(await failure(join(root, 'net.py'))).toMatchObject({ kind: 'syntax', file: 'broken.py', line: 2 });
  });

  test('an unknown module is refused where it is needed, with what would help', async () => {
    const root = tree({
      'net.py': `${torch}from fancy.layers import Block\n${head('Net').replace('nn.Linear', 'Block')}`,
    });
    expect(await failure(join(root, 'net.py'))).toMatchObject({
      kind: 'import',
      line: 3,
      code: 'from fancy.layers import Block',
      message: expect.stringMatching(/'fancy.*--root/),
    });
  });

  test('a module it does not need is not looked at', async () => {
    const root = tree({
      'net.py': `${torch}import numpy as np
import torchvision.transforms as T
import matplotlib.pyplot as plt
from torch.utils.data import DataLoader, Dataset
import fancy
import logging
np.random.seed(0)
transform = T.Compose([T.ToTensor(), T.Normalize((0.5,), (0.5,))])
logger = logging.getLogger(__name__)
class Data(Dataset):
    def __len__(self):
        return 3
loader = DataLoader(Data(), batch_size=2)
device = 'cuda' if torch.cuda.is_available() else 'cpu'
${head('Net')}`,
    });
    expect((await readNetworkFile(join(root, 'net.py'))).measures.params).toBe(30730);
  });

  test('but forward cannot use it', async () => {
    const root = tree({
      'net.py': `${torch}import numpy as np\n${head('Net').replace('torch.flatten(x, 1)', 'np.reshape(x, 1)')}`,
    });
    expect(await failure(join(root, 'net.py'))).toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('numpy.reshape'),
    });
  });
});

describe('the folder that a program may import from', () => {
  test('is a border: no path, no link and no name leads out of it', async () => {
    const outside = tree({ 'secret.py': 'x = 1\n', 'folder/inner.py': 'x = 1\n' });
    const root = tree({ 'pkg/net.py': `${torch}import linked\n${head('Net')}`, 'pkg/up.py': '' });
    symlinkSync(join(outside, 'secret.py'), join(root, 'pkg', 'linked.py'));
    symlinkSync(join(outside, 'folder'), join(root, 'pkg', 'folder'));
    for (const line of [
      'import linked',
      'import folder.inner',
      'from .. import secret',
      'from ..up import x',
      'import up.. as y',
    ]) {
      const path = join(root, 'pkg', 'net.py');
      writeFileSync(
        path,
        `${torch}${line}\n${head('Net').replace('nn.Linear', 'x.Linear')}`.replace('super', 'x\n        super'),
      );
      expect(['import', 'syntax', 'name']).toContain((await failure(path)).kind);
    }
  });

  test('must hold the file', async () => {
    const [one, other] = [tree({ 'net.py': torch + head('Net') }), tree({ 'a.py': '' })];
    expect(await failure(join(one, 'net.py'), { root: other })).toMatchObject({ kind: 'file' });
    expect(await failure(join(one, 'net.py'), { root: join(one, 'nowhere') })).toMatchObject({ kind: 'file' });
  });

  test('has files of bounded size and number', async () => {
    const large = tree({
      'net.py': `${torch}import big\n${head('Net')}`,
      'big.py': `x = 1\n${'# filler\n'.repeat(80_000)}`,
    });
    expect(await failure(join(large, 'net.py'))).toMatchObject({
      kind: 'file',
      message: expect.stringMatching(/big\.py has 720006 bytes/),
    });
    const files: Record<string, string> = { 'net.py': `${torch}import m0\n${head('Net')}` };
    for (let i = 0; i < 400; i++) files[`m${i}.py`] = `import m${i + 1}\n`;
    const long = tree(files);
    expect(await failure(join(long, 'net.py'), { budget: { importedFiles: 50 } })).toMatchObject({ kind: 'budget' });
    expect(await failure(join(long, 'net.py'), { budget: { importedText: 100 } })).toMatchObject({ kind: 'budget' });
  });
});

describe('--factory', () => {
  const text = `${torch}${head('Big')}
def make(width, *, scale=1.0, sizes=(), table=None):
    assert type(scale) is float and list(sizes) == [1, 2] and table == {'a': {'b': None}}
    return Big(width)
def nothing():
    pass
def number():
    return 3
small = lambda: Big(3)
`;
  const path = join(tree({ 'net.py': text }), 'net.py');

  test('reads what a function of the file returns, with arguments as JSON gives them to Python', async () => {
    const args = parseArguments('{"width": 5, "scale": 1.0, "sizes": [1, 2], "table": {"a": {"b": null}}}');
    expect((await readNetworkFile(path, { factory: 'make', args })).measures.width).toBe(5);
    expect((await readNetworkFile(path, { factory: 'small' })).measures.width).toBe(3);
    expect((await readNetworkFile(path, { factory: 'Big' })).measures.width).toBe(10);
  });

  test('says what is wrong with a function that is missing, wants more, or gives no module', async () => {
    expect(await failure(path, { factory: 'absent' })).toMatchObject({
      kind: 'class',
      message: expect.stringContaining('make'),
    });
    expect(await failure(path, { factory: 'make' })).toMatchObject({
      kind: 'type',
      message: expect.stringContaining("missing 1 required positional argument: 'width'"),
    });
    expect(await failure(path, { factory: 'nothing' })).toMatchObject({ kind: 'class' });
    expect(await failure(path, { factory: 'number' })).toMatchObject({ kind: 'class' });
  });

  test('is an option of the command, not together with --class', async () => {
    const inspect = (options: Readonly<Record<string, string>>) =>
      networkInspectCommand.run({
        options,
        positionals: [path],
        json: true,
        signal: new AbortController().signal,
        say: () => undefined,
        event: () => undefined,
        print: () => undefined,
      });
    expect((await inspect({ factory: 'small' })).json).toMatchObject({ output: ['N', 3] });
    await expect(inspect({ factory: 'small', class: 'Big' })).rejects.toThrow(/--class or --factory/);
    await expect(inspect({ factory: 'make', args: '[1]' })).rejects.toThrow(/JSON object/);
  });
});

describe('the work that a file may take', () => {
  const registry = `${torch}
names = {}
for i in range(120_000):
    names[i % 7] = i * 2
${head('Net')}`;

  test('is twenty times as much where its folder is named, as the refusal without says', async () => {
    const path = join(tree({ 'net.py': registry }), 'net.py');
    expect(await failure(path)).toMatchObject({
      kind: 'budget',
      message: expect.stringMatching(/more than 240000 steps; .*--root may take 20 times as much work/),
    });
    expect((await readNetworkFile(path, { root: dirname(path) })).measures.params).toBe(30_730);
  });

  test('ends there too', async () => {
    const path = join(tree({ 'net.py': registry.replace('120_000', '10**9') }), 'net.py');
    expect(await failure(path, { root: dirname(path) })).toMatchObject({
      kind: 'budget',
      message: expect.stringMatching(/more than 4800000 steps$/),
    });
  });

  test('is no more for a network that is too large', async () => {
    const path = join(tree({ 'net.py': `${torch}${head('Net', 10 ** 9)}` }), 'net.py');
    const named = await failure(path, { root: dirname(path) });
    expect(named).toEqual(await failure(path));
    expect(named).toMatchObject({ kind: 'budget', message: expect.not.stringContaining('--root') });
  });
});
