/** Modules beside torch and torch.nn that networks mention: torch.jit, torch.fx, checkpointing, devices. */

import { raise } from '../../../python/evaluation/exceptions.ts';
import { type Evaluator, positional } from '../../../python/evaluation/runtime.ts';
import { native } from '../../../python/evaluation/signature.ts';
import { hostModule } from '../../../python/modules/host-module.ts';
import { refuse } from '../../../python/reason.ts';
import type { HostValue, ModuleValue, NativeFunction, Value } from '../../../python/types/values.ts';
import { setAside } from '../../stand-ins.ts';
import { abstractNamesIn } from '../layers/abstract-layers.ts';
import { parametrizedWeightNorm, weightNorm } from '../layers/weight-norm.ts';
import type { Torch } from './create-world.ts';

const same = (name: string, parameter = 'value'): readonly [string, Value] => [
  name,
  native(name, `${parameter}, *args, **kwargs`, ({ get }) => get(parameter)),
];

const gives = (name: string, value: Value): readonly [string, Value] => [
  name,
  native(name, '*args, **kwargs', () => value),
];

/** A decorator used with or without arguments: it leaves the function as it is. */
function decorator(name: string): readonly [string, Value] {
  return [
    name,
    {
      kind: 'native',
      name,
      method: false,
      run(given) {
        const [only] = given.positional;
        if (only !== undefined && only !== null && typeof only === 'object') return only;
        return native(name, 'fn', ({ get }) => get('fn'));
      },
    },
  ];
}

/** A context manager, also a decorator, that changes nothing of the network. */
function context(name: string): HostValue {
  const method = (key: string): NativeFunction => ({ kind: 'native', name: key, method: false, run: () => null });
  const self: HostValue = {
    kind: 'host',
    typeName: name,
    attribute: (key) => (key === '__enter__' || key === '__exit__' ? method(key) : undefined),
    call(given) {
      const [only] = given.positional;
      return only !== undefined && only !== null && typeof only === 'object' && only.kind === 'function' ? only : self;
    },
  };
  return self;
}

/** Modules by dotted name. */
export function sideModules({ world, modules: known }: Torch): Map<string, ModuleValue> {
  const { evaluator } = world;
  const nn = known.get('torch.nn') ?? hostModule('torch.nn', []);
  const functional = known.get('torch.nn.functional')?.attributes ?? new Map<string, Value>();
  const jit = hostModule('torch.jit', [
    decorator('script'),
    decorator('script_method'),
    decorator('ignore'),
    decorator('unused'),
    decorator('export'),
    decorator('_overload'),
    decorator('_overload_method'),
    decorator('interface'),
    gives('is_scripting', false),
    gives('is_tracing', false),
    ['annotate', native('annotate', 'the_type, the_value', ({ get }) => get('the_value'))],
    ['Final', { kind: 'host', typeName: 'typing', attribute: () => undefined, item: () => null }],
  ]);
  const checkpoint = hostModule('torch.utils.checkpoint', [
    [
      'checkpoint',
      native(
        'checkpoint',
        'function, *args, use_reentrant=None, context_fn=None, determinism_check=None, debug=False, preserve_rng_state=True, **kwargs',
        ({ get, place }) => {
          const args = evaluator.iterate(get('args'), place);
          return evaluator.call(get('function'), positional(...args), place);
        },
      ),
    ],
    [
      'checkpoint_sequential',
      native('checkpoint_sequential', 'functions, segments, input, use_reentrant=None, **kwargs', ({ get, place }) => {
        const functions = get('functions');
        const steps = evaluator.iterate(functions, place);
        return steps.reduce<Value>((x, step) => evaluator.call(step, positional(x), place), get('input'));
      }),
    ],
  ]);
  const available = [
    gives('is_available', false),
    gives('device_count', 0n),
    gives('manual_seed', null),
    gives('manual_seed_all', null),
  ];
  const amp = [
    ['autocast', context('torch.amp.autocast')],
    decorator('custom_fwd'),
    decorator('custom_bwd'),
    // Scales the losses of a training loop: nothing of it is read.
    ['GradScaler', native('GradScaler', '*args, **kwargs', () => setAside('torch.amp.GradScaler'))],
    gives('is_autocast_available', false),
  ] as const;
  const parameter = hostModule('torch.nn.parameter', nn.attributes, nn.missing);
  /** `torch.nn.modules.conv.Conv2d`: the classes of torch.nn by where PyTorch defines them. */
  const modules = (name: string) => {
    const shared = abstractNamesIn(name.slice(name.lastIndexOf('.') + 1)).map((each): [string, Value] => [
      each,
      world.abstractClasses.get(each) ?? null,
    ]);
    return hostModule(name, [...nn.attributes, ...shared], nn.missing);
  };
  const pair = (name: string, count: number): readonly [string, Value] => [
    name,
    native(name, 'x', ({ get, place }) => {
      const x = get('x');
      const iterable = x !== null && typeof x === 'object' && ['list', 'tuple', 'range', 'iterator'].includes(x.kind);
      const items = iterable ? evaluator.iterate(x, place) : Array.from({ length: count }, () => x);
      return { kind: 'tuple', items, typeName: 'tuple' };
    }),
  ];
  const unread = (module: string) => (name: string) => refuse('unsupported', `${module}.${name} is not supported yet`);
  const spectral: readonly [string, Value] = [
    'spectral_norm',
    native('spectral_norm', '*args, **kwargs', ({ place }) =>
      refuse(
        'unsupported',
        'spectral_norm is not supported: each step of training changes the vectors by which it divides',
        place,
      ),
    ),
  ];
  const clip = ['clip_grad_norm_', 'clip_grad_norm', 'clip_grad_value_'].map((name) =>
    gives(name, setAside(`torch.nn.utils.${name}`)),
  );
  const found: ModuleValue[] = [
    jit,
    hostModule(
      'torch.nn.utils',
      [...clip, spectral, ['weight_norm', weightNorm(world, functional)]],
      unread('nn.utils'),
    ),
    hostModule(
      'torch.nn.utils.weight_norm',
      [['weight_norm', weightNorm(world, functional)]],
      unread('nn.utils.weight_norm'),
    ),
    hostModule('torch.nn.utils.spectral_norm', [spectral], unread('nn.utils.spectral_norm')),
    hostModule('torch.nn.utils.clip_grad', clip, unread('nn.utils.clip_grad')),
    hostModule(
      'torch.nn.utils.parametrizations',
      [spectral, ['weight_norm', parametrizedWeightNorm(world, functional)]],
      unread('nn.utils.parametrizations'),
    ),
    ...['parametrize', 'prune', 'rnn', 'fusion', 'init', 'memory_format'].map((name) =>
      hostModule(`torch.nn.utils.${name}`, [], unread(`nn.utils.${name}`)),
    ),
    checkpoint,
    hostModule('torch.fx', [same('wrap')], () => null),
    hostModule('torch.compiler', [decorator('disable'), decorator('allow_in_graph'), gives('is_compiling', false)]),
    hostModule('torch.cuda', available, () => null),
    hostModule('torch.mps', available, () => null),
    hostModule('torch.cuda.amp', amp),
    hostModule('torch.amp', amp),
    hostModule('torch.cpu.amp', amp),
    hostModule('torch.amp.autocast_mode', amp),
    hostModule('torch.amp.grad_scaler', amp),
    hostModule('torch.cuda.amp.autocast_mode', amp),
    hostModule('torch.cuda.amp.grad_scaler', amp),
    hostModule('torch.overrides', [
      gives('has_torch_function', false),
      gives('has_torch_function_unary', false),
      gives('has_torch_function_variadic', false),
      gives('is_tensor_like', true),
    ]),
    hostModule('torch.backends.mps', available),
    parameter,
    hostModule('torch.nn.modules.utils', [
      pair('_single', 1),
      pair('_pair', 2),
      pair('_triple', 3),
      pair('_quadruple', 4),
    ]),
    ...[
      'torch.nn.modules',
      ...['activation', 'batchnorm', 'container', 'conv', 'dropout', 'flatten', 'instancenorm', 'linear', 'module'].map(
        (each) => `torch.nn.modules.${each}`,
      ),
      ...['normalization', 'padding', 'pixelshuffle', 'pooling', 'rnn', 'sparse', 'transformer', 'upsampling'].map(
        (each) => `torch.nn.modules.${each}`,
      ),
      ...['loss', 'distance', 'fold', 'channelshuffle', 'adaptive'].map((each) => `torch.nn.modules.${each}`),
    ].map(modules),
  ];
  return new Map(found.map((each) => [each.name, each]));
}

/** Names of torch itself that are plain Python. */
export function torchExtensions(evaluator: Evaluator): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    [
      '_assert',
      native('_assert', 'condition, message', ({ get, place }) => {
        if (evaluator.truth(get('condition'), place)) return null;
        return raise(evaluator, 'AssertionError', evaluator.text(get('message'), place), place);
      }),
    ],
    decorator('compile'),
    ['autocast', context('torch.autocast')],
    gives('is_complex', false),
    gives('set_float32_matmul_precision', null),
    gives('use_deterministic_algorithms', null),
    gives('set_default_dtype', null),
    gives('set_printoptions', null),
  ]);
}
