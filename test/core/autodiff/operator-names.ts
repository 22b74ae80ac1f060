/** Which operators a golden case is about, and by which names of PyTorch the golden programs come to each. */
import { rules } from '../../../core/autodiff/rules.ts';
import type { Network, NetworkNode, Operator } from '../../../core/network/ir.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';
import { classes, image, layerPrograms } from '../network/layer-programs.ts';
import { judgedPrograms } from '../network/programs.ts';

export const operators = Object.keys(rules) as Operator[];

/** Operators of a case without its frame: the convolution before (`stem`), flattening and the linear layer after (`head`). */
export function subjectsOf({ nodes }: Network): Set<Operator> {
  const framed = nodes.at(-1)?.module === 'head' ? nodes.slice(0, -2) : nodes;
  return new Set(framed.filter(({ module }) => module !== 'stem').map(({ operator }) => operator));
}

/** Where the bracket that opens at `from` is closed. */
function closing(code: string, from: number): number {
  let depth = 0;
  for (let i = from; i < code.length; i++) {
    const letter = code.charAt(i);
    if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter) && --depth === 0) return i;
  }
  return code.length;
}

/** Names of modules and of nothing that could be a tensor. */
const modules = new Set(['self', 'nn', 'math', 'torch', 'F']);

/** `F.relu`, `torch.cat`, `Tensor.view`; null where the call is part of more, as in `x.abs().sum()`. */
function calledName(code: string): string | null {
  const [call, owner = '', name = ''] = /^(\w+)\.(\w+)\(/.exec(code) ?? [];
  if (call === undefined || !/^\s*($|[,)\]}:#])/.test(code.slice(closing(code, call.length - 1) + 1))) return null;
  if (owner === 'F' || owner === 'torch') return `${owner}.${name}`;
  return modules.has(owner) ? null : `Tensor.${name}`;
}

/** `*` where a line ends in this one operation of two names or numbers, or `[...]` in a subscript. */
function writtenName(code: string): string | null {
  const [, sign] = /^[\w.]+ (\*\*|==|!=|<=|>=|[-+*/@<>]) [\w.]+$/.exec(code) ?? [];
  return sign ?? (/^\w+\[[^[\]]*\]$/.test(code) ? '[...]' : null);
}

/** Values that a program brings in at one place and reads at another. */
const brought: { readonly [O in Operator]?: string } = {
  parameter: 'nn.Parameter',
  buffer: 'register_buffer',
  constant: 'torch.tensor',
  byMode: 'self.training',
  noise: 'torch.randn_like',
};

/** The layer's class, or what is written at the node's place. */
function nameOf(node: NetworkNode, network: Network, lines: readonly string[]): string | null {
  if (node.module !== null) {
    const type = network.modules.find(({ path }) => path === node.module)?.type;
    return type === undefined ? null : `nn.${type}`;
  }
  const made = brought[node.operator];
  if (made !== undefined) return made;
  const code = lines[(node.place?.line ?? 0) - 1]?.slice((node.place?.column ?? 1) - 1) ?? '';
  return calledName(code) ?? writtenName(code);
}

/** Layers, functions, methods and signs that came to each operator in the programs of test/golden/network. */
export async function namesByOperator(): Promise<Map<Operator, Set<string>>> {
  const names = new Map(operators.map((operator) => [operator, new Set<string>()]));
  const corpora = [
    { interpret: await loadInterpreter({ input: image, classes }), programs: layerPrograms() },
    { interpret: await loadInterpreter(), programs: judgedPrograms() },
  ];
  for (const { interpret, programs } of corpora) {
    for (const { text } of programs) {
      const result = interpret(text);
      if (!result.ok) continue;
      const { network, source } = result.value;
      const lines = source.split('\n');
      for (const node of network.nodes) {
        const name = nameOf(node, network, lines);
        if (name !== null) names.get(node.operator)?.add(name);
      }
    }
  }
  return names;
}
