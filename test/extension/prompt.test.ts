// "Add a prompt" of CONTRIBUTING.md, carried out in a copy of the tree: one row of JSON, and every door knows it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTree, plantedTree } from './planted-tree.ts';

const text = 'Add two pooling layers to improve the above network';
const row = JSON.stringify({ id: 'add-poolings', text, asks: { kind: 'add', layers: ['pooling'], count: 2 } });

let tree: PlantedTree;
beforeAll(() => {
  tree = plantedTree();
  tree.change('prompts/paper.json', '"layers": ["recurrent"] } }', `"layers": ["recurrent"] } },\n    ${row}`);
});
afterAll(() => tree.remove());

describe('a prompt that is a row', () => {
  it('is shown with its number and what it asks for', () => {
    const { status, output } = tree.llmatic('prompts', 'show', 'paper');
    expect(status).toBe(0);
    expect(output).toMatch(/13 +add-poolings/);
    expect(output).toContain(text);
  });

  it('is of the set that the contract gives to the page', () => {
    const { sets } = tree.call('prompts.list', {});
    const prompts = sets.find(({ name }) => name === 'paper')?.prompts;
    expect(prompts).toContainEqual(expect.objectContaining({ id: 'add-poolings', text, number: 13 }));
  });

  it('is a prompt of a search, whose axis holds it', () => {
    const { status, output } = tree.llmatic('prompts', 'preview', 'paper', '--prompt', 'add-poolings');
    expect({ status, output }).toMatchObject({ status: 0 });
    expect(output).toContain(text);
    expect(tree.call('search.check', { preset: 'demo', changes: {}, name: null })).toMatchObject({ problem: null });
  });
});
