/**
 * torch.autograd: Variable, and functions with a backward of their own (torch.autograd.Function). A function whose backward
 * multiplies the gradient number by number, dx = h dy, is read as detach(y) + (x - detach(x)) detach(h): its value is y,
 * its gradient h dy. Straight-through estimators, reversed gradients and activations written by hand are of that form.
 */
import { findInClass, makeClass } from '../../../python/evaluation/classes.ts';
import { positional } from '../../../python/evaluation/runtime.ts';
import { native } from '../../../python/evaluation/signature.ts';
import { hostModule } from '../../../python/modules/host-module.ts';
import { type Place, refuse } from '../../../python/reason.ts';
import { tuple } from '../../../python/types/containers.ts';
import type { ClassValue, HostValue, ModuleValue, Value } from '../../../python/types/values.ts';
import { sameShape } from '../../dimensions.ts';
import type { NetworkNode } from '../../ir.ts';
import { currentGraph } from './current-graph.ts';
import { gradientMode, setGradEnabled } from './gradient-mode.ts';
import { apply, filledTensor, product2, type Site, sum2 } from './operations.ts';
import { makeTensor } from './tensor.ts';
import { isParameter, isTensor, type TensorValue } from './values.ts';
import type { TorchWorld } from './world.ts';

/** `ctx`: what forward leaves for backward. */
function contextOf(inputs: readonly Value[]): HostValue {
  const held = new Map<string, Value>();
  let saved: readonly Value[] = [];
  const nothing = native('mark', '*args', () => null);
  const save: Value = {
    kind: 'native',
    name: 'save_for_backward',
    method: false,
    run(given) {
      saved = given.positional;
      return null;
    },
  };
  return {
    kind: 'host',
    typeName: 'FunctionCtx',
    attribute(name) {
      if (name === 'saved_tensors' || name === 'saved_variables') return tuple(saved);
      if (name === 'save_for_backward') return save;
      if (name === 'needs_input_grad') return tuple(inputs.map((each) => requiresGrad(each)));
      if (name.startsWith('mark_') || name === 'set_materialize_grads') return nothing;
      return held.get(name);
    },
    setAttribute(name, value) {
      held.set(name, value);
      return true;
    },
  };
}

function requiresGrad(value: Value): boolean {
  return isTensor(value) ? value.tensor.requiresGrad : isParameter(value) && value.parameter.trainable;
}

/** Whether a value is the gradient times something, number by number; `free` are values that do not depend on it. */
function isMultiple(nodes: readonly NetworkNode[], gradient: number, value: number): boolean {
  const seen = new Map<number, boolean>();
  const depends = (at: number): boolean => {
    if (at === gradient) return true;
    if (at < gradient) return false;
    const known = seen.get(at);
    if (known !== undefined) return known;
    const found = nodes[at - 1]?.inputs.some(depends) ?? false;
    seen.set(at, found);
    return found;
  };
  const isZero = (at: number): boolean => {
    const node = nodes[at - 1];
    if (node?.operator === 'expand') return isZero(node.inputs[0] ?? 0);
    return node?.operator === 'constant' && node.attributes.values.every((each) => each === 0);
  };
  const multiple = (at: number): boolean => {
    if (at === gradient || isZero(at)) return true;
    const node = nodes[at - 1];
    if (node === undefined || !depends(at)) return false;
    const [a = 0, b = 0, c = 0] = node.inputs;
    switch (node.operator) {
      case 'multiply':
        return depends(a) ? multiple(a) && !depends(b) : multiple(b);
      case 'divide':
        return multiple(a) && !depends(b);
      case 'affine':
        return node.attributes.shift === 0 && multiple(a);
      case 'detach':
        return multiple(a);
      case 'add':
      case 'subtract':
        return multiple(a) && multiple(b);
      case 'where':
        return !depends(a) && multiple(b) && multiple(c);
      default:
        return false;
    }
  };
  return multiple(value);
}

/** `Function.apply(*args)`. */
function applyFunction(world: TorchWorld, type: ClassValue, args: readonly Value[], place: Place): Value {
  const { evaluator } = world;
  const method = (name: string): Value => {
    const found = findInClass(type, name) ?? null;
    const isStatic =
      found !== null && typeof found === 'object' && (found.kind === 'staticmethod' || found.kind === 'classmethod');
    return isStatic ? found.callee : found;
  };
  const context = contextOf(args);
  const before = world.reading.gradients;
  world.reading.gradients = false;
  const result = evaluator.call(method('forward'), positional(context, ...args), place);
  world.reading.gradients = before;
  const wanted = args.flatMap((each, index) => (requiresGrad(each) ? [index] : []));
  if (!isTensor(result) || wanted.length === 0 || world.reading.graph === null || !before) return result;
  const site: Site = { name: `${type.name}.apply`, place };
  const graph = currentGraph(world);
  const shape = result.tensor.shape;
  const scalar = {
    operator: 'constant',
    attributes: { values: [1] },
    inputs: [],
    target: [],
    module: world.reading.running,
  } as const;
  const one = graph.emit({ ...scalar, name: site.name, label: site.name, place });
  const ones = {
    operator: 'expand',
    attributes: {},
    inputs: [one],
    target: shape,
    module: world.reading.running,
  } as const;
  const gradient = graph.emit({ ...ones, name: site.name, label: site.name, place });
  const backward = (dy: TensorValue): readonly Value[] => {
    world.reading.gradients = false;
    const given = evaluator.call(method('backward'), positional(context, dy), place);
    world.reading.gradients = before;
    return given !== null && typeof given === 'object' && given.kind === 'tuple' ? given.items : [given];
  };
  // Once to see what it does to the gradient, once with ones in its place: what comes back is the factor.
  const shown = backward(makeTensor(world, { value: gradient, graph, shape }));
  const factors = backward(filledTensor(world, 1, shape));
  return wanted.reduce<TensorValue>((total, index) => {
    const [back, factor] = [shown[index] ?? null, factors[index] ?? null];
    if (back === null) return total;
    const arg = args[index] ?? null;
    const x = isParameter(arg) ? arg.read(place) : arg;
    const plain =
      isTensor(x) &&
      isTensor(back) &&
      isTensor(factor) &&
      sameShape(x.tensor.shape, shape) &&
      sameShape(back.tensor.shape, shape) &&
      (back.tensor.value === null || isMultiple(graph.nodes, gradient, back.tensor.value));
    if (!plain) {
      return refuse(
        'unsupported',
        `${type.name}.backward is not read: of gradients written by hand, those are that multiply the gradient number by number`,
        place,
      );
    }
    const away = apply(world, 'subtract', {}, [x, apply(world, 'detach', {}, [x], site)], site);
    return sum2(world, total, back.tensor.value === gradient ? away : product2(world, away, factor, site), site);
  }, result);
}

/** torch.autograd and what is below it. */
export function autogradModules(world: TorchWorld): ModuleValue[] {
  const attributes = new Map<string, Value>([
    [
      'apply',
      {
        kind: 'classmethod',
        callee: native('apply', 'cls, *args', ({ get, place }) => {
          const type = get('cls');
          const args = world.evaluator.iterate(get('args'), place);
          if (type !== null && typeof type === 'object' && type.kind === 'class') {
            return applyFunction(world, type, args, place);
          }
          return refuse('type', 'apply() needs a class', place);
        }),
      },
    ],
  ]);
  const functionClass = makeClass('Function', [world.evaluator.object], attributes);
  const same: readonly [string, Value] = [
    'once_differentiable',
    native('once_differentiable', 'fn', ({ get }) => get('fn')),
  ];
  const missing = (name: string): never => refuse('unsupported', `torch.autograd.${name} is not supported yet`);
  const below = hostModule(
    'torch.autograd.function',
    [['Function', functionClass], same, ['FunctionCtx', functionClass]],
    missing,
  );
  return [
    hostModule(
      'torch.autograd',
      [
        ['Variable', native('Variable', 'data, requires_grad=False, volatile=False', ({ get }) => get('data'))],
        ['Function', functionClass],
        ['function', below],
        ['no_grad', gradientMode(world, 'torch.no_grad', false)],
        ['enable_grad', gradientMode(world, 'torch.enable_grad', true)],
        ['set_grad_enabled', setGradEnabled(world)],
        ['set_detect_anomaly', native('set_detect_anomaly', 'mode=True, check_nan=True', () => null)],
      ],
      missing,
    ),
    below,
    hostModule('torch.autograd.variable', [
      ['Variable', native('Variable', 'data, requires_grad=False, volatile=False', ({ get }) => get('data'))],
    ]),
  ];
}
