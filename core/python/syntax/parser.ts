/** Python text -> syntax tree, by tree-sitter's Python grammar in WebAssembly; the bytes come as arguments. */
import { Language, type Node, Parser } from 'web-tree-sitter';
import { refuse } from '../reason.ts';
import { checkColons, checkIndentation } from './indentation.ts';
import { inFile, placeOf, startTranslation } from './raw-tree.ts';
import type { Statement } from './syntax.ts';
import { translateBlock } from './translate-statements.ts';

export interface PythonParser {
  /**
   * Top-level statements of a text.
   * @param file how places name it, where it is not the text that is read
   * @param nodes most nodes of its syntax tree
   * @throws a reason of kind syntax, unsupported or budget
   */
  parse(text: string, file?: string, nodes?: number): Statement[];
  /** What `look` finds in the syntax tree of a text, broken or not; the tree is gone afterwards. */
  look<T>(text: string, look: (root: Node) => T): T;
}

/** Deepest nesting of brackets, blocks and operators in a text. */
const nesting = 240;

/**
 * Loads the parser once for a process.
 * @param runtime bytes of web-tree-sitter.wasm
 * @param grammar bytes of tree-sitter-python.wasm
 */
export async function loadPythonParser(runtime: Uint8Array, grammar: Uint8Array): Promise<PythonParser> {
  await Parser.init({ wasmBinary: runtime });
  const language = await Language.load(grammar);
  const parser = new Parser();
  parser.setLanguage(language);
  function look<T>(text: string, use: (root: Node) => T): T {
    parser.reset();
    const tree = parser.parse(text);
    if (tree === null) return refuse('syntax', 'the text could not be parsed');
    try {
      return use(tree.rootNode);
    } finally {
      tree.delete();
    }
  }
  return {
    look,
    parse: (text, file, nodes = Number.POSITIVE_INFINITY) =>
      look(text, (root) =>
        inFile(file, () => {
          const parts = root.descendantCount;
          if (parts > nodes) {
            refuse('budget', `the text has ${parts} names, numbers and signs of syntax, more than ${nodes}`);
          }
          if (root.hasError) {
            checkColons(text);
            refuseBroken(root, text);
          }
          checkIndentation(text);
          return translateBlock(startTranslation(text, nesting), root);
        }),
      ),
  };
}

/** Refuses at the first place where the parser had to guess. */
function refuseBroken(root: Node, text: string): never {
  let node = root;
  for (let depth = 0; depth < 10000; depth++) {
    const broken = node.children.find((child) => child.isError || child.isMissing || child.hasError);
    if (broken === undefined) break;
    node = broken;
    if (node.isError || node.isMissing) break;
  }
  const place = placeOf(node);
  const line = text.split('\n')[node.startPosition.row] ?? '';
  const atEnd = text.slice(node.endIndex).trim() === '';
  const excerpt = line.trim().slice(0, 80);
  if (atEnd) refuse('syntax', `the text ends before it is complete: \`${excerpt}\``, place);
  if (node.isMissing) refuse('syntax', `invalid syntax, expected '${node.type}': \`${excerpt}\``, place);
  refuse('syntax', `invalid syntax: \`${excerpt}\``, place);
}
