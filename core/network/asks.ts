/** What an instruction asks of a network: which layers a child is to have more of, or how its size is to change. */
import * as z from 'zod';

/** Kinds of layers that a prompt can name; operators.ts says which operators are of them. */
const layerKindSchema = z.enum([
  'convolution',
  'linear',
  'normalisation',
  'pooling',
  'dropout',
  'residual',
  'recurrent',
]);

export type LayerKind = z.infer<typeof layerKindSchema>;

/** Layers whose number is what "a layer" means where none is named. */
export const plainLayers: readonly LayerKind[] = ['convolution', 'linear', 'normalisation', 'pooling', 'dropout'];

export const asksSchema = z
  .discriminatedUnion('kind', [
    /** One of `layers` is added, `count` times. */
    z.strictObject({
      kind: z.literal('add'),
      layers: z.array(layerKindSchema).min(1),
      count: z.int().min(1).max(9).default(1),
    }),
    /** Fewer layers. */
    z.strictObject({ kind: z.literal('delete') }),
    /** Parameters or FLOPs by a factor of two. */
    z.strictObject({ kind: z.literal('reduce') }),
    z.strictObject({ kind: z.literal('increase') }),
    /** Any change. */
    z.strictObject({ kind: z.literal('improve') }),
  ])
  .readonly();

export type Asks = z.infer<typeof asksSchema>;

/** As a person reads it, after "asks for". */
export function asksText(asks: Asks): string {
  switch (asks.kind) {
    case 'add':
      return `${asks.count} more of: ${asks.layers.join(', ')}`;
    case 'delete':
      return 'fewer layers';
    case 'reduce':
      return 'half the parameters or FLOPs, or less';
    case 'increase':
      return 'twice the parameters or FLOPs, or more';
    case 'improve':
      return 'any change';
  }
}

const layerWords: readonly (readonly [RegExp, LayerKind])[] = [
  [/dropout/, 'dropout'],
  [/normali[sz]ation|batch ?norm/, 'normalisation'],
  [/pool/, 'pooling'],
  [/recurrent|lstm|\bgru\b/, 'recurrent'],
  [/residual|skip connection/, 'residual'],
  [/fully.connected|linear layer|dense layer/, 'linear'],
  [/convolution/, 'convolution'],
];

/**
 * What a text asks for that no prompt set has as a row: a guess by its English words, enough to hold an answer to a
 * grammar. What it does not understand asks for any change.
 */
export function asksOfWords(instruction: string): Asks {
  const text = instruction.toLowerCase();
  if (/\b(delet|remov)/.test(text)) return { kind: 'delete' };
  if (/\badd/.test(text)) {
    const layers = layerWords.flatMap(([words, kind]) => (words.test(text) ? [kind] : []));
    const count = /\b(multiple|several|many)\b/.test(text) ? 2 : 1;
    if (layers.length > 0) return { kind: 'add', layers, count };
    if (/layer/.test(text)) return { kind: 'add', layers: [...plainLayers], count };
  }
  if (/\b(reduc|shrink|smaller|decreas)/.test(text)) return { kind: 'reduce' };
  if (/\b(increas|enlarg|larger|bigger)/.test(text)) return { kind: 'increase' };
  return { kind: 'improve' };
}
