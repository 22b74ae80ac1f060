import { beforeAll, describe, expect, it } from 'vitest';
import { asksOfWords } from '../../../../core/network/asks.ts';
import { childGrammar } from '../../../../core/network/grammar/child-grammar.ts';
import { grammarOf } from '../../../../core/network/grammar/grammar-of.ts';
import { outlineOf } from '../../../../core/network/grammar/outline.ts';
import { isFollowed } from '../../../../core/search/followed.ts';
import { initialNetworkSource } from '../../../../core/search/initial-network.ts';
import type { Interpreter } from '../../../../core/search/ports.ts';
import { asksOf } from '../../../../core/search/prompt-set.ts';
import { instructionIn, mutationPrompt } from '../../../../core/search/prompt-text.ts';
import { loadInterpreter } from '../../../../main/interpreter.ts';
import { readPromptSet } from '../../../../main/prompt-sets.ts';
import { type Child, evaluationParents, sampledChildren } from './children.ts';

let interpret: Interpreter;
let children: Child[] = [];

beforeAll(async () => {
  interpret = await loadInterpreter();
  for (const seed of [0, 1, 2]) children = [...children, ...(await sampledChildren(interpret, seed, 10))];
}, 120_000);

describe('sentences of the grammar of a parent', () => {
  it('are networks, none of them the parent, nearly all of them different', () => {
    expect(children.length).toBe(3 * 14 * 13);
    const hashes = new Set<string>();
    for (const { parent, prompt, text } of children) {
      const read = interpret(text);
      if (!read.ok) throw new Error(`${prompt}: ${read.reason.message}\n${text}`);
      expect(read.value.hash).not.toBe(parent.hash);
      hashes.add(read.value.hash);
    }
    expect(hashes.size).toBeGreaterThan(0.95 * children.length);
  });

  it('do what the instruction asks, whichever way they are drawn', () => {
    const missed = children.filter(({ parent, prompt, text }) => {
      const read = interpret(text);
      return !read.ok || !isFollowed(asksOf(readPromptSet('paper'), prompt).asks, [parent], read.value);
    });
    // A drastic change of size can be undone by pooling elsewhere; a parent of one layer has none to delete.
    expect(missed.length).toBeLessThan(0.05 * children.length);
    const sized = ['reduce-size', 'increase-size', 'delete-layer', 'add-residual', 'add-residuals'];
    // Of deep parents only the first blocks are outlined, so a child with one layer more can still have fewer.
    const whole = children.filter(({ parent: { network } }) => {
      const outline = outlineOf(network);
      return outline?.convolutions.length === outline?.counts.convolution && (outline?.counts.linear ?? 0) <= 4;
    });
    expect(whole.length).toBeGreaterThan(0.75 * children.length);
    const others = whole.filter((child) => missed.includes(child) && !sized.includes(child.prompt));
    expect(others.length).toBeLessThan(0.02 * whole.length);
  });

  it('leave a choice: kinds, widths, kernels, order and number of layers', async () => {
    const initial = interpret(initialNetworkSource);
    if (!initial.ok) throw new Error(initial.reason.message);
    const found = grammarOf([initial.value.network], { kind: 'improve' });
    const texts = [...(found?.grammar.rules.values() ?? [])].flat(2).filter((piece) => typeof piece === 'string');
    for (const part of [
      'nn.Conv2d(3, ',
      '64, ',
      '5, padding=2',
      'MaxPool2d',
      'AvgPool2d',
      'Residual(',
      'Dropout(0.5)',
    ]) {
      expect(
        texts.some((text) => text.includes(part)),
        part,
      ).toBe(true);
    }
    expect(texts.filter((text) => text.includes('nn.Linear(')).length).toBeGreaterThan(10);
  });
});

describe('a grammar', () => {
  it('has a rule for every name, and none that leads back to itself', async () => {
    for (const { network } of (await evaluationParents(interpret)).slice(0, 6)) {
      for (const { asks = { kind: 'improve' as const } } of readPromptSet('paper').mutation) {
        const { rules } = grammarOf([network], asks)?.grammar ?? { rules: new Map() };
        const open = new Set<string>();
        const done = new Set<string>();
        const visit = (name: string): void => {
          if (done.has(name)) return;
          expect(open.has(name), `${name} leads back to itself`).toBe(false);
          open.add(name);
          const alternatives = rules.get(name);
          expect(alternatives?.length, name).toBeGreaterThan(0);
          for (const piece of alternatives?.flat() ?? []) if (typeof piece !== 'string') visit(piece.rule);
          done.add(name);
        };
        visit('network');
      }
    }
  });

  it('takes names of containers, sizes of the input and the number of classes from the parent', () => {
    const read = interpret(
      'class Net(nn.Module):\n    def __init__(self):\n        super().__init__()\n        self.body = nn.Sequential(nn.Conv2d(3, 12, 3), nn.GELU())\n        self.head = nn.Sequential(nn.Flatten(), nn.Linear(12 * 30 * 30, 10))\n\n    def forward(self, x):\n        return self.head(self.body(x))\n',
    );
    if (!read.ok) throw new Error(read.reason.message);
    const outline = outlineOf(read.value.network);
    expect(outline).toMatchObject({
      names: { features: 'body', classifier: 'head' },
      side: 32,
      channels: 3,
      classes: 10,
    });
    expect(outline?.convolutions).toMatchObject([{ width: 12, kernel: 3, activation: 'GELU', pool: null }]);
    const { grammar } = childGrammar(outline!, asksOfWords('Add dropout'));
    const texts = [...grammar.rules.values()].flat(2).filter((piece) => typeof piece === 'string');
    expect(texts.some((text) => text.includes('self.body(x)'))).toBe(true);
    expect(texts).toContain('GELU');
  });
});

describe('an instruction', () => {
  it('is read out of the prompt that ends with it', () => {
    expect(instructionIn(mutationPrompt(initialNetworkSource, 'Add a layer'))).toBe('Add a layer');
    expect(instructionIn('class Net:\n    """A net."""\n    pass\n')).toBe('');
  });

  it('is understood by its words', () => {
    expect(asksOfWords('Add dropout layer to improve the above network')).toEqual({
      kind: 'add',
      layers: ['dropout'],
      count: 1,
    });
    expect(asksOfWords('add several skip connections')).toEqual({ kind: 'add', layers: ['residual'], count: 2 });
    expect(asksOfWords('Please remove some layer').kind).toBe('delete');
    expect(asksOfWords('Make the network smaller').kind).toBe('reduce');
    expect(asksOfWords('Combine the above two neural networks').kind).toBe('improve');
  });
});
