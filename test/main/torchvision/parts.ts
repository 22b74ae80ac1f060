/** torchvision's models as our own parts of it make them (core/network/torchvision), asked for as networks do. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Interpretation } from '../../../core/search/ports.ts';
import { readNetworkFile } from '../../../main/interpreter.ts';
import { type TorchvisionModel, torchvisionModels } from './models.ts';

const families = /^(alexnet|densenet|mobilenet|resnet|resnext|squeezenet|vgg|wide_resnet)/;

/** Every model of torchvision that the parts have. */
export function modelsOfParts(): TorchvisionModel[] {
  return torchvisionModels().filter(({ name }) => families.test(name));
}

/** Reads a model from a file that imports it. @throws FailureError with the interpreter's reason */
export async function readPart({ name, input }: TorchvisionModel): Promise<Interpretation> {
  const folder = mkdtempSync(join(tmpdir(), 'parts-'));
  try {
    const file = join(folder, 'network.py');
    writeFileSync(
      file,
      `import torchvision\n\n\ndef network():\n    return torchvision.models.${name}(weights=None)\n`,
    );
    return await readNetworkFile(file, { factory: 'network', input });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
