/** The code of a chat model's answer: without what it thought, what it said around it, and the fences. */

const thought = /^\s*<think>[\s\S]*?(?:<\/think>|$)/;
/** A fence as Markdown has it: at most three spaces before it, three backticks or more. */
const fence = /^ {0,3}(`{3,})([^`\n]*)$/;
const classHeader = /^class\s+\w+\s*[(:]/m;

/** Contents of the fenced blocks of a text, in order; one that is not closed ends with the text. */
function fencedBlocks(text: string): string[] {
  const blocks: string[] = [];
  let open: { readonly fence: string; readonly lines: string[] } | null = null;
  for (const line of text.split('\n')) {
    const found = fence.exec(line.replace(/\r$/, ''));
    const marks = found?.[1] ?? '';
    if (open === null) {
      if (found !== null) open = { fence: marks, lines: [] };
    } else if (found !== null && marks.length >= open.fence.length && found[2]?.trim() === '') {
      blocks.push(open.lines.join('\n'));
      open = null;
    } else open.lines.push(line);
  }
  if (open !== null) blocks.push(open.lines.join('\n'));
  return blocks;
}

/** Code that an answer is given to begin with, in the fenced block that chat models write code in. */
export function opened(prefill: string): string {
  return prefill === '' ? '' : `\`\`\`python\n${prefill}`;
}

/** The first fenced block with a class, else the first block, else all of it. `written` follows the `prefill`. */
export function codeOfAnswer(written: string, prefill = ''): string {
  const text = (opened(prefill) + written).replace(thought, '');
  const blocks = fencedBlocks(text);
  return blocks.find((block) => classHeader.test(block)) ?? blocks[0] ?? text;
}
