/** What a network has that others have not: kinds of layer, and layers of another size. */
import type { Network } from './ir.ts';

export interface Parts {
  /** Operators. */
  readonly kinds: ReadonlySet<string>;
  /** Layers with weights, as operator, attributes and number of features out. */
  readonly layers: ReadonlySet<string>;
}

/** Layers without weights are left out: they do not tell networks apart. */
export function layersOf({ nodes }: Network): Set<string> {
  return new Set(
    nodes
      .filter(({ parameters }) => parameters.weight !== undefined)
      .map(({ operator, attributes, shape }) => JSON.stringify([operator, attributes, shape[1]])),
  );
}

export function partsOf(networks: readonly Network[]): Parts {
  const kinds = new Set<string>();
  const layers = new Set<string>();
  for (const network of networks) {
    for (const { operator } of network.nodes) kinds.add(operator);
    for (const layer of layersOf(network)) layers.add(layer);
  }
  return { kinds, layers };
}

/** The parts of the first that are not among the second's. */
export function without(own: Parts, known: Parts): Parts {
  const rest = (part: keyof Parts): Set<string> => new Set([...own[part]].filter((one) => !known[part].has(one)));
  return { kinds: rest('kinds'), layers: rest('layers') };
}
