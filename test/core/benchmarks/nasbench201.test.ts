/**
 * Cell code and cell strings. Whether printed code computes what its string says is PyTorch's to tell: see
 * nasbench201.full.test.ts.
 */
import { describe, expect, test } from 'vitest';
import { cellAt, cellCount, formatCell, parseCell } from '../../../core/benchmarks/nasbench201/cell.ts';
import { cellSource } from '../../../core/benchmarks/nasbench201/cell-source.ts';
import { loadCellInterpreter } from '../../../main/cell-interpreter.ts';
import { cellClass, cellStyles, convolution } from './cell-styles.ts';

const read = await loadCellInterpreter();

function archOf(text: string): string {
  const result = read(text);
  return result.ok ? result.value.arch : `refused: ${result.reason.kind}: ${result.reason.message}`;
}

describe('the string of a cell', () => {
  // The best cell on CIFAR-10 in the benchmark's paper, written as its API writes it.
  const published = '|nor_conv_3x3~0|+|nor_conv_3x3~0|nor_conv_3x3~1|+|skip_connect~0|nor_conv_3x3~1|nor_conv_3x3~2|';

  test('reads and writes as published', () => {
    const cell = parseCell(published);
    expect(cell).toEqual([
      'nor_conv_3x3',
      'nor_conv_3x3',
      'nor_conv_3x3',
      'skip_connect',
      'nor_conv_3x3',
      'nor_conv_3x3',
    ]);
    expect(formatCell(cell)).toBe(published);
  });

  test.each([
    ['|nor_conv_3x3~0|', 'has 1 nodes beside the input, not 3'],
    [published.replace('skip_connect~0', 'skip_connect~1'), 'Edge skip_connect~1'],
    [published.replace('skip_connect', 'max_pool_3x3'), 'There is no operation max_pool_3x3'],
    [published.replace('nor_conv_3x3~0|nor', 'nor'), 'Node 2 of the cell'],
  ])('%s is refused', (text, message) => {
    expect(() => parseCell(text)).toThrow(message);
  });
});

test('every forty-first cell reads back from its code', () => {
  const wrong: string[] = [];
  for (let number = 0; number < cellCount; number += 41) {
    const arch = formatCell(cellAt(number));
    const found = archOf(cellSource(parseCell(arch)));
    if (found !== arch) wrong.push(`${arch} -> ${found}`);
  }
  expect(wrong).toEqual([]);
});

test.each(cellStyles)('$name is read', ({ text }) => {
  // Which of the cells that compute the same it is, PyTorch judges; here, that reading its code again changes nothing.
  const arch = archOf(text);
  expect(archOf(cellSource(parseCell(arch)))).toBe(arch);
});

describe('what is none of the cells', () => {
  test.each([
    [
      'the order of convolution and ReLU',
      cellClass(convolution('a'), ['x1 = F.relu(self.a_norm(self.a_conv(x0)))', 'return x1']),
      'a convolution without a ReLU before it: an operation of an edge is ReLU, convolution and batch normalization, in this order (line 12)',
    ],
    [
      'max pooling',
      cellClass([], ['return F.max_pool2d(x0, 3, 1, 1)']),
      'maxPool2d is no operation of NAS-Bench-201 (line 10)',
    ],
    ['a smaller pooling', cellClass([], ['return F.avg_pool2d(x0, 1, 1, 0)']), 'the average pooling of a cell is 3x3'],
    [
      'a larger convolution',
      cellClass(
        ['self.c = nn.Conv2d(channels, channels, 5, padding=2)', 'self.n = nn.BatchNorm2d(channels)'],
        ['return self.n(self.c(F.relu(x0)))'],
      ),
      'convolutions of a cell are 1x1, or 3x3 with padding 1',
    ],
    [
      'another size',
      cellClass([], ['return F.avg_pool2d(x0, 2)']),
      'it returns [N, 16, 4, 4] for an input [N, 16, 8, 8]',
    ],
    [
      'weights of two edges',
      cellClass(convolution('a'), [
        'x1 = self.a_norm(self.a_conv(F.relu(x0)))',
        'return self.a_norm(self.a_conv(F.relu(x1)))',
      ]),
      'a_conv.weight is used twice',
    ],
    ['a ReLU alone', cellClass([], ['return F.relu(x0) + x0']), 'a ReLU without a convolution after it'],
    ['a constant', cellClass([], ['return torch.ones_like(x0)']), 'it returns a constant'],
    ['nine times the input', cellClass([], [`return ${Array(9).fill('x0').join(' + ')}`]), 'do not stand on edges'],
    [
      'seven operations',
      cellClass([], [`return ${Array(7).fill('F.avg_pool2d(x0, 3, 1, 1)').join(' + ')}`]),
      'it has 7 operations, more than its 6 edges',
    ],
    ['a slip of Python', cellClass([], ['return x4']), "name 'x4' is not defined"],
  ])('%s', (_name, text, message) => {
    expect(archOf(text)).toContain(message);
  });
});
