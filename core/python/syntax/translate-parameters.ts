/** Parameters of functions -> syntax.ts. */
import type { Node } from 'web-tree-sitter';
import { refuse } from '../reason.ts';
import { childAt, childrenOf, partsOf, placeOf, type Translation, textOf } from './raw-tree.ts';
import type { Expression, Parameter } from './syntax.ts';

/** Translates an expression: it and what it holds (parameters, strings) hold each other. */
export type Translate = (translation: Translation, node: Node) => Expression;

/** Parameters of a def or a lambda. */
export function translateParameters(translation: Translation, node: Node, translate: Translate): Parameter[] {
  const parameters: Parameter[] = [];
  const names = new Set<string>();
  let kind: 'positional' | 'keyword' = 'positional';
  const add = (name: Node, fallback: Node | null, as: Parameter['kind'], hint: Node | null = null) => {
    const text = textOf(translation, name);
    if (names.size === names.add(text).size) {
      refuse('syntax', `duplicate argument '${text}' in function definition`, placeOf(name));
    }
    const value = fallback === null ? null : translate(translation, fallback);
    if (value === null && as === 'positional' && parameters.at(-1)?.fallback && kind === 'positional') {
      refuse('syntax', 'parameter without a default follows parameter with a default', placeOf(name));
    }
    const annotation = hint === null ? null : translate(translation, hint);
    parameters.push({ name: text, kind: as, fallback: value, annotation, place: placeOf(name) });
  };
  const one = (part: Node, hint: Node | null = null) => {
    const children = childrenOf(part);
    switch (part.type) {
      case 'identifier':
        add(part, null, kind, hint);
        break;
      case 'default_parameter':
        add(childAt(children, 0, part), childAt(children, 2, part), kind);
        break;
      case 'typed_default_parameter':
        add(childAt(children, 0, part), childAt(children, 4, part), kind, childAt(children, 2, part));
        break;
      case 'typed_parameter':
        one(childAt(children, 0, part), childAt(children, 2, part));
        break;
      case 'list_splat_pattern':
        add(childAt(children, 1, part), null, 'star', hint);
        kind = 'keyword';
        break;
      case 'dictionary_splat_pattern':
        add(childAt(children, 1, part), null, 'double-star', hint);
        break;
      case 'keyword_separator':
        kind = 'keyword';
        break;
      case 'positional_separator':
        parameters.forEach((parameter, index) => {
          parameters[index] = { ...parameter, kind: 'positional-only' };
        });
        break;
      default:
        refuse('syntax', 'invalid syntax in the parameters', placeOf(part));
    }
  };
  for (const part of partsOf(node)) one(part);
  return parameters;
}
