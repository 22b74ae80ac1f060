/** `network diff A.py B.py`: how the structure of two networks differs, whatever their texts look like. */
import {
  type Change,
  type NetworkDifference,
  networkDifference,
  type Operation,
  operationText,
} from '../../../core/network/difference.ts';
import type { Interpretation } from '../../../core/search/ports.ts';
import { readFileInThread } from '../../reading/read-file.ts';
import { aligned } from '../terminal/aligned.ts';
import type { Command } from './command.ts';
import { filesOf, readingChoices, readingOptions, readingUsage } from './network-reading.ts';

const lineOf = (sign: string, operation: Operation): string =>
  `${sign} ${operationText(operation)}${operation.layer === null ? '' : `  # ${operation.layer}`}`;

/** A changed operation takes two lines, before and after. */
function linesOf({ kind, before, after }: Change): string[] {
  if (kind === 'same' || kind === 'rewired') return after === null ? [] : [lineOf(kind === 'same' ? ' ' : '~', after)];
  return [...(before === null ? [] : [lineOf('-', before)]), ...(after === null ? [] : [lineOf('+', after)])];
}

const measureNames = {
  params: 'parameters',
  flops: 'FLOPs',
  width: 'width',
  depth: 'depth',
  activationBytes: 'activation bytes',
} as const;

/** The measures of both, one a row, with the change. */
function measureTable(before: Interpretation, after: Interpretation): string[] {
  const number = (value: number) => value.toLocaleString('en-US');
  const rows = (Object.keys(measureNames) as (keyof typeof measureNames)[]).map((measure) => {
    const [old, next] = [before.measures[measure], after.measures[measure]];
    const change = old === next ? '' : `${next > old ? '+' : ''}${number(next - old)}`;
    return [measureNames[measure], number(old), number(next), change];
  });
  return aligned([['', 'before', 'after', 'change'], ...rows], 1).split('\n');
}

/** What the hashes and the operations say together. */
function verdict(isSameHash: boolean, { same, counts }: NetworkDifference): string {
  if (isSameHash) return same ? 'The same network.' : 'The same network, by its hash; written otherwise.';
  if (same) return 'The same operations, but another network: initial values or what is trained differ.';
  return `${counts.removed} removed, ${counts.added} added, ${counts.changed} changed, ${counts.rewired} rewired.`;
}

export const networkDiffCommand: Command = {
  name: 'network diff',
  summary: 'How the structure of two networks differs.',
  usage: `Usage: llmatic network diff A.py B.py [--class NAME | --factory NAME] [--args JSON] [--root FOLDER]
                            [--input 3,32,32] [--classes 10] [--json]

Reads both networks without running them and compares their operations in the order of evaluation.
Names, helpers and style play no part. A line begins with - (before), + (after), ~ (the same
operation, which reads other values) or a blank (kept); a changed operation takes two lines. The
exit code is 0 whether they differ or not.

The options hold for both files.

${readingUsage}`,
  options: readingOptions,
  async run({ positionals, options, signal }) {
    const [before = '', after = ''] = filesOf(positionals, 2, 'network diff');
    const choices = readingChoices(options);
    const old = await readFileInThread(before, choices, signal);
    const next = await readFileInThread(after, choices, signal);
    const difference = networkDifference(old.network, next.network);
    const same = old.hash === next.hash;
    return {
      json: {
        ...difference,
        same,
        before: { file: before, hash: old.hash, ...old.measures },
        after: { file: after, hash: next.hash, ...next.measures },
      },
      text: [
        `- ${before}`,
        `+ ${after}`,
        '',
        ...difference.changes.flatMap(linesOf),
        '',
        ...measureTable(old, next),
        '',
        verdict(same, difference),
      ],
    };
  },
};
