// A real search whose model's process is killed while it writes: the offspring under way is written anew, nothing else.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunEvent } from '../../core/contract/events.ts';
import { presets } from '../../core/search/presets.ts';
import { parseSettings } from '../../core/search/setting-paths.ts';
import { verifyRun } from '../../main/run/verify.ts';
import { startSearch } from '../../main/search-run/search-run.ts';
import { openRun } from '../../main/store/run-folder.ts';
import { descendants } from './processes.ts';
import { type RunContent, runContent } from './run-content.ts';

const settings = parseSettings({
  ...presets.demo,
  seed: 11,
  generations: 2,
  offspring: 6,
  initialisation: { networks: 3 },
  recipe: { ...presets.demo.recipe, epochs: 1, trainImages: 256 },
  validationImages: 200,
  trainer: { workers: 1 },
});

let home: string;

beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-model-kills-'));
});

afterAll(() => {
  rmSync(home, { recursive: true, force: true });
});

async function search(name: string, onEvent: (event: RunEvent) => void): Promise<RunContent> {
  const folder = join(home, name);
  const outcome = await startSearch({ folder, settings, preset: 'demo' }, { onEvent });
  expect(outcome.outcome).toBe('finished');
  const run = openRun(folder, { readOnly: true });
  expect(verifyRun(run).problems).toEqual([]);
  run.close();
  return runContent(folder);
}

/** The process that holds the language model of a search in this process. */
function modelProcess(): number | null {
  return descendants(process.pid).find(({ command }) => command.includes('/main/llm/worker'))?.pid ?? null;
}

/** Processor time of a process so far, in clock ticks of 10 ms; null once it is gone. */
function ticks(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return null;
  }
}

it('ends with the same archives, fitness bits, texts and weights as one that nobody disturbs', async () => {
  const undisturbed = await search('undisturbed', () => {});
  expect(undisturbed.candidates).toHaveLength(1 + 2 * 6);
  expect(undisturbed.network.length).toBeGreaterThan(2);

  const written = new Set<string>();
  /** Offspring whose first process was killed after it had worked on them, and that process. */
  const killed = new Map<string, number>();
  let killing = Promise.resolve();

  /** Waits until the process has worked on this offspring for a while (its prompt takes less), then kills it. */
  async function killWhileWriting(id: string): Promise<void> {
    const pid = modelProcess();
    const before = pid === null ? null : ticks(pid);
    if (pid === null || before === null) return;
    while (!written.has(id)) {
      const now = ticks(pid);
      if (now === null) return;
      if (now - before >= 5) {
        process.kill(pid, 'SIGKILL');
        killed.set(id, pid);
        return;
      }
      await sleep(2);
    }
  }

  const disturbed = await search('disturbed', (event) => {
    if (event.type === 'proposed' && event.operator !== 'initial') {
      killing = killing.then(() => killWhileWriting(event.id));
    }
    if (event.type === 'generated') written.add(event.id);
  });
  await killing;

  // Each time another process, so that it was started anew; none was killed after its text had come.
  expect(killed.size).toBeGreaterThanOrEqual(3);
  expect(new Set(killed.values()).size).toBe(killed.size);
  expect(disturbed).toEqual(undisturbed);
}, 600_000);
