import { describe, expect, test } from 'vitest';
import { loadInterpreter } from '../../../main/interpreter.ts';

const interpret = await loadInterpreter();

function inInit(code: string): string {
  const lines = code.split('\n').map((line) => `        ${line}\n`);
  return `class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(3072, 10)\n${lines.join('')}\n    def forward(self, x):\n        return self.fc(x.flatten(1))\n`;
}

function inForward(code: string): string {
  return inInit('pass').replace('        return', `${code.replace(/^/gm, '        ')}\n        return`);
}

const nestedIfs = Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}if 1:`).join('\n');

/** Programs that would run for ever, fill memory, or reach for what is not theirs. */
const overBudget: Readonly<Record<string, string>> = {
  'an endless loop': inInit('while True:\n    pass'),
  'an endless loop that catches': inInit(
    'while True:\n    try:\n        raise ValueError("x")\n    except ValueError:\n        pass',
  ),
  'a tower of powers': inInit('x = 10**10**10'),
  'repeated squares': inInit('x = 2\nfor i in range(100):\n    x = x * x'),
  'a far shift': inInit('x = 1 << 10**9'),
  'a long number': inInit(`x = ${'9'.repeat(50_000)}`),
  recursion: inInit('def f(n):\n    return f(n + 1)\nf(0)'),
  'recursion through except': inInit('def f():\n    try:\n        f()\n    except Exception:\n        f()\nf()'),
  'recursion through __getattr__': inInit(
    'class A:\n    def __getattr__(self, n):\n        return getattr(self, n)\nA().x',
  ),
  'recursion through a property': inInit('class A:\n    @property\n    def x(self):\n        return self.x\nA().x'),
  'recursion through equality': inInit('class A:\n    def __eq__(self, o):\n        return self == o\nA() == 1'),
  'a module in itself': inInit('self.a = nn.Sequential()\nself.a.append(self.a)').replace(
    'self.fc(x',
    'self.fc(self.a(x)',
  ),
  'a list of a billion': inInit('x = [0] * 10**9'),
  'a list that doubles': inInit('x = [1]\nwhile True:\n    x.extend(x)'),
  'a long range': inInit('x = list(range(10**12))'),
  'a string of a billion': inInit("x = 'a' * 10**9"),
  'a string that doubles': inInit("x = 'a'\nwhile True:\n    x = f'{x}{x}'"),
  'a replacement that doubles': inInit("x = 'a'\nwhile True:\n    x = x.replace('a', 'aa')"),
  'a wide format': inInit("x = f'{3:>1000000000}'"),
  'a wide % format': inInit("x = '%1000000000d' % 3"),
  'a key that doubles': inInit('x = (1,)\nfor i in range(40):\n    x = (x, x)\nd = {x: 1}'),
  'equality that doubles': inInit('x = ()\ny = ()\nfor i in range(60):\n    x = (x, x)\n    y = (y, y)\nz = x == y'),
  'three nested comprehensions': inInit('x = [i for i in range(999) for j in range(999) for k in range(999)]'),
  'brackets without end': inInit(`x = ${'('.repeat(20_000)}1${')'.repeat(20_000)}`),
  'a sum without end': inInit(`x = ${'1+'.repeat(20_000)}1`),
  'a chain without end': inForward(`x = x${'.relu()'.repeat(10_000)}`),
  'deep blocks': inInit(`${nestedIfs}\n${' '.repeat(300)}pass`),
  'many branches': inInit(`if 0: pass\n${'elif 0: pass\n'.repeat(1000)}else: pass`),
  'a tower of classes': inInit('class A: pass\nfor i in range(3000):\n    class A(A): pass'),
  'a text too long': 'x'.repeat(1_000_000),
  'a huge layer': inInit('self.x = nn.Linear(10**6, 10**6)'),
  'many layers': inInit('self.x = nn.Sequential()\nwhile True:\n    self.x.append(nn.ReLU())'),
  'a tensor that doubles': inForward('while True:\n    x = torch.cat([x, x], 1)'),
  'operations without end': inForward('while True:\n    x = F.relu(x)'),
  'axes without end': inForward('for i in range(1000):\n    x = x.unsqueeze(-1)'),
  'padding without end': inForward('x = self.c(x)').replace(
    'self.fc =',
    'self.c = nn.Conv2d(3, 1, 1, padding=10**6)\n        self.fc =',
  ),
  'a budget caught': inInit('try:\n    x = [0] * 10**9\nexcept:\n    pass'),
};

const reaching: Readonly<Record<string, readonly [kind: string, text: string]>> = {
  __import__: ['unsupported', inInit("__import__('os').system('true')")],
  'import os': ['import', inInit("import os\nos.system('true')")],
  eval: ['unsupported', inInit("eval('1')")],
  exec: ['unsupported', inInit("exec('1')")],
  open: ['unsupported', inInit("open('/etc/hosts')")],
  'classes of classes': ['attribute', inInit('().__class__.__bases__[0].__subclasses__()')],
  'globals of a method': ['attribute', inInit('self.__init__.__globals__')],
  'code of a function': ['attribute', inInit('nn.Linear.__init__.__code__')],
  "the host's constructors": ['attribute', inInit("self.constructor.constructor('return process')()")],
  "a dict's prototype": ['key', inInit("x = {}\nx['__proto__'] = 1\ny = x['toString']")],
  "a string's prototype": ['attribute', inInit("x = 'abc'.constructor")],
  'names of the host': ['name', inInit('globalThis')],
};

/** The bound that the product promises, doubled for a busy machine: milliseconds of processor time. */
const longest = 400;

function timed(text: string) {
  const before = process.cpuUsage();
  const result = interpret(text);
  const { user, system } = process.cpuUsage(before);
  return { result, milliseconds: (user + system) / 1000 };
}

describe('a hostile program', () => {
  timed(inInit('pass'));

  test.each(Object.entries(overBudget))('with %s ends at once for its budget', (_name, text) => {
    const { result, milliseconds } = timed(text);
    expect(result).toMatchObject({ ok: false, reason: { kind: 'budget' } });
    expect(milliseconds).toBeLessThan(longest);
  });

  test.each(Object.entries(reaching))('that reaches for %s finds nothing', (_name, [kind, text]) => {
    expect(timed(text).result).toMatchObject({ ok: false, reason: { kind } });
  });

  test('leaves no trace in the next one', () => {
    interpret(`nn.Linear.forward = None\n${inInit('nn.Module.forward = 3\nsetattr(nn, "Linear", 3)')}`);
    interpret(inInit('nn.Conv2d.x = 1\ntorch.relu = 2\nlen = 3\nglobal range\nrange = 4'));
    const after = interpret(inInit('x = len(list(range(3)))'));
    expect(after.ok && after.value.measures.params).toBe(30730);
  });

  test('gets the same verdict every time', () => {
    const text = inInit('x = []\nwhile True:\n    x.append(len(x))');
    expect(interpret(text)).toEqual(interpret(text));
  });
});
