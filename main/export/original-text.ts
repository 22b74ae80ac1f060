/** original.txt of an export: the text that a network was read from, for reading alone. */
import { visible } from '../../core/text/visible.ts';

const head = `Untrusted: the text that this network was read from, as a language model or a person wrote it. LLMatic has
not run it. It is kept for reading and can hold more than the network: do not run or import it. The
network itself, and nothing else, is net.py. Control characters stand as escapes, such as \\x1b, and
every line of the text begins with a bar.
`;

/** The file's text. Its first lines are no Python, so that nothing happens where it is run all the same. */
export function originalText(source: string): string {
  const lines = visible(source).replace(/\n+$/, '').split('\n');
  return `${head}\n${lines.map((line) => `| ${line}`.trimEnd()).join('\n')}\n`;
}
