/** The exact text that the language model continues (appendix A of the paper): networks, then an instruction. */
import type { PromptSet } from './prompt-set.ts';

/** The text with exactly one newline at its end, and no blank lines before its start. */
function block(text: string): string {
  return `${text.replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd()}\n`;
}

/** An instruction as it stands below the networks. */
export function docstring(instruction: string): string {
  return `\n"""${instruction}"""\n\n`;
}

/** The instruction that a prompt ends with; empty where it ends with none. */
export function instructionIn(prompt: string): string {
  return partsOfPrompt(prompt)?.instruction ?? '';
}

/** Prompt of a mutation: the parent's source, a blank line, the instruction, a blank line. */
export function mutationPrompt(source: string, instruction: string): string {
  return `${block(source)}${docstring(instruction)}`;
}

/** Name of the class that is the network: `Net` where there is one, else the last class at the top level. */
export function networkClassName(source: string): string | null {
  const names = [...source.matchAll(/^class[ \t]+([A-Za-z_]\w*)/gm)].flatMap((match) => match[1] ?? []);
  return names.includes('Net') ? 'Net' : (names.at(-1) ?? null);
}

/** Renames a whole identifier wherever it stands by itself: the class, its base's `super(Net, self)`, not `self.Net`. */
export function renameIdentifier(source: string, from: string, to: string): string {
  return source.replace(new RegExp(`(?<![\\w.])${from}(?!\\w)`, 'g'), to);
}

function withoutImports(source: string): string {
  return source
    .split('\n')
    .filter((line) => !/^(?:import|from)[ \t]/.test(line))
    .join('\n');
}

/**
 * Prompt of a crossover of two or three networks: imports once, then the classes as Net1, Net2 (and Net3), then the
 * instruction; a blank line between each.
 * @throws RangeError for another number of networks
 */
export function crossoverPrompt(prompts: PromptSet, sources: readonly string[]): string {
  if (sources.length !== 2 && sources.length !== 3) {
    throw new RangeError(`A crossover prompt shows two or three networks, not ${sources.length}.`);
  }
  const classes = sources.map((source, index) => {
    const name = networkClassName(source);
    const text = block(withoutImports(source));
    return name === null ? text : renameIdentifier(text, name, `Net${index + 1}`);
  });
  const instruction = sources.length === 2 ? prompts.crossover.two : prompts.crossover.three;
  return `${[block(prompts.imports), ...classes].join('\n')}${docstring(instruction)}`;
}

/** A prompt's parts: what it shows, and the instruction below it. */
export interface PromptParts {
  readonly source: string;
  readonly instruction: string;
}

/** The parts of a prompt that {@link mutationPrompt} or {@link crossoverPrompt} made; null for any other text. */
export function partsOfPrompt(prompt: string): PromptParts | null {
  if (!prompt.endsWith('"""\n\n')) return null;
  const end = prompt.length - '"""\n\n'.length;
  const opening = prompt.lastIndexOf('\n"""', end - 1);
  if (opening < 0) return null;
  const instruction = prompt.slice(opening + '\n"""'.length, end);
  return instruction.includes('"""') ? null : { source: prompt.slice(0, opening), instruction };
}
