/**
 * Functions that compute each element from the one in its place and have no attributes: one row each. Attributes,
 * schema, shape, traits, text and the names under which programs find them follow from it; the compiler asks for the
 * rule (core/autodiff/rules/elementwise-functions.ts).
 */

/** What PyTorch's backward of an operator reads, which must not change in place before it runs (derivatives.yaml). */
export type Saved = 'inputs' | 'output' | 'both' | 'neither';

/** What the result holds: floats; the same as the first input; whole numbers where all inputs are such. */
export type ResultType = 'float' | 'first' | 'integers';

interface ElementwiseRow {
  readonly saves: Saved;
  /** The same for the form that changes its input. */
  readonly savesInPlace: Exclude<Saved, 'both'>;
  readonly type: ResultType;
  /** As text: `F.relu`, `torch.exp`; after the point stands the name of the function. */
  readonly text: `F.${string}` | `torch.${string}`;
  /** Its class in torch.nn; null where only torch and tensors have it. */
  readonly layer: {
    readonly name: string;
    /** Whether it takes `inplace`. */
    readonly inPlace: boolean;
    /** Whether its function is also one of torch, and a method of tensors. */
    readonly everywhere: boolean;
    /** Whether grammars of a network's children write it. */
    readonly grammar: boolean;
  } | null;
}

/** A function of torch, which tensors have as a method. */
function ofTorch(text: `torch.${string}`, saves: Saved, type: ResultType = 'float'): ElementwiseRow {
  return { saves, savesInPlace: 'neither', type, text, layer: null };
}

/** An activation of torch.nn; `words` are what is true of it, `overwrites`: its gradient in place reads the output. */
function activation(
  name: string,
  text: ElementwiseRow['text'],
  saves: Saved,
  words: readonly ('inPlace' | 'overwrites' | 'everywhere' | 'grammar' | 'keepsType')[] = [],
): ElementwiseRow {
  return {
    saves,
    savesInPlace: words.includes('overwrites') ? 'output' : 'neither',
    type: words.includes('keepsType') ? 'first' : 'float',
    text,
    layer: {
      name,
      inPlace: words.includes('inPlace'),
      everywhere: words.includes('everywhere'),
      grammar: words.includes('grammar'),
    },
  };
}

export const elementwiseRows = {
  relu: activation('ReLU', 'F.relu', 'output', ['inPlace', 'overwrites', 'everywhere', 'grammar', 'keepsType']),
  relu6: activation('ReLU6', 'F.relu6', 'inputs', ['inPlace', 'overwrites', 'grammar']),
  selu: activation('SELU', 'F.selu', 'inputs', ['inPlace', 'overwrites', 'everywhere', 'grammar']),
  silu: activation('SiLU', 'F.silu', 'inputs', ['inPlace', 'grammar']),
  mish: activation('Mish', 'F.mish', 'inputs', ['inPlace', 'grammar']),
  hardswish: activation('Hardswish', 'F.hardswish', 'inputs', ['inPlace', 'grammar']),
  hardsigmoid: activation('Hardsigmoid', 'F.hardsigmoid', 'inputs', ['inPlace']),
  softsign: activation('Softsign', 'F.softsign', 'inputs'),
  sigmoid: activation('Sigmoid', 'torch.sigmoid', 'output', ['overwrites', 'everywhere', 'grammar']),
  tanh: activation('Tanh', 'torch.tanh', 'output', ['overwrites', 'everywhere', 'grammar']),
  exp: ofTorch('torch.exp', 'output'),
  log: ofTorch('torch.log', 'inputs'),
  sqrt: ofTorch('torch.sqrt', 'output'),
  abs: ofTorch('torch.abs', 'inputs', 'first'),
  sin: ofTorch('torch.sin', 'inputs'),
  cos: ofTorch('torch.cos', 'inputs'),
  erf: ofTorch('torch.erf', 'inputs'),
} as const satisfies Readonly<Record<string, ElementwiseRow>>;

export type ElementwiseOperator = keyof typeof elementwiseRows;

export const elementwiseOperators = Object.keys(elementwiseRows) as readonly ElementwiseOperator[];

/** A table with a row for each of them. */
export function forElementwise<T>(make: (operator: ElementwiseOperator, row: ElementwiseRow) => T): {
  readonly [O in ElementwiseOperator]: T;
} {
  const rows = elementwiseOperators.map((operator) => [operator, make(operator, elementwiseRows[operator])] as const);
  return Object.fromEntries(rows) as Record<ElementwiseOperator, T>;
}

/** The name of a row's function: `relu`. */
export function functionName({ text }: Pick<ElementwiseRow, 'text'>): string {
  return text.slice(text.indexOf('.') + 1);
}
