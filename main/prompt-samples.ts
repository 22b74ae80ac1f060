/** What a language model gets for a prompt, shown with sample parents: the initial network, or a cell. */
import { parseCell } from '../core/benchmarks/nasbench201/cell.ts';
import { cellSource } from '../core/benchmarks/nasbench201/cell-source.ts';
import { initialNetworkSource } from '../core/search/initial-network.ts';
import { previewPrompt, promptChoices } from '../core/search/prompt-preview.ts';
import type { AnyPromptSet } from '../core/search/prompt-set.ts';
import { chatMessage } from './llm/chat/chat-message.ts';

export interface PromptSample {
  readonly completion: string;
  /** The user's message of a chat. */
  readonly chat: string;
}

/** `sources`: the parents; without any the sample parent stands in as often as the prompt shows one. @throws FailureError (`usage`) */
export function samplePrompt(set: AnyPromptSet, id: string, sources: readonly string[] = []): PromptSample {
  const count = promptChoices(set).find((each) => each.id === id)?.parents ?? 1;
  const cell = parseCell('|nor_conv_3x3~0|+|none~0|nor_conv_3x3~1|+|skip_connect~0|none~1|nor_conv_1x1~2|');
  const sample = set.changes === 'cell' ? cellSource(cell) : initialNetworkSource;
  const shown = sources.length > 0 ? sources : Array.from({ length: count }, () => sample);
  const completion = previewPrompt(set, id, shown);
  return { completion, chat: chatMessage(completion) };
}
