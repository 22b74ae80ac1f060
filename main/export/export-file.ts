/** Writes a person's network with its weights as files that other tools read: what `export` writes for a network of a run. */
import { basename } from 'node:path';
import { fail } from '../../core/failure.ts';
import { shapeOfValue } from '../../core/network/ir.ts';
import type { EndableInterpreter, Interpretation } from '../../core/search/ports.ts';
import type { Tensor } from '../../core/tensors/tensor.ts';
import { fileCard } from './file-card.ts';
import { networkFiles } from './network-files.ts';
import { type WritingOptions, type WrittenFolder, writeFolder } from './write-folder.ts';

export interface FileExportRequest {
  /** The file that was read. */
  readonly file: string;
  readonly interpretation: Interpretation;
  /** By the names of the network's state_dict. */
  readonly weights: ReadonlyMap<string, Tensor>;
}

/**
 * net.py, weights.safetensors, model.onnx, original.txt, README.md and manifest.json into `folder`.
 * @param interpreter for images and classes as the network has them
 * @throws FailureError (`verification`) where net.py would not be the network; as {@link writeFolder}
 */
export async function exportFile(
  request: FileExportRequest,
  folder: string,
  interpreter: EndableInterpreter,
  writing: WritingOptions = {},
): Promise<WrittenFolder> {
  const { interpretation, weights } = request;
  const { network, measures, hash, source } = interpretation;
  const classes = shapeOfValue(network, network.output)[1];
  if (typeof classes !== 'number') return fail('internal', 'The network yields no [N, classes].');
  const file = basename(request.file);
  const { input } = network;
  const content = {
    ...(await networkFiles({ interpretation, weights, original: source }, interpreter)),
    'README.md': fileCard({ file, measures, hash, input, classes }),
  };
  return writeFolder(folder, content, { file, hash, input, classes, measures }, writing);
}
