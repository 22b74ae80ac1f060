// A person's prompt in the form that models go on with. The forms are those of the training of the embedded model
// (models/training/batches.py): code, one empty line, the instruction in three quotes, one empty line.
import { describe, expect, test } from 'vitest';
import { partsOfPrompt } from '../../../core/search/prompt-text.ts';
import { writtenPrompt } from '../../../core/search/written-prompt.ts';

const code =
  'import torch\n\n\nclass Net(nn.Module):\n    """A network."""\n    def forward(self, x):\n        return x\n';
const trained = `${code}\n"""Add a layer"""\n\n`;
const head = 'class Net(nn.Module):\n    def __init__(self):\n        super().__init__()';

describe('a prompt of code and an instruction', () => {
  test.each([
    ['as it was trained', trained],
    ['as an editor saves it, with one newline at its end', `${code}\n"""Add a layer"""\n`],
    ['without any', `${code}\n"""Add a layer"""`],
    ['with many, and spaces', `${code}\n"""Add a layer"""  \n\n \n\n`],
    ['without an empty line before', `${code}"""Add a layer"""\n`],
    ['with many before it, and before all', `\n\n${code}\n\n\n"""Add a layer"""\n`],
    ['as Windows saves it', `${code}\n"""Add a layer"""\n`.replaceAll('\n', '\r\n')],
    ['with the line ends of old', `${code}\n"""Add a layer"""\n`.replaceAll('\n', '\r')],
    ['in other quotes', `${code}\n'''Add a layer'''\n`],
    ['on a line of its own', `${code}\n"""\nAdd a layer\n"""\n`],
  ])('%s', (_, given) => {
    const { prompt, begun, changes } = writtenPrompt(given);
    expect(prompt).toBe(trained);
    expect(begun).toBeNull();
    expect(changes.length > 0).toBe(given !== trained);
    expect(partsOfPrompt(prompt)?.instruction).toBe('Add a layer');
  });

  test('and the class begun, is told apart from it, without the newline that ends a token', () => {
    for (const end of ['', '\n', '\n        ', '\r\n']) {
      const { prompt, begun } = writtenPrompt(`${trained}${head}${end}`);
      expect(prompt).toBe(trained);
      expect(begun).toBe(head);
    }
    expect(writtenPrompt(`${trained}import torch\n\n${head}`).begun).toBe(`import torch\n\n${head}`);
  });
});

describe('a prompt that ends within a class', () => {
  test.each(['', '\n', '\n        ', '\n\n', ' \r\n'])('ends where a token may end, before %j', (end) => {
    for (const text of [
      head,
      'class Net(nn.Module):',
      `${head}\n        self.conv = nn.Conv2d(3,`,
      `${code}\n${head}`,
    ]) {
      const { prompt, begun, changes } = writtenPrompt(text + end);
      expect(prompt).toBe(text);
      expect(begun).toBeNull();
      expect(changes.length > 0).toBe(end !== '');
    }
  });
});

describe('any other prompt', () => {
  test.each([
    'say hello\n',
    'say hello',
    'Write a network.\n\nIn PyTorch. ',
    'import torch\n',
    // A docstring alone, an empty one, an instruction with other code after it.
    '"""Add a layer"""\n',
    `import torch\n\n""""""\n`,
    `${trained}x = 1\n`,
    '\n\n',
    '',
  ])('%j stays as it is, but for the line ends of Windows', (given) => {
    expect(writtenPrompt(given)).toEqual({ prompt: given, begun: null, changes: [] });
    const windows = given.replaceAll('\n', '\r\n');
    expect(writtenPrompt(windows).prompt).toBe(given);
    expect(writtenPrompt(windows).changes).toHaveLength(given.includes('\n') ? 1 : 0);
  });
});

test('many quotes and newlines are read through once', () => {
  for (const piece of ['"""', "'''", '"""\n', '\n"""x', '\r', ' \n', 'import x\n', 'class A']) {
    const { prompt, begun } = writtenPrompt(piece.repeat(20_000));
    expect(prompt.length + (begun?.length ?? 0)).toBeLessThanOrEqual(piece.length * 20_000 + 10);
  }
});
