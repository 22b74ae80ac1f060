/**
 * Networks that people and language models published in PyPI packages, read here and run in PyTorch (judge.py): how many
 * both accept, both refuse, and one of them alone, and why. Needs `npm run oracle` and PyPI; PyTorch's verdicts take
 * minutes to an hour the first time and are kept in .oracle/networks.
 *
 * Run: node test/bench/networks/networks.ts [SET ...]     prints one JSON document (sets: nn-dataset, timm, pytorchcv)
 *      --table         docs/networks.md's tables instead
 *      --rows          every network on which the two differ, with the reason
 *      --logits N      compares the evaluation logits of N of those that both accept
 *      --no-ask        uses the verdicts of PyTorch that are there
 */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { compareSet, summaryOf, tableOf } from './compare.ts';
import { setNames } from './sets.ts';

const { values, positionals } = parseArgs({
  options: {
    table: { type: 'boolean' },
    rows: { type: 'boolean' },
    logits: { type: 'string' },
    'no-ask': { type: 'boolean' },
  },
  allowPositionals: true,
});
const wanted = z.array(z.enum(setNames)).parse(positionals.length === 0 ? setNames : positionals);
const compared = [];
for (const set of wanted) {
  compared.push(await compareSet(set, { ask: values['no-ask'] !== true, logits: Number(values.logits ?? 0) }));
}
process.stdout.write(
  values.table
    ? compared.map(tableOf).join('\n')
    : `${JSON.stringify({ sets: compared.map((set) => summaryOf(set, values.rows === true)) }, null, 1)}\n`,
);
