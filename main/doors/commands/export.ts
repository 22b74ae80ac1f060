/** `export`: networks of a run as files for other tools. */
import { join, resolve } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { type Exported, exportNetwork, folderName } from '../../export/export-network.ts';
import { runInterpreter } from '../../run-interpreter.ts';
import { openRun } from '../../store/run-folder.ts';
import { type RunRecords, rankedElites, runRecords } from '../../store/run-report.ts';
import type { Command } from './command.ts';

/** Which network goes into which folder. */
function chosen(all: RunRecords, which: string, out: string): [string, string][] {
  const elites = rankedElites(all);
  const best = elites[0];
  if (which === 'best' || which === 'elites') {
    if (best === undefined) fail('run', `The run ${all.run.folder} has no elite yet. Let the search go on first.`);
    if (which === 'best') return [[best.network, out]];
    return elites.map((elite) => [elite.network, join(out, folderName(elite.network))]);
  }
  return [[which, out]];
}

export const exportCommand: Command = {
  name: 'export',
  summary: 'Write networks of a run as PyTorch, safetensors and ONNX.',
  usage: `Usage: llmatic export RUN NETWORK|best|elites --out DIR [--json]

Writes net.py, weights.safetensors, model.onnx, README.md (a card), manifest.json and original.txt into DIR; with
\`elites\`, a folder for each elite. NETWORK is an id as \`runs show RUN\` lists them; only elites keep their weights.
net.py holds the network and nothing else: it is printed from the graph that was read, and read back to the same hash
before it is written. The model's own text stands beside it in original.txt, for reading alone.`,
  options: { out: { type: 'string' } },
  async run({ options, positionals }) {
    const [folder, which] = positionals;
    if (folder === undefined || which === undefined || positionals.length > 2) {
      return fail('usage', 'export takes a run folder and a network, `best` or `elites`. See `llmatic export --help`.');
    }
    if (typeof options.out !== 'string') return fail('usage', 'export needs --out DIR: where to write the files.');
    const out = resolve(options.out);
    const run = openRun(folder, { readOnly: true });
    try {
      const all = runRecords(run);
      const targets = chosen(all, which, out);
      const interpreter = await runInterpreter(run.description);
      const exported: Exported[] = targets.map(([id, target]) => exportNetwork(all, id, target, interpreter));
      const text = exported.map((one) => `${one.network}: ${one.folder} (${one.files.join(', ')})`);
      return { json: { run: run.folder, out, exported }, text };
    } finally {
      run.close();
    }
  },
};
