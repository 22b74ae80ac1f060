/** Checkpoints of large tensors: how much memory a conversion takes, and what an interruption or a kill leaves. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { outcomeOf, runCli, startCli } from '../../doors/run-cli.ts';
import { tinyCheckpoint } from './golden.ts';
import { makeLargeCheckpoint } from './large-checkpoint.ts';

const module = join(import.meta.dirname, '..', '..', '..', '..', 'main', 'llm', 'convert', 'convert-codegen.ts');

/** Converts in a process of its own; returns the most memory that it had at once, in bytes. */
function memoryOf(folder: string, out: string, type: string): number {
  const script = `
    const { convertCodegen } = await import(${JSON.stringify(module)});
    await convertCodegen(${JSON.stringify({ folder, out, type, force: true })});
    console.log(process.resourceUsage().maxRSS * 1024);`;
  const words = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script];
  const done = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(done.stderr).toBe('');
  return Number(done.stdout);
}

describe('a conversion of large tensors', () => {
  const sizes = { n_embd: 4096, n_head: 16, rotary_dim: 64, n_layer: 2 };

  it.each(['q8_0', 'q4_0', 'f16'])(
    'takes less memory than one and a half times the largest tensor, as %s',
    (type) => {
      const tiny = tinyCheckpoint('tokenizer');
      const large = makeLargeCheckpoint(tiny, join(dirname(tiny), 'large'), sizes);
      expect(large.largest).toBe(4096 * 16384 * 4);
      expect(large.bytes).toBeGreaterThan(5 * large.largest);
      const memory = memoryOf(large.folder, join(dirname(tiny), 'large.gguf'), type);
      console.log(
        `${type}: ${(memory / 1e6).toFixed(0)} MB for ${(large.bytes / 1e6).toFixed(0)} MB of weights, the largest tensor ${(large.largest / 1e6).toFixed(0)} MB`,
      );
      expect(memory).toBeLessThan(1.5 * large.largest);
    },
    300_000,
  );

  /** Starts a conversion on the command line and waits until it writes. */
  async function underWay(out: string, folder: string) {
    const child = startCli(['model', 'convert', folder, '--out', out, '--type', 'q8_0', '--json']);
    const ended = outcomeOf(child);
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (chunk) => {
        if (String(chunk).includes('%')) resolve();
      });
    });
    return { child, ended };
  }

  it('ends with exit code 130 and leaves nothing when it is interrupted', async () => {
    const tiny = tinyCheckpoint('tokenizer');
    const { folder } = makeLargeCheckpoint(tiny, join(dirname(tiny), 'large'), { ...sizes, n_layer: 20 });
    const out = join(dirname(tiny), 'out', 'large.gguf');
    const { child, ended } = await underWay(out, folder);
    expect(readdirSync(dirname(out))).toEqual([`large.gguf.${child.pid}.partial`]);
    child.kill('SIGINT');
    const { exitCode, stdout } = await ended;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'interrupted' } });
    // The folder was made for the file, and goes with it.
    expect(existsSync(dirname(out))).toBe(false);
  }, 300_000);

  it('gives no file its name when it is killed, and starts cleanly again', async () => {
    const tiny = tinyCheckpoint('tokenizer');
    const { folder } = makeLargeCheckpoint(tiny, join(dirname(tiny), 'large'), { ...sizes, n_embd: 1024 });
    const out = join(dirname(tiny), 'out', 'large.gguf');
    const { child, ended } = await underWay(out, folder);
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    expect(existsSync(out)).toBe(false);
    const again = await runCli(['model', 'convert', folder, '--out', out, '--type', 'q8_0', '--json']);
    expect(again.exitCode).toBe(0);
    expect(readdirSync(dirname(out))).toEqual(['large.gguf']);
  }, 300_000);
});
