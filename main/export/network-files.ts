/** The files of one network that other tools read, all under the names of the clean source: net.py, safetensors, ONNX. */
import { buildExportModel } from '../../core/autodiff/export-model.ts';
import { fail } from '../../core/failure.ts';
import { shapeOfValue } from '../../core/network/ir.ts';
import { cleanNetwork } from '../../core/network/source/clean-source.ts';
import { renamedWeights } from '../../core/network/source/renamed-weights.ts';
import type { EndableInterpreter, Interpretation } from '../../core/search/ports.ts';
import { writeSafetensors } from '../../core/tensors/safetensors.ts';
import type { Tensor } from '../../core/tensors/tensor.ts';
import { originalText } from './original-text.ts';
import { pythonFile } from './python-file.ts';

export type FileContents = Readonly<Record<string, Uint8Array | string>>;

/** The float32 tensors, as the graph wants them. */
function floatTensors(tensors: ReadonlyMap<string, Tensor>): Map<string, Float32Array> {
  const floats = new Map<string, Float32Array>();
  for (const [name, tensor] of tensors) if (tensor.type === 'float32') floats.set(name, tensor.data);
  return floats;
}

export interface NetworkFilesRequest {
  readonly interpretation: Interpretation;
  /** By the names that the interpretation's network has. */
  readonly weights: ReadonlyMap<string, Tensor>;
  /** What a person reads beside it. */
  readonly original: string;
}

/**
 * net.py, weights.safetensors, model.onnx and original.txt; equal networks and weights give equal bytes.
 * @param interpreter for images and classes as the network has them
 * @throws FailureError (`verification`) where net.py does not read back to the network; `weights` where they do not fit
 */
export async function networkFiles(
  request: NetworkFilesRequest,
  interpreter: EndableInterpreter,
): Promise<FileContents> {
  const { interpretation, weights, original } = request;
  const clean = await cleanNetwork(interpretation, interpreter);
  const { network } = clean;
  const classes = shapeOfValue(network, network.output)[1];
  if (typeof classes !== 'number') return fail('internal', 'The network yields no [N, classes].');
  const renamed = renamedWeights(clean, weights);
  return {
    'net.py': await pythonFile({ clean, hash: interpretation.hash, classes }, interpreter),
    'weights.safetensors': writeSafetensors(renamed),
    'model.onnx': buildExportModel(network, floatTensors(renamed)),
    'original.txt': originalText(original),
  };
}
