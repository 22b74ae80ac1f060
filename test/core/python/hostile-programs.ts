/** Programs that would run for ever, fill memory, or reach for what is not theirs; with the reason that ends them. */

export function inInit(code: string): string {
  const lines = code.split('\n').map((line) => `        ${line}\n`);
  return `class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(3072, 10)\n${lines.join('')}\n    def forward(self, x):\n        return self.fc(x.flatten(1))\n`;
}

export function inForward(code: string): string {
  return inInit('pass').replace('        return', `${code.replace(/^/gm, '        ')}\n        return`);
}

/** Code above the class. */
function before(code: string): string {
  return `${code}\n${inInit('pass').replace('pass', 'use(self)')}`;
}

const nestedIfs = Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}if 1:`).join('\n');

/** Programs that end for their budget. */
export const overBudget: Readonly<Record<string, string>> = {
  'an endless loop': inInit('while True:\n    pass'),
  'an endless loop that catches': inInit(
    'while True:\n    try:\n        raise ValueError("x")\n    except ValueError:\n        pass',
  ),
  'an endless loop in finally': inInit('try:\n    pass\nfinally:\n    while True:\n        pass'),
  'a loop over a list that it feeds': inInit('x = [1]\nfor i in x:\n    x.append(i)'),
  'arithmetic of plain numbers alone': inInit(
    `while True:\n    a = ${Array.from({ length: 4000 }, (_, i) => i % 7).join('+')}`,
  ),
  'names alone': inInit('a = 1\nwhile True:\n    b = (a, '.concat('a, '.repeat(4000), 'a)')),
  'floats that overflow': inInit('x = 1.5\nwhile True:\n    x = x * x - x / 3 + x ** 1.1 if x < 1e150 else 1.5'),
  'small powers of integers': inInit('while True:\n    x = 7 ** 700'),
  'a tower of powers': inInit('x = 10**10**10'),
  'a power of a negative': inInit('x = (-3)**10**9'),
  'repeated squares': inInit('x = 2\nfor i in range(100):\n    x = x * x'),
  'a far shift': inInit('x = 1 << 10**9'),
  'a long number': inInit(`x = ${'9'.repeat(50_000)}`),
  'a factorial': inInit('import math\nx = math.factorial(10**9)'),
  'a binomial': inInit('import math\nx = math.comb(10**9, 5 * 10**8)'),
  'a product without end': inInit('import math, itertools\nx = math.prod(itertools.repeat(2))'),
  recursion: inInit('def f(n):\n    return f(n + 1)\nf(0)'),
  'mutual recursion': inInit('f = lambda n: g(n)\ng = lambda n: f(n)\nf(0)'),
  'recursion through except': inInit('def f():\n    try:\n        f()\n    except Exception:\n        f()\nf()'),
  'recursion through __getattr__': inInit(
    'class A:\n    def __getattr__(self, n):\n        return getattr(self, n)\nA().x',
  ),
  'recursion through a property': inInit('class A:\n    @property\n    def x(self):\n        return self.x\nA().x'),
  'recursion through equality': inInit('class A:\n    def __eq__(self, o):\n        return self == o\nA() == 1'),
  'recursion through __repr__': inInit('class A:\n    def __repr__(self):\n        return repr(self)\nrepr(A())'),
  'recursion through __iter__': inInit('class A:\n    def __iter__(self):\n        return iter(self)\nlist(A())'),
  'recursion through a decorator': inInit('def d(f):\n    @d\n    def g():\n        pass\n    return g\nd(1)'),
  'recursion through generators': inInit('def g():\n    yield from g()\nlist(g())'),
  'recursion through __init_subclass__': inInit(
    'class A:\n    def __init_subclass__(cls):\n        class B(cls): pass\nclass C(A): pass',
  ),
  'recursion through __new__': inInit('class A:\n    def __new__(cls):\n        return cls()\nA()'),
  'recursion through sorting': inInit('def k(x):\n    return sorted([1], key=k)\nk(1)'),
  'a generator without end': inInit('def g():\n    while True:\n        yield 1\nx = list(g())'),
  'a sum without end of numbers': inInit('import itertools\nx = sum(itertools.cycle([1]))'),
  'a count without end': inInit('import itertools\nx = [i for i in itertools.count()]'),
  'products of products': inInit("import itertools\nx = list(itertools.product(*['ab'] * 60))"),
  'all permutations': inInit('import itertools\nx = list(itertools.permutations(range(50)))'),
  'an iterator that never stops': inInit(
    'class A:\n    def __iter__(self):\n        return self\n    def __next__(self):\n        return 1\nfor i in A(): pass',
  ),
  'a module in itself': inInit('self.a = nn.Sequential()\nself.a.append(self.a)').replace(
    'self.fc(x',
    'self.fc(self.a(x)',
  ),
  'a list of a billion': inInit('x = [0] * 10**9'),
  'a tuple of a billion': inInit('x = (0,) * 10**9'),
  'a list that doubles': inInit('x = [1]\nwhile True:\n    x.extend(x)'),
  'a list that multiplies itself': inInit('x = [1]\nwhile True:\n    x *= 10'),
  'a long range': inInit('x = list(range(10**12))'),
  'a sum over a long range': inInit('x = sum(range(10**12))'),
  'a set of a range': inInit('x = set(range(10**12))'),
  'a dict of a range': inInit('x = {i: i for i in range(10**12)}'),
  'a slice that grows': inInit('x = [1, 2]\nwhile True:\n    x[1:1] = x'),
  'the largest of a large tuple, again and again': inInit('t = tuple(range(100_000))\nwhile True:\n    max(t)'),
  'a search in a large tuple, again and again': inInit('t = tuple(range(100_000))\nwhile True:\n    -1 in t'),
  'entries popped from a large dict': inInit(
    'd = {i: i for i in range(60_000)}\nwhile True:\n    d.popitem()\n    d[1] = 1',
  ),
  'sets compared again and again': inInit('a, b = set(range(50_000)), set(range(50_000))\nwhile True:\n    a == b'),
  'a string of a billion': inInit("x = 'a' * 10**9"),
  'a string that doubles': inInit("x = 'a'\nwhile True:\n    x = f'{x}{x}'"),
  'a string that is added to itself': inInit("x = 'a'\nwhile True:\n    x += x"),
  'a replacement that doubles': inInit("x = 'a'\nwhile True:\n    x = x.replace('a', 'aa')"),
  'a join that doubles': inInit("x = 'ab'\nwhile True:\n    x = x.join(x)"),
  'a search in a long string, again and again': inInit("x = 'a' * 900_000\nwhile True:\n    x.count('b')"),
  'the length of a long string, again and again': inInit("x = 'é' * 400_000\nwhile True:\n    len(x)"),
  'long strings compared again and again': inInit("x = 'a' * 400_000\ny = 'a' * 400_000\nwhile True:\n    x == y"),
  'a long string as a key': inInit("x = {}\nx['a' * 900_000] = 1"),
  'words split from behind': inInit("x = ('a' * 400_000 + ' ') * 2\nwhile True:\n    x.rsplit(None, 1)"),
  'a wide format': inInit("x = f'{3:>1000000000}'"),
  'a width that is computed': inInit("w = 10**9\nx = f'{3:>{w}}'"),
  'a wide % format': inInit("x = '%1000000000d' % 3"),
  'a % width that is given': inInit("x = '%*d' % (10**9, 1)"),
  'many wide formats': inInit("x = ('%9999d' * 20_000) % ((1,) * 20_000)"),
  'many wide fields': inInit("x = ('{:9999}' * 20_000).format(*(1,) * 20_000)"),
  'a precise format': inInit("x = f'{1.5:.1000000000f}'"),
  'a wide centre': inInit("x = 'a'.center(10**9)"),
  'many zeros': inInit("x = 'a'.zfill(10**9)"),
  'a list of long strings shown': inInit("x = ['a' * 400_000] * 10_000\ny = repr(x)"),
  'lists in lists shown': inInit('x = []\nfor i in range(60):\n    x = [x, x]\nwhile True:\n    str(x)'),
  'a list in itself copied deeply, again and again': inInit(
    'import copy\nx = [1] * 1000\nx.append(x)\nwhile True:\n    y = copy.deepcopy(x)',
  ),
  'a key that doubles': inInit('x = (1,)\nfor i in range(40):\n    x = (x, x)\nd = {x: 1}'),
  'equality that doubles': inInit('x = ()\ny = ()\nfor i in range(60):\n    x = (x, x)\n    y = (y, y)\nz = x == y'),
  'three nested comprehensions': inInit('x = [i for i in range(999) for j in range(999) for k in range(999)]'),
  'nested comprehensions that keep nothing': inInit(
    'x = [i for i in range(999) for j in range(999) for k in range(999) if False]',
  ),
  'brackets without end': inInit(`x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}`),
  'lists in lists': inInit(`x = ${'['.repeat(5_000)}1${']'.repeat(5_000)}`),
  'signs without end': inInit(`x = ${'-'.repeat(20_000)}1`),
  'negations without end': inInit(`x = ${'not '.repeat(20_000)}1`),
  'lambdas in lambdas': inInit(`x = ${'lambda: '.repeat(5_000)}1`),
  'a sum without end': inInit(`x = ${'1+'.repeat(20_000)}1`),
  'a chain without end': inForward(`x = x${'.relu()'.repeat(10_000)}`),
  'indices without end': inInit(`x = a${'[0]'.repeat(10_000)}`),
  'deep blocks': inInit(`${nestedIfs}\n${' '.repeat(300)}pass`),
  'deep annotations': inInit(`x: ${'list['.repeat(3_000)}int${']'.repeat(3_000)} = 1`),
  'deep patterns': inInit(`match 1:\n    case ${'['.repeat(3_000)}1${']'.repeat(3_000)}:\n        pass`),
  'a regular expression that explodes': inInit("import re\nre.match('(a+)+$', 'a' * 50 + 'b')"),
  'a regular expression that explodes in choices': inInit("import re\nre.search('(a|a|b?)*c', 'a' * 60)"),
  'a regular expression that looks back': inInit("import re\nre.findall('(?<=(a+)+b)c', 'a' * 400)"),
  'a long text matched again and again': inInit("import re\nx = 'ab' * 200_000\nwhile True:\n    re.sub('b', 'c', x)"),
  'a pattern that nests': inInit("import re\nre.compile('(' * 5_000 + ')' * 5_000)"),
  'many branches': inInit(`if 0: pass\n${'elif 0: pass\n'.repeat(1000)}else: pass`),
  'a tower of classes': inInit('class A: pass\nfor i in range(3000):\n    class A(A): pass'),
  'attributes without end': inInit('i = 0\nwhile True:\n    setattr(self, "a" + str(i), i)\n    i += 1'),
  'a text too long': 'x'.repeat(1_000_000),
  'a huge layer': inInit('self.x = nn.Linear(10**6, 10**6)'),
  'many layers': inInit('self.x = nn.Sequential()\nwhile True:\n    self.x.append(nn.ReLU())'),
  'a module copied deeply, again and again': inInit(
    'import copy\nx = nn.Sequential(*[nn.Linear(2, 2) for i in range(50)])\nwhile True:\n    copy.deepcopy(x)',
  ),
  'a tensor that doubles': inForward('while True:\n    x = torch.cat([x, x], 1)'),
  'operations without end': inForward('while True:\n    x = F.relu(x)'),
  'axes without end': inForward('for i in range(1000):\n    x = x.unsqueeze(-1)'),
  'padding without end': inForward('x = self.c(x)').replace(
    'self.fc =',
    'self.c = nn.Conv2d(3, 1, 1, padding=10**6)\n        self.fc =',
  ),
  'a budget caught': inInit('try:\n    x = [0] * 10**9\nexcept:\n    pass'),
  'a budget caught in a loop': inInit(
    'while True:\n    try:\n        x = [0] * 10**9\n    except BaseException:\n        pass',
  ),
  'a large match, again and again': before(
    'def use(net):\n    while True:\n        match list(range(100)):\n            case [*_, 500]:\n                pass',
  ),
};

/** Programs that end because what they reach for is not there. */
export const reaching: Readonly<Record<string, readonly [kind: string, text: string]>> = {
  __import__: ['unsupported', inInit("__import__('os').system('true')")],
  'import os': ['import', inInit("import os\nos.system('true')")],
  'subprocess in forward': ['import', inForward("import subprocess\nsubprocess.run(['true'])")],
  'ctypes through numpy': ['unsupported', inForward('import numpy\nnumpy.ctypeslib.load_library()')],
  importlib: ['import', inInit("import importlib\nimportlib.import_module('os')")],
  pickle: ['import', inInit("import pickle\npickle.loads('')")],
  eval: ['unsupported', inInit("eval('1')")],
  'eval by another name': ['unsupported', inInit("e = eval\n(lambda f: f('1'))(e)")],
  exec: ['unsupported', inInit("exec('1')")],
  compile: ['unsupported', inInit("compile('1', 'f', 'exec')")],
  open: ['unsupported', inInit("open('/etc/hosts')")],
  'builtins as a module': ['import', inInit('import builtins\nbuiltins.open')],
  'classes of classes': ['attribute', inInit('().__class__.__bases__[0].__subclasses__()')],
  'classes of a class by its order': ['attribute', inInit('int.__mro__[1].__subclasses__()')],
  'globals of a method': ['attribute', inInit('self.__init__.__globals__')],
  'globals of a function': ['attribute', inInit('(lambda: 1).__globals__')],
  'the builtins of globals': ['key', inInit("globals()['__builtins__']")],
  'code of a function': ['attribute', inInit('nn.Linear.__init__.__code__')],
  'code by a format': ['attribute', inInit("x = '{0.__init__.__globals__}'.format(self)")],
  "the host's constructors": ['attribute', inInit("self.constructor.constructor('return process')()")],
  "the host's constructors by getattr": ['attribute', inInit("getattr(self, 'constructor')")],
  "a function's prototype": ['attribute', inInit('(lambda: 1).prototype')],
  "a function's call": ['attribute', inInit('len.call(None)')],
  "a list's map": ['attribute', inInit('[1].map(len)')],
  "a list's length": ['attribute', inInit('[1].length')],
  "a dict's prototype": ['key', inInit("x = {}\nx['__proto__'] = 1\ny = x['toString']")],
  "a module's prototype": ['attribute', inInit('import math\nmath.__proto__')],
  "a class's prototype": ['attribute', inInit('class A: pass\nA.prototype')],
  "a string's prototype": ['attribute', inInit("x = 'abc'.constructor")],
  'an attribute named like a prototype': [
    'attribute',
    inInit("setattr(self, '__proto__', {'polluted': 1})\nself.polluted"),
  ],
  'keywords named like a prototype': ['key', inInit("def f(**k): return k\nf(**{'__proto__': 1})['toString']")],
  'names of the host': ['name', inInit('globalThis')],
  'the process of the host': ['name', inInit('process')],
  "the evaluator's own attributes": ['attribute', inInit('self.attributes')],
  "a function's closure": ['attribute', inInit('def f(): pass\nf.closure')],
  'frames of an exception': [
    'attribute',
    inInit('try:\n    1 / 0\nexcept Exception as e:\n    e.__traceback__.tb_frame'),
  ],
  'a generator frame': ['attribute', inInit('(i for i in [1]).gi_frame')],
};
