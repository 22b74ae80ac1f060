/** From an evaluated module and its forward to the Network: names, used layers, what the output needs. */

import { refuse } from '../python/reason.ts';
import type { InstanceValue } from '../python/types/values.ts';
import type { Alias, Buffer, ModuleRecord, Network, NetworkNode, Parameter } from './ir.ts';
import type { Trace } from './modes.ts';
import { childrenOfModule, ownTensors, registeredModules, walkModules } from './torch/layers/module.ts';
import { parameterShape } from './torch/layers/parameter.ts';
import type { ParameterValue } from './torch/world/values.ts';
import type { TorchWorld } from './torch/world/world.ts';

/** What a module registers, in state_dict order; each parameter once, under its first name. */
export interface Registered {
  readonly parameters: readonly { readonly name: string; readonly value: ParameterValue }[];
  readonly buffers: readonly { readonly name: string; readonly value: ParameterValue }[];
  readonly modules: readonly { readonly path: string; readonly instance: InstanceValue }[];
  readonly aliases: readonly Alias[];
}

/** Walks the tree of a network and tells the world the names of what is in it. */
export function collectRegistered(world: TorchWorld, root: InstanceValue): Registered {
  const parameters: { name: string; value: ParameterValue }[] = [];
  const buffers: { name: string; value: ParameterValue }[] = [];
  const modules: { path: string; instance: InstanceValue }[] = [];
  for (const [path, instance] of walkModules(world, root)) {
    world.reading.paths.set(instance, path);
    modules.push({ path, instance });
    for (const kind of ['_parameters', '_buffers'] as const) {
      for (const [name, value] of ownTensors(instance, kind)) {
        if (world.reading.names.has(value)) continue;
        if (value.parameter.buffer?.persistent === false) continue;
        const full = path === '' ? name : `${path}.${name}`;
        world.reading.names.set(value, full);
        (kind === '_parameters' ? parameters : buffers).push({ name: full, value });
      }
    }
  }
  return { parameters, buffers, modules, aliases: aliasesOf(world, root) };
}

/** More names than a network of this many layers has are not listed: shared containers in each other double them. */
const mostNames = 10_000;

/** Names of state_dict beyond the first of each tensor: it walks a module as often as it is registered. */
function aliasesOf(world: TorchWorld, root: InstanceValue): Alias[] {
  const aliases: Alias[] = [];
  let left = mostNames;
  const visit = (instance: InstanceValue, path: string, again: ReadonlySet<InstanceValue>): void => {
    if (again.has(instance) || --left < 0) return;
    world.evaluator.meter.step();
    for (const kind of ['_parameters', '_buffers'] as const) {
      for (const [name, value] of ownTensors(instance, kind)) {
        const [full, of] = [`${path}${name}`, world.reading.names.get(value)];
        if (of !== undefined && of !== full && --left >= 0) aliases.push({ name: full, of });
      }
    }
    const around = new Set([...again, instance]);
    for (const [name, child] of registeredModules(world, instance)) visit(child, `${path}${name}.`, around);
  };
  visit(root, '', new Set());
  return aliases;
}

/** Layers whose output channels or features are widths, also where a program extends them. */
const widthLayers: ReadonlySet<string> = new Set(['Conv1d', 'Conv2d', 'ConvTranspose1d', 'ConvTranspose2d', 'Linear']);

function outFeatures(instance: InstanceValue): number | null {
  if (
    instance.type.place !== null &&
    !instance.type.order.some((each) => each.place === null && widthLayers.has(each.name))
  ) {
    return null;
  }
  const value = instance.attributes.get('out_channels') ?? instance.attributes.get('out_features');
  return typeof value === 'bigint' ? Number(value) : null;
}

/** A layer: a module without modules in it that is no (empty) container. */
function isLayer(world: TorchWorld, instance: InstanceValue): boolean {
  const containers = ['Sequential', 'ModuleList', 'ModuleDict', 'ParameterList', 'ParameterDict'];
  const container = instance.type.order.some((each) => each.place === null && containers.includes(each.name));
  return !container && childrenOfModule(world, instance).length === 0;
}

/**
 * Names of parameters that forward read from outside their layers, as in F.linear(x, self.qkv.weight): such a layer is
 * used though it never ran itself.
 */
function readFromOutside(nodes: readonly NetworkNode[]): Set<string> {
  const outside = nodes.filter(({ module }) => module === null);
  return new Set(
    outside.flatMap(({ parameters: { weight, bias } }) => [weight, bias]).filter((name) => name !== undefined),
  );
}

/**
 * The network.
 * @param ran all operations of forward, whether the output needs them or not
 * @param joined those that the output needs, in both modes
 */
export function assembleNetwork(
  world: TorchWorld,
  ran: readonly NetworkNode[],
  registered: Registered,
  input: readonly number[],
  joined: Trace,
): Network {
  const narrow = registered.parameters.find(({ value }) => value.parameter.precision !== null);
  if (narrow !== undefined) {
    const { precision } = narrow.value.parameter;
    refuse('unsupported', `a network whose parameters are ${precision} is not supported: leave them in float32`);
  }
  const parameters = registered.parameters.map(
    ({ name, value }): Parameter => ({
      name,
      shape: parameterShape(value),
      initializer: value.parameter.initializer,
      ...(value.parameter.trainable ? {} : { trainable: false }),
    }),
  );
  const buffers = registered.buffers.map(
    ({ name, value }): Buffer => ({
      name,
      shape: parameterShape(value),
      type: value.parameter.buffer?.type ?? 'float32',
      value: value.parameter.buffer?.value ?? 0,
    }),
  );
  const outside = readFromOutside(ran);
  const lendsWeight = (instance: InstanceValue) =>
    [...ownTensors(instance, '_parameters')].some(([, value]) => outside.has(world.reading.names.get(value) ?? ''));
  const modules = registered.modules
    .filter(({ path, instance }) => path !== '' && isLayer(world, instance))
    .map(
      ({ path, instance }): ModuleRecord => ({
        path,
        type: instance.type.name.replace(/^Lazy/, ''),
        outFeatures: outFeatures(instance),
        used: world.reading.used.has(instance) || lendsWeight(instance),
      }),
    );
  const { nodes, output } = joined;
  const { aliases } = registered;
  return { version: 1, input, nodes, output, parameters, buffers, ...(aliases.length > 0 ? { aliases } : {}), modules };
}
