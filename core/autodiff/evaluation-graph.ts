/** A network in evaluation mode as an ONNX graph with its weights as inputs. */
import type { Network } from '../network/ir.ts';
import { networkIn } from '../network/modes.ts';
import { createGraphBuilder } from '../onnx/graph-builder.ts';
import { createEmitter } from './create-emitter.ts';
import { emitEvaluation } from './forward.ts';
import type { BatchOptions, EvaluationGraph, LogitsOutput } from './graph.ts';
import { declareImages } from './image-inputs.ts';
import { rearranged } from './rearrange.ts';
import { createStateInputs } from './state-inputs.ts';

/** Logits of `batch` images: dropout is the identity, batch normalisation uses running statistics. */
export function buildEvaluationGraph(network: Network, { batch, formulation }: BatchOptions): EvaluationGraph {
  const builder = createGraphBuilder();
  const emit = createEmitter(builder, formulation);
  const images = declareImages(builder, network, batch);
  const states = createStateInputs(network, builder);
  const output = emitEvaluation(rearranged(networkIn(network, 'evaluation')), emit, {
    images,
    batch,
    state: states.read,
  });
  const logits: LogitsOutput = { role: 'logits', name: 'logits', type: 'float32', shape: output.shape };
  builder.output('logits', output.name, 'float32', output.shape);
  const { inputs } = states.finish();
  return {
    kind: 'evaluation',
    bytes: builder.build('evaluation', 'Logits in evaluation mode.'),
    batch,
    inputs: builder.inputOrder([images, ...inputs]),
    outputs: [logits],
  };
}
