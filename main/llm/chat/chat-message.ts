/** What a chat model is told: the same networks and instruction as a completion model, as a request for one class. */
import { partsOfPrompt } from '../../../core/search/prompt-text.ts';

const request = 'Answer with the complete Python code of that one class in one code block, and nothing else.';

/**
 * The user's message for a prompt of the paper's docstring form: the code in a fenced block, then the instruction.
 * A prompt of any other form is a message already.
 */
export function chatMessage(prompt: string): string {
  const parts = partsOfPrompt(prompt);
  if (parts === null) return prompt;
  const instruction = parts.instruction.replace(/[.\s]+$/, '');
  return `\`\`\`python\n${parts.source.trimEnd()}\n\`\`\`\n\n${instruction}. ${request}`;
}
