/**
 * Programs that define a network and carry something else, which tells of itself by printing. Each is text that Python
 * would run on the way from `import` to the logits: foreign-code.full.test.ts runs them in PyTorch to show that.
 */

/** What must never run; a file is written too, for those who look at folders. */
export const mark = 'foreign code ran';
const ran = `print("${mark}")`;

interface Parts {
  /** Above the class. */
  readonly top?: string;
  /** Before `class`: decorators. */
  readonly decorator?: string;
  readonly bases?: string;
  /** In the class's body, before __init__. */
  readonly body?: string;
  /** In __init__, after the layer is made. */
  readonly init?: string;
  /** In forward, before the layer is called. */
  readonly forward?: string;
  /** Parameters of forward after x, and its annotation. */
  readonly more?: string;
  readonly returns?: string;
  readonly bottom?: string;
}

function indented(text: string | undefined, depth: number): string {
  if (text === undefined) return '';
  // Not by a pattern of lines: a carriage return in the text begins none here.
  const lines = text.split('\n').map((line) => (line === '' ? line : ' '.repeat(depth) + line));
  return `${lines.join('\n')}\n`;
}

export function program(parts: Parts): string {
  const { top, decorator, bases = 'nn.Module', body, init, forward, more = '', returns = '', bottom } = parts;
  return (
    'import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n' +
    `${indented(top, 0)}\n\n${indented(decorator, 0)}class Net(${bases}):\n${indented(body, 4)}` +
    '    def __init__(self):\n        super().__init__()\n        self.fc = nn.Linear(3072, 10)\n' +
    `${indented(init, 8)}\n    def forward(self, x${more})${returns}:\n${indented(forward, 8)}` +
    `        return self.fc(torch.flatten(x, 1))\n${indented(bottom, 0)}`
  );
}

/** A method that tells of itself and then does what the one it hides does. */
function overridden(name: string, parameters = '', given = parameters): string {
  const call = `super().${name}(${given})`;
  return program({
    body: `def ${name}(self${parameters === '' ? '' : `, ${parameters}`}):\n    ${ran}\n    return ${call}`,
  });
}

const overrides = {
  'eval overridden': overridden('eval'),
  'train overridden': overridden('train', 'mode=True', 'mode'),
  'load_state_dict overridden': overridden('load_state_dict', '*given, **named'),
  'state_dict overridden': overridden('state_dict', '*given, **named'),
  '_load_from_state_dict overridden': overridden('_load_from_state_dict', '*given, **named'),
  '_call_impl overridden': overridden('_call_impl', '*given, **named'),
  '__call__ overridden': overridden('__call__', '*given, **named'),
  '__setattr__ overridden': program({
    body: `def __setattr__(self, name, value):\n    if name == "training":\n        ${ran}\n    super().__setattr__(name, value)`,
  }),
  '__getattribute__ overridden': program({
    body: `def __getattribute__(self, name):\n    if name == "eval":\n        ${ran}\n    return super().__getattribute__(name)`,
  }),
  '__getattr__ overridden': program({
    body: `def __getattr__(self, name):\n    if name == "fc":\n        ${ran}\n    return super().__getattr__(name)`,
  }),
  '__del__ defined': program({ body: `def __del__(self):\n    ${ran}` }),
  '__init_subclass__ in a base': program({
    top: `class Base(nn.Module):\n    def __init_subclass__(cls, **named):\n        ${ran}`,
    bases: 'Base',
  }),
  '__new__ overridden': program({ body: `def __new__(cls):\n    ${ran}\n    return super().__new__(cls)` }),
  '__set_name__ of an attribute': program({
    top: `class Told:\n    def __set_name__(self, owner, name):\n        ${ran}`,
    body: 'told = Told()',
  }),
  '__class_getitem__ in an annotation': program({
    top: `class Told:\n    def __class_getitem__(cls, item):\n        ${ran}\n        return cls`,
    more: ', n: Told[int] = 0',
  }),
  'named_children overridden': overridden('named_children'),
  'children overridden': overridden('children'),
  '_named_members overridden': overridden('_named_members', '*given, **named'),
  'named_modules overridden': overridden('named_modules', '*given, **named'),
  'a property that a layer reads': program({
    top: `class Layer(nn.Linear):\n    @property\n    def call_super_init(self):\n        ${ran}\n        return False`,
    init: 'self.fc = Layer(3072, 10)',
  }),
  'a descriptor on the class': program({
    top: `class Told:\n    def __get__(self, instance, owner):\n        ${ran}\n        return 1\n    def __set__(self, instance, value):\n        ${ran}`,
    body: 'training = Told()',
  }),
  'a metaclass': program({
    top: `class Meta(type):\n    def __call__(cls, *given):\n        ${ran}\n        return super().__call__(*given)`,
    bases: 'nn.Module, metaclass=Meta',
  }),
  'a layer that overrides train': program({
    top: `class Layer(nn.Linear):\n    def train(self, mode=True):\n        ${ran}\n        return super().train(mode)`,
    init: 'self.fc = Layer(3072, 10)',
  }),
  'a layer that overrides _load_from_state_dict': program({
    top: `class Layer(nn.Linear):\n    def _load_from_state_dict(self, *given):\n        ${ran}\n        return super()._load_from_state_dict(*given)`,
    init: 'self.fc = Layer(3072, 10)',
  }),
  'get_extra_state defined': program({
    body: `def get_extra_state(self):\n    ${ran}\n    return None\ndef set_extra_state(self, state):\n    ${ran}`,
  }),
  'a method replaced on the instance': program({ init: `self.eval = lambda: ${ran}` }),
  'a method replaced on the class': program({ bottom: `Net.eval = lambda self: ${ran}` }),
  'a method of nn.Module replaced': program({ bottom: `nn.Module.eval = lambda self: ${ran}` }),
};

const signatures = {
  'an annotation that calls': program({ body: `y: ${ran}` }),
  'an annotation of a parameter': program({ more: `, n: ${ran} = 0` }),
  'an annotation of a result': program({ returns: ` -> ${ran}` }),
  'an annotation at the top': program({ top: `y: ${ran} = 1` }),
  'an annotation with a list': program({ body: `y: [${ran} for _ in "a"]` }),
  'a default that calls': program({ more: `, n=${ran}` }),
  'a default of a nested function': program({ init: `def f(n=${ran}):\n    return n` }),
  'a default of a lambda': program({ body: `f = lambda n=${ran}: n` }),
  'a decorator of the class': program({ top: `def told(cls):\n    ${ran}\n    return cls`, decorator: '@told' }),
  'a decorator of a method': program({
    top: `def told(f):\n    ${ran}\n    return f`,
    body: '@told\ndef extra_repr(self):\n    return ""',
  }),
  'a decorator written as an expression': program({
    top: 'tell = lambda text: print(text)',
    body: `@(lambda f: (tell("${mark}"), f)[1])\ndef extra_repr(self):\n    return ""`,
  }),
  'a keyword of the class': program({
    top: `class Base(nn.Module):\n    def __init_subclass__(cls, told=None):\n        pass`,
    bases: `Base, told=${ran}`,
  }),
  'a body of the class that prints': program({ body: ran }),
  'a loop in the body of the class': program({ body: `for _ in range(1):\n    ${ran}` }),
  'a comprehension in the body of the class': program({ body: `names = [${ran} for _ in range(1)]` }),
  'an assertion with a message': program({ init: `assert True, ${ran}\nassert ${ran} is None` }),
  'a format of a string': program({ init: `name = f"{${ran.replaceAll('"', "'")}}"` }),
  'an assignment expression': program({ init: `if (told := ${ran}) is None:\n    pass` }),
  'a conditional expression': program({ init: `told = ${ran} if True else None` }),
};

const probes = {
  'only outside training': program({ forward: `if not self.training:\n    ${ran}` }),
  'only without gradients': program({ forward: `if not torch.is_grad_enabled():\n    ${ran}` }),
  'only without gradients of x': program({ forward: `if not x.requires_grad:\n    ${ran}` }),
  'a try around an import': program({
    init: `try:\n    import os\n    os.system("echo ${mark}")\nexcept Exception:\n    pass`,
  }),
  'a try around open': program({
    init: `try:\n    open("foreign.txt", "w").write("x")\n    ${ran}\nexcept Exception:\n    pass`,
  }),
  'a try around a missing name': program({ init: `try:\n    undefined\nexcept NameError:\n    ${ran}` }),
  'an except of all': program({ init: `try:\n    self.fc.told\nexcept:\n    ${ran}` }),
  'an else of a try': program({ init: `try:\n    import subprocess\nexcept Exception:\n    pass\nelse:\n    ${ran}` }),
  'hasattr of what Python has': program({ init: `if hasattr(nn.Module, "_version"):\n    ${ran}` }),
  'getattr of what Python has': program({ init: `if getattr(self, "_version", None) == 1:\n    ${ran}` }),
  'hasattr of torch': program({ init: `if hasattr(torch, "_C"):\n    ${ran}` }),
  'hasattr of a builtin': program({ init: `if hasattr(print, "__self__"):\n    ${ran}` }),
  'the name of the module': program({ bottom: `if __name__ == "__main__":\n    ${ran}` }),
  'globals of the module': program({ init: `if "__file__" in globals():\n    ${ran}` }),
  'the type of a layer': program({ init: `if type(self.fc).__module__ == "torch.nn.modules.linear":\n    ${ran}` }),
  'the version of torch': program({ init: `if torch.__version__ >= "2":\n    ${ran}` }),
  'the end of a generator': program({
    init: `def g():\n    try:\n        yield 1\n    finally:\n        ${ran}\nnext(g())`,
  }),
  'a generator closed': program({
    init: `def g():\n    try:\n        yield 1\n    except GeneratorExit:\n        ${ran}\n        raise\nit = g()\nnext(it)\nit.close()`,
  }),
  'a context manager': program({
    top: `class Told:\n    def __enter__(self):\n        return self\n    def __exit__(self, *given):\n        ${ran}`,
    init: 'with Told():\n    pass',
  }),
  'a forward hook': program({ init: `self.register_forward_hook(lambda *given: ${ran})` }),
  'a forward hook before': program({ init: `self.fc.register_forward_pre_hook(lambda *given: ${ran})` }),
  'a hook after loading': program({
    init: `self.register_load_state_dict_post_hook(lambda *given: ${ran})`,
  }),
};

const libraries = {
  timeit: program({ top: 'import timeit', init: `timeit.timeit(lambda: ${ran}, number=1)` }),
  logging: program({ top: 'import logging', init: `logging.warning("${mark}")` }),
  'logging to a file': program({
    top: 'import logging',
    init: `logging.basicConfig(filename="foreign.txt", level=10)\nlogging.info("x")\n${ran}`,
  }),
  warnings: program({ top: 'import warnings', init: `warnings.warn("${mark}")` }),
  atexit: program({ top: 'import atexit', init: `atexit.register(print, "${mark}")` }),
  'a finaliser of weakref': program({ top: 'import weakref', init: `weakref.finalize(self, print, "${mark}")` }),
  threading: program({ top: 'import threading', init: `threading.Thread(target=print, args=("${mark}",)).start()` }),
  sys: program({ top: 'import sys', init: `sys.stdout.write("${mark}\\n")` }),
  'sys.stderr at the top': program({ top: `import sys\nprint("${mark}", file=sys.stderr)` }),
  os: program({ top: 'import os', init: `os.makedirs("foreign", exist_ok=True)\n${ran}` }),
  pathlib: program({ top: 'from pathlib import Path', init: `Path("foreign.txt").write_text("x")\n${ran}` }),
  subprocess: program({ top: 'import subprocess', init: `subprocess.run(["echo", "${mark}"])` }),
  'numpy.savetxt': program({ top: 'import numpy as np', init: `np.savetxt("foreign.txt", np.zeros(1))\n${ran}` }),
  'torch.save': program({ init: `torch.save({}, "foreign.pt")\n${ran}` }),
  'torch.serialization': program({ init: `torch.serialization.add_safe_globals([Net])\n${ran}` }),
  'torch.hub': program({ init: `torch.hub.set_dir("foreign")\n${ran}` }),
  'torch.jit': program({ top: `@torch.jit.ignore\ndef told():\n    ${ran}`, init: 'told()' }),
  'torch.set_default_dtype': program({ init: `torch.set_default_dtype(torch.float32)\n${ran}` }),
  'torch.manual_seed': program({ init: `torch.manual_seed(0)\n${ran}` }),
  'torch.set_printoptions': program({ top: `torch.set_printoptions(precision=3)\n${ran}` }),
  time: program({ top: 'import time', init: `time.sleep(0)\n${ran}` }),
  random: program({ top: 'import random', init: `random.seed(0)\n${ran}` }),
  functools: program({
    top: 'import functools',
    body: `@functools.lru_cache(maxsize=None)\ndef tell(self):\n    ${ran}`,
    init: 'self.tell()',
  }),
  dataclasses: program({
    top: `import dataclasses\n@dataclasses.dataclass\nclass Config:\n    width: int = 10\n    def __post_init__(self):\n        ${ran}`,
    init: 'config = Config()',
  }),
  enum: program({
    top: `import enum\nclass Kind(enum.Enum):\n    A = 1\n    def __init__(self, value):\n        ${ran}`,
    init: 'kind = Kind.A',
  }),
  exec: program({ init: `exec('${ran}')` }),
  eval: program({ init: `eval('${ran}')` }),
  __import__: program({ init: `__import__("os").system("echo ${mark}")` }),
  'setattr of torch': program({ bottom: `F.linear = lambda *given: ${ran}` }),
};

/** What a comment or a string can hide from who reads, or hand to who parses otherwise. */
const texts = {
  'a carriage return in a comment': program({ init: `# harmless\r        ${ran}` }),
  'a carriage return at the top': program({ top: `# harmless\r${ran}` }),
  'a form feed': program({ top: `# harmless\f\n\f${ran}` }),
  'a coding of the file': `# coding: utf-7\n# +AAo-${ran}+AAo-\n${program({})}`,
  'a docstring that is never closed by what it seems': program({ body: `"""Harmless \\"""\n${ran}\n"""\n${ran}` }),
  'a docstring of the module': `"""${mark}"""\n${program({ init: ran })}`,
  'a comment that turns its direction': program({ init: `# \u202e${mark}\u2066\n${ran}` }),
  'letters that Python reads as others': program({ init: `\uff50\uff52\uff49\uff4e\uff54("${mark}")` }),
  'a line that goes on': program({ init: `told = \\\n    ${ran}` }),
  'two statements in a line': program({ init: `told = 1; ${ran}` }),
};

/** Names that would be code, or hide what stands beside them, where a file were pasted together from them; Python runs none. */
const names = {
  'a name that is code': program({
    init: `self.add_module("a'); print('${mark}') #", nn.Linear(10, 10))`,
    forward: `return self._modules["a'); print('${mark}') #"](self.fc(torch.flatten(x, 1)))`,
  }),
  'a name with a line feed': program({
    init: `self.add_module("a\\nprint('${mark}')", nn.Linear(10, 10))`,
    forward: `return self._modules["a\\nprint('${mark}')"](self.fc(torch.flatten(x, 1)))`,
  }),
  'a name that hides the text': program({
    init: 'self.add_module("\\x1b[8m\\u202e\\x9b2J", nn.Linear(10, 10))',
    forward: 'return self._modules["\\x1b[8m\\u202e\\x9b2J"](self.fc(torch.flatten(x, 1)))',
  }),
  'a parameter named like a method': program({
    init: 'self.register_parameter("bias_train", nn.Parameter(torch.zeros(10)))',
    forward: 'return self.fc(torch.flatten(x, 1)) + self.bias_train',
  }),
  'a buffer named like a name of torch': program({
    init: 'self.register_buffer("torch", torch.ones(10))',
    forward: 'return self.fc(torch.flatten(x, 1)) * self.torch',
  }),
  'layers named like keywords and builtins': program({
    init: 'for name in ["class", "print", "__class__x", "def", "import", "lambda"]:\n    self.add_module(name, nn.Linear(10, 10))',
    forward:
      'x = self.fc(torch.flatten(x, 1))\nfor name in ["class", "print", "__class__x", "def", "import", "lambda"]:\n    x = getattr(self, name)(x)\nreturn x',
  }),
};

/** By kind, then by name. */
export const foreignPrograms = { overrides, signatures, probes, libraries, texts, names } as const;

export interface ForeignProgram {
  readonly name: string;
  readonly text: string;
}

export function allForeignPrograms(): ForeignProgram[] {
  return Object.entries(foreignPrograms).flatMap(([kind, programs]) =>
    Object.entries(programs).map(([name, text]) => ({ name: `${kind}: ${name}`, text })),
  );
}
