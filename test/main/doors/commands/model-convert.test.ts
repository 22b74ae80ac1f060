import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { golden, temporaryFolder, tinyCheckpoint } from '../../llm/convert/golden.ts';
import { runCli } from '../run-cli.ts';

describe('model convert', () => {
  it('writes the file of the type that is asked for and says so in JSON', async () => {
    const out = join(temporaryFolder(), 'new', 'tiny.gguf');
    const folder = tinyCheckpoint('safetensors', 'tokenizer');
    const { exitCode, stdout } = await runCli(['model', 'convert', folder, '--out', out, '--type', 'Q8_0', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ file: out, type: 'q8_0', sha256: golden.sha256.q8_0, blocks: 4 });
    expect(createHash('sha256').update(readFileSync(out)).digest('hex')).toBe(golden.sha256.q8_0);
    const inspected = await runCli(['model', 'inspect', out, '--json']);
    expect(inspected.exitCode).toBe(0);
    expect(JSON.parse(inspected.stdout)).toMatchObject({ architecture: 'phi2', problems: [] });
  });

  it.each([
    [[], 'takes one CHECKPOINT_DIR'],
    [['x'], '--out FILE.gguf'],
    [['x', '--out', 'y.gguf', '--type', 'q4_k_m'], 'llama-quantize'],
    [['x', '--out', 'y.gguf', '--type', 'int8'], 'one of f32, f16'],
    [['/nowhere', '--out', 'y.gguf'], 'There is no folder /nowhere'],
  ])('refuses %j with exit code 2 and the remedy', async (words, message) => {
    const { exitCode, stderr } = await runCli(['model', 'convert', ...words]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});
