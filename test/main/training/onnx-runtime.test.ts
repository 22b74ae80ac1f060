// ONNX Runtime as this app loads it leaves nothing in a person's home; its own writing there is what is looked for.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const module = pathToFileURL(join(import.meta.dirname, '../../../main/training/onnx-runtime.ts')).href;

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-quiet-'));
});
afterAll(() => {
  rmSync(home, { recursive: true });
});

describe('ONNX Runtime', () => {
  it('writes no device id and no queue of reports when it makes its environment', async () => {
    // What is no graph is refused after the environment is there, which is when the library would begin to report.
    const code = `const { onnxRuntime } = await import(${JSON.stringify(module)});
      await onnxRuntime.InferenceSession.create(new Uint8Array([8, 8])).catch((error) => console.log(String(error)));`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', code], {
      // Of a person's own environment: nothing that a test or a server for tests would have set.
      env: { HOME: home, PATH: process.env.PATH, XDG_CACHE_HOME: join(home, 'cache'), TMPDIR: home },
    });
    expect(stdout).toContain('No graph was found');
    expect(readdirSync(home, { recursive: true })).toEqual([]);
  });

  it('is refused in a thread, whose environment native code does not read', async () => {
    const thread = new Worker(`import(${JSON.stringify(module)})`, { eval: true, stderr: true });
    const error = await new Promise<Error>((resolve) => thread.once('error', resolve));
    expect(error.message).toMatch(/Load it in a process of its own/);
  });
});
