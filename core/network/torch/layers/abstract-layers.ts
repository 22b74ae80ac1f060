/** Classes of torch.nn.modules that layers share as bases, and that programs name in isinstance and `class X(_ConvNd)`. */
import { makeClass } from '../../../python/evaluation/classes.ts';
import type { ClassValue } from '../../../python/types/values.ts';
import type { TorchWorld } from '../world/world.ts';

interface AbstractLayer {
  readonly name: string;
  /** The module below torch.nn.modules that defines it. */
  readonly module: string;
  /** Another of these that it extends; Module where left out. */
  readonly base?: string;
  /** Layers that extend it. */
  readonly layers: RegExp;
}

/** A base before what extends it; the last whose pattern fits is a layer's own. */
const table: readonly AbstractLayer[] = [
  { name: '_NormBase', module: 'batchnorm', layers: /^$/ },
  { name: '_BatchNorm', module: 'batchnorm', base: '_NormBase', layers: /^(Sync)?BatchNorm(\dd)?$/ },
  { name: '_InstanceNorm', module: 'instancenorm', base: '_NormBase', layers: /^InstanceNorm\dd$/ },
  { name: '_ConvNd', module: 'conv', layers: /^Conv\dd$/ },
  { name: '_ConvTransposeNd', module: 'conv', base: '_ConvNd', layers: /^ConvTranspose\dd$/ },
  { name: '_DropoutNd', module: 'dropout', layers: /Dropout(\dd)?$/ },
  { name: '_MaxPoolNd', module: 'pooling', layers: /^MaxPool\dd$/ },
  { name: '_AvgPoolNd', module: 'pooling', layers: /^AvgPool\dd$/ },
  { name: '_AdaptiveAvgPoolNd', module: 'pooling', layers: /^AdaptiveAvgPool\dd$/ },
  { name: '_AdaptiveMaxPoolNd', module: 'pooling', layers: /^AdaptiveMaxPool\dd$/ },
  { name: '_LPPoolNd', module: 'pooling', layers: /^LPPool\dd$/ },
  { name: '_Loss', module: 'loss', layers: /Loss(2d)?$/ },
  {
    name: '_WeightedLoss',
    module: 'loss',
    base: '_Loss',
    layers: /^(NLLLoss(2d)?|BCELoss|CrossEntropyLoss|MultiLabelSoftMarginLoss|MultiMarginLoss)$/,
  },
];

/** Makes them; layers find theirs by {@link abstractBaseOf}. */
export function abstractLayers(world: TorchWorld, module: ClassValue): void {
  for (const { name, base } of table) {
    const parent = base === undefined ? module : (world.abstractClasses.get(base) ?? module);
    world.abstractClasses.set(name, makeClass(name, [parent], new Map()));
  }
}

/** The shared base of a layer, where it has one. */
export function abstractBaseOf(world: TorchWorld, layer: string): ClassValue | undefined {
  const found = table.findLast(({ layers }) => layers.test(layer));
  return found === undefined ? undefined : world.abstractClasses.get(found.name);
}

/** Those that a module below torch.nn.modules defines. */
export function abstractNamesIn(module: string): readonly string[] {
  return table.filter((each) => each.module === module).map(({ name }) => name);
}
