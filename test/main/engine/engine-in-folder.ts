/** An engine over a fresh runs folder, with a home of its own, as beforeEach makes it for a test. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../../core/contract.ts';
import { createEngine } from '../../../main/engine.ts';

export interface EngineInFolder {
  readonly folder: string;
  readonly runs: string;
  readonly engine: Engine;
  /** Closes the engine, removes the folder and puts LLMATIC_HOME back. */
  close(): Promise<void>;
}

export function engineInFolder(name: string): EngineInFolder {
  const homeBefore = process.env.LLMATIC_HOME;
  const folder = mkdtempSync(join(tmpdir(), `llmatic-${name}-`));
  process.env.LLMATIC_HOME = join(folder, 'home');
  const runs = join(folder, 'runs');
  mkdirSync(runs);
  const engine = createEngine({ runsFolder: runs, opened: { folders: [folder], remedy: () => 'Put it there.' } });
  return {
    folder,
    runs,
    engine,
    async close() {
      await engine.close();
      if (homeBefore === undefined) delete process.env.LLMATIC_HOME;
      else process.env.LLMATIC_HOME = homeBefore;
      rmSync(folder, { recursive: true });
    },
  };
}
