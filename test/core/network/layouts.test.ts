import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { operators } from '../../../core/network/operators.ts';
import { loadInterpreter } from '../../../main/interpreter.ts';

const schema = z.object({
  network: z.string(),
  layouts: z.array(z.string()),
  cases: z.record(z.string(), z.array(z.string().nullable())),
});
const file = new URL('../../golden/network/layouts.json', import.meta.url);
const { network, layouts, cases } = schema.parse(JSON.parse(readFileSync(file, 'utf8')));
const interpret = await loadInterpreter();

/** Says strides and whether there is a view, for the given layouts, as a reason. */
const forward = (expression: string, which: readonly number[]) => `
    def forward(self, images):
        said = []
        for layout in ${JSON.stringify(which)}:
            laid = self.laid(images)
            x, y = laid[layout], laid[0]
            t = x[:, 1]
            result = ${expression}
            text = ' '.join(str(s) if str(n) != '1' else '-' for s, n in zip(result.stride(), result.shape))
            try:
                result.view(result.size(0), -1)
            except RuntimeError:
                text += ' no view'
            said.append(text)
        raise ValueError('; '.join(said))
`;

/** Cases that are not read yet. */
const notRead: ReadonlySet<string> = new Set([]);

test('every operator is asked about', () => {
  const asked = new Set(Object.keys(cases).map((name) => name.split(':', 1)[0]));
  expect(Object.keys(operators).filter((name) => !asked.has(name))).toEqual([]);
});

test.each(Object.entries(cases))('%s lies in memory as in PyTorch', (name, said) => {
  const which = layouts.flatMap((_, i) => (said[i] === null ? [] : [i]));
  const result = interpret(network + forward(name.replace(/^\w+: /, ''), which));
  if (result.ok) throw new Error('It should have said where it lies.');
  const { kind, message } = result.reason;
  if (notRead.has(name)) return expect(kind).toBe('unsupported');
  const shown = message.replace(/^line \d+: /, '').replace(/^ValueError: /, '');
  expect(shown.split('; ').map((text, i) => `${layouts[which[i] ?? 0]}: ${text}`)).toEqual(
    which.map((i) => `${layouts[i]}: ${said[i]}`),
  );
});
