/** `--strategy` of `search`, and what there is to choose. */
import { strategies, strategyNames } from '../../../core/search/strategies/table.ts';

/** The option in a usage text: the names, then a line for each with its sentence, beginning in `column`. */
export function strategyUsage(column: number): string {
  const width = Math.max(...strategyNames.map(({ length }) => length));
  const indent = ' '.repeat(column);
  const lines = strategyNames.map((name) => `${indent}${name.padEnd(width)}  ${strategies[name].sentence}`);
  return [
    `${'  --strategy NAME'.padEnd(column)}how offspring are proposed; the default is ${strategyNames[0]}`,
    ...lines,
  ].join('\n');
}
