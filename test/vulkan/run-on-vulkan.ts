/**
 * Runs a script of ours on the WebGPU provider under software Vulkan (install.ts), in a process of its own: the provider
 * takes its Vulkan driver from the environment when the process starts, and a crash must not take the tests along.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '..', '..');
/** The driver: that of `npm run vulkan`, or another. */
export const vulkanDriver = process.env.LLMATIC_VULKAN ?? join(root, '.vulkan', 'icd.json');

/** The JSON values that the script prints, one a line. */
export async function runOnVulkan(script: string, ...words: string[]): Promise<unknown[]> {
  const runtime = mkdtempSync(join(tmpdir(), 'llmatic-webgpu-'));
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', script, ...words],
      { env: { ...process.env, VK_ICD_FILENAMES: vulkanDriver, XDG_RUNTIME_DIR: runtime }, maxBuffer: 2 ** 26 },
    );
    const lines = stdout.split('\n').filter((line) => line !== '');
    return lines.map((line): unknown => JSON.parse(line));
  } finally {
    rmSync(runtime, { recursive: true, force: true });
  }
}
