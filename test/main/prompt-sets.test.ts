import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { asksOfWords } from '../../core/network/asks.ts';
import { promptDescriptors } from '../../core/search/descriptors/of-prompts.ts';
import { presets } from '../../core/search/presets.ts';
import { previewPrompt } from '../../core/search/prompt-preview.ts';
import {
  type AnyPromptSet,
  asksOf,
  parsePromptSet,
  promptNumber,
  promptSetSchema,
} from '../../core/search/prompt-set.ts';
import { importPromptSet, listPromptSets, readAnyPromptSet, readPromptSet } from '../../main/prompt-sets.ts';

const folder = mkdtempSync(join(tmpdir(), 'prompts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
function fileOf(value: unknown): string {
  const file = join(folder, `set-${files++}.json`);
  writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
  return file;
}

const paper = readPromptSet('paper', folder);
const [first, second, ...others] = paper.mutation;

// Appendix A of the paper, "Prompts used by LLMatic for NAS-bench-201", its line breaks taken as spaces.
const ofTheAppendix = [
  'Add ReLU, 3x3 convolutional layer and Batch normalization layer to improve the above network',
  'Add ReLU, 1x1 convolutional layer and Batch normalization layer to improve the above network',
  'Delete a layer to improve the above network',
  'Add 3x3 average pooling layer to improve the above network',
  'Add skip connection to improve the above network',
  'Delete a layer to improve the above network and add ReLU, 3x3 convolutional layer and Batch normalization layer',
  'Delete a layer to improve the above network and add ReLU, 1x1 convolutional layer and Batch normalization layer',
  'Delete a layer to improve the above network and add 3x3 average pooling layer',
  'Delete a layer to improve the above network and add skip connection',
];

test('the set nasbench201 has the nine prompts of the appendix and changes cells', () => {
  const set = readAnyPromptSet('nasbench201', folder);
  expect(set.mutation.map(({ text }) => text)).toEqual(ofTheAppendix);
  expect(set.changes).toBe('cell');
  expect(() => readPromptSet('nasbench201', folder)).toThrow('changes cells of a benchmark, not whole networks');
});

describe('what is wrong with a set is named by prompt and field', () => {
  test.each<[string, unknown, string]>([
    ['no JSON', '{', 'is not JSON'],
    ['a list', [], 'is no prompt set'],
    [
      'quotes',
      { ...paper, mutation: [first, { ...second, text: 'a """ b' }] },
      'prompt 2 (delete-layer) of mutation, text: an instruction stands between',
    ],
    [
      'an id twice',
      { ...paper, mutation: [first, { ...second, id: 'add-layer' }] },
      'prompt 2 (add-layer) of mutation, id: ids must differ',
    ],
    [
      'capitals',
      { ...paper, mutation: [{ ...first, id: 'Add' }] },
      'prompt 1 (Add) of mutation, id: an id has small letters',
    ],
    ['an id of crossover', { ...paper, mutation: [{ ...first, id: 'crossover-two' }] }, 'that of another operator'],
    [
      'an unknown field',
      { ...paper, mutation: [{ ...first, weight: 2 }] },
      'prompt 1 (add-layer) of mutation: Unrecognized key: "weight"',
    ],
    [
      'some numbers',
      { ...paper, mutation: [{ ...first, axis: 3 }, second] },
      'prompt 2 (delete-layer) of mutation, axis: give every prompt',
    ],
    [
      'a number twice',
      {
        ...paper,
        mutation: [
          { ...first, axis: 3 },
          { ...second, axis: 3 },
        ],
      },
      'axis: numbers must differ',
    ],
    ['no crossover', { ...paper, crossover: { two: 'x' } }, 'crossover three: '],
  ])('%s', (_name, value, message) => {
    expect(() => readAnyPromptSet(fileOf(value), folder)).toThrow(message);
  });

  test.each<[string, unknown]>([
    ['text', 'hunter2:x:0:0'],
    ['JSON of something else', { hunter2: 'hunter2', ...paper, mutation: 'hunter2' }],
    ['keys and values', { 'hunter2 hunter2': ['hunter2'], changes: 'hunter2' }],
    ['prompts that are none', { ...paper, mutation: [{ id: 'hunter2 is no word', 'hunter2 and more': 1 }] }],
    ['a list', ['hunter2']],
  ])('and nothing of another file is repeated: %s', (_name, value) => {
    let said = '';
    try {
      readAnyPromptSet(fileOf(value), folder);
    } catch (error) {
      said = String(error);
    }
    expect(said).toMatch(/is no prompt set|is not JSON/);
    expect(said).not.toContain('hunter2');
  });
});

describe('numbers on the axis', () => {
  /** Where each prompt lies in the prompt archive. */
  const places = (set: AnyPromptSet) =>
    new Map(
      set.mutation.map(({ id }) => [id, promptDescriptors(presets.laptop, promptNumber(set, id) ?? -1, 0.6)] as const),
    );

  test('are places in the list where a set gives none', () => {
    expect(promptNumber(paper, 'add-recurrent')).toBe(12);
    expect(promptNumber(paper, 'add-nothing')).toBeNull();
  });

  test('stay when prompts are reordered and others come, where a set gives them', () => {
    const numbered = paper.mutation.map((prompt, axis) => ({ ...prompt, axis }));
    const before = promptSetSchema.parse({ ...paper, mutation: numbered });
    const added = { id: 'mine', text: 'Replace ReLU by SiLU in the above network', axis: 13 };
    const after = promptSetSchema.parse({ ...paper, mutation: [added, ...[...numbered].reverse()] });
    const moved = places(after);
    expect(moved.size).toBe(14);
    for (const [id, place] of places(before)) expect(moved.get(id)).toEqual(place);
    expect(places(before)).toEqual(places(paper));
  });
});

test("a person's own set is imported, listed, read by name, and leaves those of the package alone", () => {
  const file = fileOf({ ...paper, name: 'mine', mutation: [first, ...others] });
  const home = join(folder, 'home');
  expect(() => readPromptSet('mine', home)).toThrow('There is: nasbench201, paper; or give a file');
  importPromptSet(file, null, home);
  importPromptSet(file, 'second', home);
  expect(listPromptSets(home).map(({ name, own }) => [name, own])).toEqual([
    ['nasbench201', false],
    ['paper', false],
    ['mine', true],
    ['second', true],
  ]);
  expect(readPromptSet('mine', home).mutation).toHaveLength(12);
  expect(readPromptSet(file, home)).toEqual(readPromptSet('mine', home));
  expect(() => importPromptSet(file, 'paper', home)).toThrow('paper is a prompt set of LLMatic');
  writeFileSync(join(home, 'prompts', 'mine.json'), '{');
  expect(listPromptSets(home).find(({ name }) => name === 'mine')).toHaveProperty('problem');
});

test('a preview is the text of the paper: parent, blank line, instruction', () => {
  const source = 'class Net(nn.Module):\n    pass\n';
  expect(previewPrompt(paper, 'add-dropout', [source])).toBe(
    `${source}\n"""Add dropout layer to improve the above network"""\n\n`,
  );
  expect(previewPrompt(paper, 'crossover-two', [source, source])).toContain('class Net2(nn.Module):');
  expect(() => previewPrompt(paper, 'crossover-two', [source])).toThrow('shows 2 networks, not 1');
  expect(() => previewPrompt(paper, 'add-attention', [source])).toThrow('has no prompt add-attention');
});

describe('what a prompt asks for', () => {
  test('is what its words say, in every row of the set of the paper', () => {
    for (const { id, text, asks } of paper.mutation) expect({ id, asks }).toEqual({ id, asks: asksOfWords(text) });
  });

  test('is what the row of a set of one’s own says, whatever its words', () => {
    const asks = { kind: 'add', layers: ['pooling'], count: 2 } as const;
    const mine = [
      { id: 'mine', text: 'Mach es kleiner', asks },
      { id: 'unsaid', text: 'Remove a layer' },
    ];
    const set = promptSetSchema.parse({ ...paper, mutation: mine });
    expect(asksOf(set, 'mine')).toEqual({ asks, stated: true });
    expect(asksOf(set, 'unsaid')).toEqual({ asks: { kind: 'delete' }, stated: false });
  });

  test('is as it was in a set of before rows said it', () => {
    const before = paper.mutation.map(({ id, text }) => ({ id, text }));
    const set = promptSetSchema.parse({ ...paper, mutation: before });
    for (const { id } of before) expect(asksOf(set, id)).toEqual(asksOf(paper, id));
  });

  test('is refused with the prompt and the field named', () => {
    const wrong = [{ id: 'mine', text: 'x', asks: { kind: 'add', layers: ['pool'] } }];
    const read = parsePromptSet({ ...paper, mutation: wrong });
    expect(read.ok ? [] : read.problems.join()).toMatch(/prompt 1 \(mine\) of mutation, asks layers 0/);
  });
});
