/** Values as large as a program may have them, made anew for each use: what an operation pays must follow their size. */

import { createGraphBuilder } from '../../../../core/network/graph-builder.ts';
import { makeTensor } from '../../../../core/network/torch/world/tensor.ts';
import { defaultBudget } from '../../../../core/python/budget.ts';
import type { Value } from '../../../../core/python/types/values.ts';
import type { Host } from './operations.ts';

/** Python expressions and statements whose `result` is the value. */
const programs: Readonly<Record<string, string>> = {
  zero: 'result = 0',
  two: 'result = 2',
  'minus one': 'result = -1',
  'five thousand': 'result = 5000',
  'a wide int': 'result = 2**4000 - 12345',
  'another wide int': 'result = 3**2500',
  'a float': 'result = 1.5',
  'a large float': 'result = 1.2345e300',
  'a letter': "result = 'a'",
  'a long text': "result = 'a' * 200_000",
  'a longer text that nearly has it': "result = 'b' + 'a' * 100_000",
  'many words': "result = 'ab Cd ' * 30_000",
  'many lines': "result = 'a\\n' * 80_000",
  'many tabs': "result = '\\t' * 9_000",
  'letters of two units': "result = '\\U0001F600' * 60_000",
  'a long number as text': "result = '7' * 900",
  'many fields': "result = '{0}' * 5_000",
  'many conversions': "result = '%s' * 5_000",
  'brackets that do not end': "result = '%(' * 60_000",
  braces: "result = '{' * 100_000",
  'a dotted name': "result = '.'.join(['a'] * 20_000)",
  'a wide specification': "result = '>9999.400f'",
  'a grouped specification': "result = ','",
  nothing: 'result = None',
  'a long list': 'result = [1, 2] * 40_000',
  'a list of texts': "result = ['a' * 1000, 'a' * 1000 + 'b'] * 2_000",
  'a list of one text': "result = ['a' * 100_000] * 5_000",
  'a list of lists': 'result = [[1, 2, 3]] * 20_000',
  'lists in lists': 'result = []\nfor i in range(40):\n    result = [result, result]',
  'a list in itself': 'result = [1] * 500\nresult.append(result)',
  'a short list': 'result = [3, 1, 2]',
  'pairs in a list': "result = [('a', 1), ('b', 2)] * 10_000",
  'a long tuple': 'result = tuple(range(60_000))',
  'a tuple of types': 'result = (str, float) * 20_000',
  'tuples in tuples': 'result = (int,)\nfor i in range(40):\n    result = (result, result)',
  'a deep tuple': 'result = ()\nfor i in range(400):\n    result = (result,)',
  'a tuple of texts': "result = ('a' * 50_000,) * 3_000",
  'a large dict': 'result = dict.fromkeys(range(25_000))',
  'a dict of texts': 'result = {str(i): i for i in range(3_000)}',
  'an ordered dict': 'import collections\nresult = collections.OrderedDict.fromkeys(range(10_000))',
  'a counter': 'import collections\nresult = collections.Counter(range(10_000))',
  'a large set': 'result = set(range(25_000))',
  'a frozen set': 'result = frozenset(range(300))',
  'items of a dict': 'result = dict.fromkeys(range(20_000)).items()',
  'a long range': 'result = range(200_000)',
  'an endless range': 'result = range(2**80)',
  'a deque': 'import collections\nresult = collections.deque(range(30_000))',
  'an iterator': 'result = iter([1] * 50_000)',
  'the walk of a list': 'result = ([1] * 50_000).__iter__()',
  'a generator': 'result = (i for i in range(20_000))',
  'a pair of iterators': 'result = zip([1] * 30_000, [2] * 30_000)',
  'a type': 'result = int',
  'a class far down': 'class A: pass\nfor i in range(95):\n    class A(A): pass\nresult = A',
  'an object far down': 'class A: pass\nfor i in range(95):\n    class A(A): pass\nresult = A()',
  'a union': "result = int | str\nfor i in range(300):\n    result = result | type('T', (), {})",
  'an enumeration':
    'import enum\nclass E(enum.Enum):\n' +
    Array.from({ length: 300 }, (_, i) => `    M${i} = ${i}\n`).join('') +
    'result = E',
  'a data class':
    'import dataclasses\n@dataclasses.dataclass(order=True)\nclass D:\n' +
    Array.from({ length: 800 }, (_, i) => `    f${i}: int = ${i}\n`).join('') +
    'result = D()',
  'a named tuple': "import collections\nresult = collections.namedtuple('N', ['f' + str(i) for i in range(1000)])",
  'a function of many parameters': `def result(${Array.from({ length: 1500 }, (_, i) => `p${i}=0`).join(', ')}): pass`,
  'a function': 'def result(*args, **kwargs): return args[0] if args else None',
  'an object with many attributes':
    "class A: pass\nresult = A()\nfor i in range(4_000):\n    setattr(result, 'a' + str(i), i)",
  'an exception': "result = ValueError('a' * 100_000)",
  'a slice': 'result = slice(None, None, 2)',
  'a partial': 'import functools\nresult = functools.partial(print, *[0] * 20_000)',
  'a table of numbers': 'import torch\nresult = torch.arange(60_000)',
  'a matrix of numbers': 'import torch\nresult = torch.arange(90_000).view(300, 300).float()',
  'a constant': 'import torch\nresult = torch.zeros(1000, 1000)',
  'a long constant': 'import torch\nresult = torch.ones(5_000_000)',
  'random numbers': 'import torch\nresult = torch.randn(100, 100)',
  'a parameter': 'from torch import nn\nimport torch\nresult = nn.Parameter(torch.randn(64, 64))',
  'a layer': 'from torch import nn\nresult = nn.Linear(3072, 10)',
  'many layers': 'from torch import nn\nresult = nn.Sequential(*[nn.ReLU() for i in range(600)])',
  'a list of layers': 'from torch import nn\nresult = nn.ModuleList([nn.Linear(2, 2) for i in range(300)])',
  'layers in layers':
    'from torch import nn\nresult = nn.Identity()\nfor i in range(40):\n    result = nn.Sequential(result, result)',
  sizes: 'import torch\nresult = torch.zeros(2, 3, 4).shape',
};

export const valueNames: readonly string[] = [...Object.keys(programs), 'an image', 'a wide image'];

/** The value of a name. */
export function makeValue(host: Host, name: string): Value {
  const text = programs[name];
  if (text !== undefined) return host.evaluate(text);
  host.fresh();
  const { world } = host.torch;
  const shape = name === 'an image' ? [{ batch: 1 }, 3, 32, 32] : [{ batch: 1 }, 1, 1, 2_000_000];
  const graph = createGraphBuilder(shape, defaultBudget);
  world.reading.graph = graph;
  return makeTensor(world, { value: 0, graph, shape });
}
