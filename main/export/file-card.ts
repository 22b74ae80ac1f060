/** README.md of an export of a person's own network: what it is and how to use it. */
import type { Measures } from '../../core/network/ir.ts';
import { markdownCode } from '../../core/text/markdown.ts';
import { fileRows } from './card.ts';

export interface FileCardContent {
  /** Name of the file that the network was read from. */
  readonly file: string;
  readonly measures: Measures;
  readonly hash: string;
  /** [C, H, W] of one image. */
  readonly input: readonly number[];
  readonly classes: number;
}

export function fileCard({ file, measures, hash, input, classes }: FileCardContent): string {
  return `# Network of ${markdownCode(file)}

An image classifier of ${classes} classes, read from a PyTorch file by LLMatic and written out again.

| measure | value |
| --- | --- |
| parameters | ${measures.params} |
| FLOPs (multiply-accumulates of one image) | ${measures.flops} |
| width | ${measures.width} |
| depth | ${measures.depth} |
| hash of the network | ${hash} |

## Files

${fileRows(input)}

## Input

Images \`[N, ${input.join(', ')}]\`, prepared as they were when the weights were trained: LLMatic does not know how.
`;
}
