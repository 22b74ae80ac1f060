/** Trials of threads, kept in the home folder: one for each model file on this machine with this llama.cpp. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { homeFolder } from '../../home.ts';
import { versions } from '../../package-folder.ts';
import { makePrivateFolder, privateFile } from '../../private-files.ts';
import { type ThreadTrial, threadTrialSchema } from './thread-trial.ts';

const keptSchema = z.array(threadTrialSchema.extend({ hash: z.string(), machine: z.string() }));

export interface KeptTrials {
  /** The trial of the model file with this SHA-256; null where there was none on this machine. */
  find(hash: string): ThreadTrial | null;
  /** Keeps a trial; where it cannot be written, the next process measures again. */
  keep(hash: string, trial: ThreadTrial): void;
}

/** What a trial depends on beside the model. */
function machineNow(): string {
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  const library = versions()['node-llama-cpp'] ?? '';
  return `${processor}, ${availableParallelism()} usable, ${process.platform} ${process.arch}, node-llama-cpp ${library}`;
}

export function keptTrials(folder: string = homeFolder(), machine: string = machineNow()): KeptTrials {
  const file = join(folder, 'thread-trials.json');
  function read(): z.infer<typeof keptSchema> {
    try {
      return keptSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
    } catch {
      // Missing or damaged: what it held can be measured again.
      return [];
    }
  }
  const isSame = (hash: string) => (one: { readonly hash: string; readonly machine: string }) =>
    one.hash === hash && one.machine === machine;
  return {
    find(hash) {
      const found = read().find(isSame(hash));
      return found === undefined ? null : { cores: found.cores, speeds: found.speeds };
    },
    keep(hash, trial) {
      const others = read().filter((one) => !isSame(hash)(one));
      const own = `${file}.${process.pid}`;
      try {
        makePrivateFolder(folder);
        writeFileSync(own, `${JSON.stringify([...others, { hash, machine, ...trial }], null, 1)}\n`, {
          mode: privateFile,
        });
        renameSync(own, file);
      } catch {
        // A home that cannot be written keeps nobody from generating.
      }
    },
  };
}
