/** A CodeGen checkpoint of large tensors that takes no room on the disk: its weights are one sparse file of zeros. */
import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { readCodegenConfig } from '../../../../core/codegen/config.ts';
import { planTensors } from '../../../../core/codegen/tensor-plan.ts';

export interface LargeCheckpoint {
  readonly folder: string;
  /** Bytes of the largest tensor as it is stored. */
  readonly largest: number;
  readonly bytes: number;
}

/** Makes it in `folder` from the tiny one in `tiny`, with these sizes, as F32. */
export function makeLargeCheckpoint(
  tiny: string,
  folder: string,
  sizes: { readonly n_embd: number; readonly n_head: number; readonly rotary_dim: number; readonly n_layer: number },
): LargeCheckpoint {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(tiny, 'tokenizer.json'), join(folder, 'tokenizer.json'));
  const text = JSON.stringify({ ...JSON.parse(readFileSync(join(tiny, 'config.json'), 'utf8')), ...sizes });
  writeFileSync(join(folder, 'config.json'), text);
  const { sources } = planTensors(readCodegenConfig(text, null), () => true);
  let end = 0;
  let largest = 0;
  const header = JSON.stringify(
    Object.fromEntries(
      [...sources].map(([name, shape]) => {
        const bytes = 4 * shape.reduce((product, size) => product * size, 1);
        largest = Math.max(largest, bytes);
        end += bytes;
        return [name, { dtype: 'F32', shape, data_offsets: [end - bytes, end] }];
      }),
    ),
  );
  const length = new Uint8Array(8);
  new DataView(length.buffer).setBigUint64(0, BigInt(header.length), true);
  const file = openSync(join(folder, 'model.safetensors'), 'w');
  writeSync(file, length);
  writeSync(file, header);
  ftruncateSync(file, 8 + header.length + end);
  closeSync(file);
  return { folder, largest, bytes: end };
}
