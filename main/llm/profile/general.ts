/** Whether a model has to be helped to write networks: which levers the choice `auto` comes to. */
import type { ModelDescription } from '../model-description.ts';

/**
 * CodeGen as `model convert` writes it, the embedded model among it, continues the prompts of the paper as they are
 * (llama.cpp's phi2 with CodeGen's tokenizer); any other model is a general one.
 */
export function isGeneral({ architecture, tokenizer }: Pick<ModelDescription, 'architecture' | 'tokenizer'>): boolean {
  return !(architecture === 'phi2' && tokenizer.pre === 'trillion');
}
