/** What a model's file holds and the memory it would take here, as the contract tells it. Nothing is loaded. */
import { resolve } from 'node:path';
import { toContractFailure } from '../../core/contract/failure.ts';
import type { ModelInspection, ModelMemory } from '../../core/contract/models.ts';
import { FailureError } from '../../core/failure.ts';
import { promptForm } from '../llm/chat/prompt-form.ts';
import { embeddedModelFile } from '../llm/embedded.ts';
import { type MemoryPlan, ramOf, vramOf } from '../llm/memory/memory-plan.ts';
import { describeModel, modelProblems } from '../llm/model-description.ts';
import { readModelFile } from '../llm/model-file.ts';
import { modelPlans } from '../llm/model-plans.ts';

function withNeeds(plan: MemoryPlan | null | undefined): ModelMemory | null {
  return plan == null ? null : { ...plan, needs: { ram: ramOf(plan), vram: vramOf(plan) } };
}

export interface InspectionOptions {
  /** Null for the embedded model. */
  readonly file: string | null;
  /** Null lets memory decide. */
  readonly contextLength: number | null;
  readonly signal?: AbortSignal;
}

/** @throws FailureError `file` or `model-file` for what is no GGUF, `usage` for a context that the model cannot have */
export async function inspectModel({ file, contextLength, signal }: InspectionOptions): Promise<ModelInspection> {
  const path = resolve(file ?? embeddedModelFile());
  const { header, bytes, name } = await readModelFile(path);
  const about = describeModel(header);
  const { form, why } = promptForm(header, name, 'auto');
  const problems = modelProblems(header, name);
  const plans = problems.length > 0 ? null : await modelPlans(path, contextLength, signal);
  if (plans !== null && plans.problem !== null) problems.push(plans.problem);
  return {
    file: path,
    embedded: file === null,
    bytes,
    title: about.name,
    architecture: about.architecture,
    parameters: about.parameters,
    contextLength: about.contextLength,
    layers: about.layers,
    heads: about.heads,
    width: about.embeddingLength,
    vocabulary: about.vocabulary,
    tokenizer: about.tokenizer.model,
    quantization: about.quantization,
    tensors: about.tensors.map((kind) => ({ ...kind })),
    chat: about.chat,
    prompts: { form, why },
    memory: withNeeds(plans?.memory),
    gpu: withNeeds(plans?.gpu),
    problems: problems.map((problem) => toContractFailure(new FailureError(problem))),
  };
}
