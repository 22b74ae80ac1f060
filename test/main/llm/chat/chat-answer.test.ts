import { describe, expect, it } from 'vitest';
import { codeOfAnswer } from '../../../../main/llm/chat/chat-answer.ts';
import { chatStart } from '../../../../main/llm/chat/chat-prompt.ts';
import { classEnd } from '../../../../main/llm/class-end.ts';

const net = 'class Net(nn.Module):\n    def forward(self, x):\n        return x\n';

describe('the code of a chat answer', () => {
  it.each([
    ['in a fence', `\`\`\`python\n${net}\`\`\``],
    ['in a fence after words', `Here's the network:\n\n\`\`\`python\n${net}\`\`\`\nIt's better.`],
    ['in a fence that is not closed', `\`\`\`\n${net}`],
    ['in the second block', `\`\`\`sh\npip install torch\n\`\`\`\n\n\`\`\`py\n${net}\`\`\`\n`],
    ['in a longer fence', `\`\`\`\`python\n${net}\`\`\`\`\n`],
    ['after a thought', `<think>\nclass Idea(nn.Module):\n</think>\n\n\`\`\`python\n${net}\`\`\``],
    ['with line ends of Windows around it', `\`\`\`python\r\n${net}\`\`\`\r\n`],
    ['without a fence', net],
  ])('%s', (_, answer) => {
    expect(codeOfAnswer(answer).trimEnd()).toBe(net.trimEnd());
  });

  it('keeps what the answer was given to begin with', () => {
    expect(codeOfAnswer('    pass\n```\nDone.', 'class Net(nn.Module):\n')).toBe('class Net(nn.Module):\n    pass');
  });

  it('is nothing where only a thought was written', () => {
    expect(codeOfAnswer('<think>\nA class Net(nn.Module): would')).toBe('');
  });
});

describe('where a chat answer ends', () => {
  it('not at the fence that opens it, but at the one that closes it', () => {
    const answer = `Here's the network:\n\`\`\`python\nimport torch\n\n${net}`;
    expect(classEnd(answer, chatStart(''))).toBeNull();
    expect(classEnd(`${answer}\`\`\`\nIt adds a layer.`, chatStart(''))).toBe(answer.length);
  });

  it('inside the class that it was given to begin with', () => {
    const body = '    pass\n';
    expect(classEnd(`${body}\`\`\``, chatStart('class Net(nn.Module):\n'))).toBe(body.length);
  });
});
