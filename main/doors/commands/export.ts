/** `export`: networks of a run as files for other tools. */
import { join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { fail } from '../../../core/failure.ts';
import { type Exported, exportNetwork, folderName } from '../../export/export-network.ts';
import { endedBy, withReadingThread } from '../../reading/while-needed.ts';
import { rankedElites } from '../../run/networks.ts';
import { type StoredRun, storedRun } from '../../run/run.ts';
import { endableRunInterpreter } from '../../run-interpreter.ts';
import { openRun } from '../../store/run-folder.ts';
import { shownFailure } from '../exit-code.ts';
import type { Command } from './command.ts';
import { forceOption } from './outputs.ts';

/** Which network goes into which folder. */
function chosen(all: StoredRun, which: string, out: string): [string, string][] {
  const elites = rankedElites(all);
  const best = elites[0];
  if (which === 'best' || which === 'elites') {
    if (best === undefined) fail('run', `The run ${all.folder} has no elite yet. Let the search go on first.`);
    if (which === 'best') return [[best.network, out]];
    return elites.map((elite) => [elite.network, join(out, folderName(elite.network))]);
  }
  return [[which, out]];
}

interface Problem {
  readonly network: string;
  readonly kind: string;
  readonly message: string;
}

/** Kinds that concern one network alone: the others are exported all the same. */
const ofOneNetwork: ReadonlySet<string> = new Set(['run', 'verification', 'fault']);

/**
 * Exports each; of several, one that cannot be is told at the end, and what concerns the place ends it.
 * @throws FailureError where the only one cannot be exported, or none; the signal's reason
 */
async function exportAll(
  targets: readonly [string, string][],
  write: (id: string, target: string) => Promise<Exported>,
  signal: AbortSignal,
): Promise<{ readonly exported: Exported[]; readonly problems: Problem[] }> {
  const exported: Exported[] = [];
  const problems: Problem[] = [];
  for (const [network, target] of targets) {
    // A turn for signals.
    await setImmediate();
    signal.throwIfAborted();
    try {
      exported.push(await write(network, target));
    } catch (error) {
      signal.throwIfAborted();
      const { kind, message } = shownFailure(error);
      const goesOn = targets.length > 1 && ofOneNetwork.has(kind);
      if (!goesOn && exported.length === 0) throw error;
      problems.push({ network, kind, message });
      if (!goesOn) break;
    }
  }
  return { exported, problems };
}

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write networks of a run as PyTorch, safetensors and ONNX.',
  usage: `Usage: llmatic export RUN NETWORK|best|elites --out DIR [--json]

Writes net.py, weights.safetensors, model.onnx, README.md (a card), manifest.json and original.txt into DIR; with
\`elites\`, a folder for each elite. NETWORK is an id as \`runs show RUN\` lists them; only elites keep their weights.
net.py holds the network and nothing else: it is printed from the graph that was read, and read back to the same hash
before it is written. The model's own text stands beside it in original.txt, for reading alone.

Files that are in DIR with other content are left alone, and nothing is written beside them then. Of elites, one that cannot
be exported is named at the end, with exit code 1.

  --out DIR   where to write the files
  --force     replace files that are there`,
  options: { out: { type: 'string' }, ...forceOption },
  async run({ options, positionals, signal }) {
    const [folder, which] = positionals;
    if (folder === undefined || which === undefined || positionals.length > 2) {
      return fail('usage', 'export takes a run folder and a network, `best` or `elites`. See `llmatic export --help`.');
    }
    if (typeof options.out !== 'string') return fail('usage', 'export needs --out DIR: where to write the files.');
    const out = resolve(options.out);
    const run = openRun(folder, { readOnly: true });
    try {
      const all = storedRun(run);
      const targets = chosen(all, which, out);
      const writing = { force: options.force === true };
      const { exported, problems } = await withReadingThread((thread) => {
        const interpreter = endedBy(signal, endableRunInterpreter(run.description, thread));
        return exportAll(targets, (id, target) => exportNetwork(all, id, target, interpreter, writing), signal);
      });
      const missing = targets.length - exported.length;
      const text = [
        ...exported.map((one) => `${one.network}: ${one.folder} (${one.files.join(', ')})`),
        ...(problems.length === 0 ? [] : [`Not exported: ${missing} of ${targets.length} networks.`]),
        ...problems.map(({ network, message }) => `${network}: ${message}`),
      ];
      return { json: { run: run.folder, out, exported, problems }, text, exitCode: problems.length === 0 ? 0 : 1 };
    } finally {
      run.close();
    }
  },
};
