/** What an instruction asks for, by its words: which layers a grammar has to let in, leave out, or make smaller. */

export type LayerKind = 'convolution' | 'linear' | 'normalisation' | 'pooling' | 'dropout' | 'residual' | 'recurrent';

export type Wish =
  /** `kinds`: one of these is added, `count` times. */
  | { readonly kind: 'add'; readonly kinds: readonly LayerKind[]; readonly count: number }
  | { readonly kind: 'delete' }
  | { readonly kind: 'reduce' }
  | { readonly kind: 'increase' }
  /** Any change. */
  | { readonly kind: 'improve' };

const layerWords: readonly (readonly [RegExp, LayerKind])[] = [
  [/dropout/, 'dropout'],
  [/normali[sz]ation|batch ?norm/, 'normalisation'],
  [/pool/, 'pooling'],
  [/recurrent|lstm|\bgru\b/, 'recurrent'],
  [/residual|skip connection/, 'residual'],
  [/fully.connected|linear layer|dense layer/, 'linear'],
  [/convolution/, 'convolution'],
];

const plainLayers: readonly LayerKind[] = ['convolution', 'linear', 'normalisation', 'pooling', 'dropout'];

/** Reads an instruction in English; what it does not understand asks for any change. */
export function wishOf(instruction: string): Wish {
  const text = instruction.toLowerCase();
  if (/\b(delet|remov)/.test(text)) return { kind: 'delete' };
  if (/\badd/.test(text)) {
    const kinds = layerWords.flatMap(([words, kind]) => (words.test(text) ? [kind] : []));
    const count = /\b(multiple|several|many)\b/.test(text) ? 2 : 1;
    if (kinds.length > 0) return { kind: 'add', kinds, count };
    if (/layer/.test(text)) return { kind: 'add', kinds: plainLayers, count };
  }
  if (/\b(reduc|shrink|smaller|decreas)/.test(text)) return { kind: 'reduce' };
  if (/\b(increas|enlarg|larger|bigger)/.test(text)) return { kind: 'increase' };
  return { kind: 'improve' };
}
