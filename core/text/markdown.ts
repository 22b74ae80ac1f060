/** Names of others inside a Markdown document (CommonMark 0.31, GitHub's tables): as code, which no mark, link or HTML can leave. */
import { visibleLine } from './visible.ts';

/** In as many backticks as the name needs; also for a cell of a table. */
export function markdownCode(text: string): string {
  const plain = visibleLine(text).replaceAll('|', '\\|');
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const space = /^[` ]|[` ]$/.test(plain) || plain === '' ? ' ' : '';
  return `${fence}${space}${plain}${space}${fence}`;
}
