// docs/datasets.md against the table of importers: every importer, nothing else, in its own words.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { importers } from '../../../main/datasets/importers/table.ts';

const page = readFileSync(new URL('../../../docs/datasets.md', import.meta.url), 'utf8');

it('has a row for each importer and no other', () => {
  const lines = page.split('\n');
  const begin = lines.indexOf('| Dataset | For example | What is given | Options |') + 2;
  const rows = lines.slice(begin, lines.indexOf('', begin));
  expect(rows).toEqual(
    importers.map(({ title, example, reads, options }) => {
      const own = options.map(({ name, values }) => `\`--${name} ${values.join(' \\| ')}\``).join(', ');
      return `| ${title} | \`${example}\` | ${reads} |${own === '' ? '' : ` ${own}`} |`;
    }),
  );
});

it('names formats once, in the letters of manifests', () => {
  const formats = importers.map(({ format }) => format);
  expect(new Set(formats).size).toBe(formats.length);
  for (const format of formats) expect(format).toMatch(/^[a-z0-9-]+$/);
});
