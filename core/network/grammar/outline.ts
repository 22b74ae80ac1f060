/**
 * A network as a row of blocks: what a grammar of its children starts from. Branches are laid one behind the other, and
 * what has no block of its own (concatenation, arithmetic) is left out: an outline is near its network, not equal to it.
 */
import type { LayerKind } from '../asks.ts';
import { type Network, type NetworkNode, type Operator, shapeOfValue } from '../ir.ts';
import { operators } from '../operators.ts';

export interface ConvolutionBlock {
  readonly width: number;
  readonly kernel: number;
  readonly stride: 1 | 2;
  readonly norm: boolean;
  /** Class in torch.nn, null where there is none. */
  readonly activation: string | null;
  readonly pool: 'MaxPool2d' | 'AvgPool2d' | null;
  readonly dropout: boolean;
  /** Its input is added to its output. */
  readonly residual: boolean;
}

/** A hidden linear layer. */
export type LinearBlock = Pick<ConvolutionBlock, 'width' | 'norm' | 'activation' | 'dropout'>;

export interface Outline {
  /** What the network calls the containers of its convolutions and its linear layers; names of our own where it has none. */
  readonly names: { readonly features: string; readonly classifier: string };
  /** Channels, and the side of the square images. */
  readonly channels: number;
  readonly side: number;
  readonly classes: number;
  readonly convolutions: readonly ConvolutionBlock[];
  /** Whether each channel is averaged to one number before the first linear layer. */
  readonly globalPool: boolean;
  readonly recurrent: number;
  readonly linears: readonly LinearBlock[];
  /** Layers of the network itself, where it has more than the outline. */
  readonly counts: Readonly<Record<LayerKind, number>>;
}

type Changing<T> = { -readonly [K in keyof T]: T[K] };

function countsOf(network: Network): Record<LayerKind, number> {
  const counts = { convolution: 0, linear: 0, normalisation: 0, pooling: 0, dropout: 0, residual: 0, recurrent: 0 };
  for (const { operator } of network.nodes) {
    const kind = operators[operator].kind;
    if (kind !== null) counts[kind]++;
  }
  return counts;
}

/** The container that holds the first module of an operator, for `features.0` it is `features`. */
function containerOf(network: Network, operator: Operator): string | null {
  const path = network.nodes.find((node) => node.operator === operator)?.module;
  return /^([a-z]\w*)\.\d+$/.exec(path ?? '')?.[1] ?? null;
}

function namesOf(network: Network): Outline['names'] {
  const features = containerOf(network, 'conv2d') ?? 'features';
  const classifier = containerOf(network, 'linear') ?? 'classifier';
  return features === classifier ? { features: 'features', classifier: 'classifier' } : { features, classifier };
}

/** Longer networks are outlined by their first blocks: a child has to fit into the model's context. */
const mostConvolutions = 6;
const mostLinears = 3;

function sizeAt(network: Network, value: number, axis: number): number {
  const size = shapeOfValue(network, value).at(axis);
  return typeof size === 'number' ? size : 1;
}

function convolutionOf(network: Network, node: NetworkNode & { operator: 'conv2d' }, value: number) {
  const { kernel, stride } = node.attributes;
  const side = kernel[0] % 2 === 1 ? kernel[0] : kernel[0] - 1;
  const block: Changing<ConvolutionBlock> = {
    width: sizeAt(network, value, 1),
    kernel: Math.min(7, Math.max(1, side)),
    stride: stride[0] > 1 ? 2 : 1,
    norm: false,
    activation: null,
    pool: null,
    dropout: false,
    residual: false,
  };
  return block;
}

/** Outlines a network of images; null where there is nothing to write a child from (no square images, no classes). */
export function outlineOf(network: Network): Outline | null {
  const [channels, side, width] = network.input;
  const classes = sizeAt(network, network.output, -1);
  if (channels === undefined || side === undefined || side !== width) return null;
  const convolutions: Changing<ConvolutionBlock>[] = [];
  const linears: Changing<LinearBlock>[] = [];
  const counts = countsOf(network);
  let globalPool = false;
  let ended = false;
  network.nodes.forEach((node, index) => {
    if (ended) return;
    const value = index + 1;
    const convolution = convolutions.at(-1);
    const current = linears.at(-1) ?? convolution;
    const { activation } = operators[node.operator];
    if (node.operator === 'conv2d') convolutions.push(convolutionOf(network, node, value));
    else if (node.operator === 'linear') {
      // The last linear layer gives the scores; it is no hidden one.
      ended = linears.length === counts.linear - 1;
      if (!ended) linears.push({ width: sizeAt(network, value, -1), norm: false, activation: null, dropout: false });
    } else if (current === undefined) return;
    else if (node.operator === 'batchNorm') current.norm = true;
    else if (node.operator === 'dropout') current.dropout = true;
    else if (activation !== null) current.activation ??= activation;
    else if (convolution === undefined || linears.length > 0) return;
    else if (node.operator === 'add') {
      const before = convolutions.at(-2)?.width ?? channels;
      convolution.residual = convolution.stride === 1 && convolution.pool === null && before === convolution.width;
    } else if (operators[node.operator].kind === 'pooling') {
      const isGlobal = node.operator === 'mean' || sizeAt(network, value, -1) === 1;
      if (isGlobal) globalPool = true;
      else convolution.pool = node.operator === 'avgPool2d' ? 'AvgPool2d' : 'MaxPool2d';
    }
  });
  return {
    names: namesOf(network),
    channels,
    side,
    classes,
    convolutions: convolutions.slice(0, mostConvolutions),
    globalPool,
    recurrent: Math.min(1, counts.recurrent),
    linears: linears.slice(0, mostLinears),
    counts,
  };
}
