import { describe, expect, it } from 'vitest';
import { classEnd, completionStart } from '../../../main/llm/class-end.ts';

const afterInstruction = completionStart('class Net(nn.Module):\n    pass\n\n"""Add a layer"""\n');
const network = [
  'import torch.nn as nn',
  '',
  '@final',
  'class Net(nn.Module):',
  '    def __init__(self):',
  '        super().__init__()',
  '# a remark at the margin',
  '',
  '    def forward(self, x):',
  '        return x',
  '',
].join('\n');

/** The text that is kept, fed whole and also character by character as a model would write it. */
function kept(text: string, start = afterInstruction): string {
  for (let length = 1; length <= text.length; length++) {
    const cut = classEnd(text.slice(0, length), start);
    if (cut !== null) {
      expect(classEnd(text, start)).toBe(cut);
      return text.slice(0, cut);
    }
  }
  expect(classEnd(text, start)).toBeNull();
  return text;
}

describe('the end of a completed class', () => {
  it('is the first line at column 0 that is neither blank nor a comment', () => {
    for (const next of [
      'net = Net()\n',
      'print(net)',
      '"""Another"""\n',
      'class Net2(nn.Module):\n',
      '@decorated\n',
      '```\n',
      'if',
    ]) {
      expect(kept(network + next)).toBe(network);
    }
  });

  it('is not told before a line at column 0 is written', () => {
    expect(kept(network)).toBe(network);
    expect(kept(`${network}\n\n    \n# comment\n`)).toBe(`${network}\n\n    \n# comment\n`);
  });

  it('is not inside brackets, strings or comments that reach column 0', () => {
    const body = [
      'class Net(nn.Module):',
      '    """A',
      'docstring at the margin, it\'s "quoted" here',
      '"""',
      '    def __init__(self):',
      '        self.x = nn.Sequential(',
      'nn.ReLU(),  # a ( in a comment',
      ')',
      '        self.y = \'(\' + "it\'s\\"("',
      '        z = 1 + \\',
      '2',
      '',
    ].join('\n');
    expect(kept(`${body}end\n`)).toBe(body);
  });

  it('comes after the network when helper classes and functions stand before it', () => {
    const helper =
      'class Block(nn.Module):\n    pass\n\n@cached\ndef layer(n):\n    return n\n\nclass ConvNet(nn.Module):\n    pass\n\n';
    expect(kept(`${helper}class Other(nn.Module):\n    pass\n`)).toBe(helper);
    expect(kept('class Block(nn.Module):\n    pass\nx = 3\n')).toBe('class Block(nn.Module):\n    pass\n');
  });

  it('ends a class that the prompt has opened', () => {
    const opened = completionStart('"""Add a layer"""\nclass Net(nn.Module):\n');
    expect(opened).toEqual({ atLineStart: true, openClass: 'Net' });
    expect(kept('    def f(self):\n        pass\nnet = Net()', opened)).toBe('    def f(self):\n        pass\n');
    const inLine = completionStart('class Net(nn.Module):\n    def __init__(self)');
    expect(inLine).toEqual({ atLineStart: false, openClass: 'Net' });
    expect(kept(':\n        pass\nx', inLine)).toBe(':\n        pass\n');
  });

  it('never cuts a completion to nothing when the prompt ends with a whole class', () => {
    const parent = completionStart('class Net(nn.Module):\n    x = 1\n');
    expect(kept(`\n${network}net = Net()\n`, parent)).toBe(`\n${network}`);
  });

  it('passes over a code fence and prose before the class', () => {
    expect(kept(`Sure, here it is:\n\`\`\`python\n${network}\`\`\`\nDone.`)).toBe(
      `Sure, here it is:\n\`\`\`python\n${network}`,
    );
  });
});
