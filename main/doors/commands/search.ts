/** `search`: a new search, or going on with one. */

import type { RunEvent } from '../../../core/contract/events.ts';
import { fail } from '../../../core/failure.ts';
import { runReport } from '../../run/report.ts';
import { type Run, storedRun } from '../../run/run.ts';
import { healthOfRun } from '../../run-health.ts';
import { reservedRunFolder } from '../../run-name.ts';
import type { SearchOutcome } from '../../search-run/request.ts';
import { resumeSearch, startSearch } from '../../search-run/search-run.ts';
import { openRun, refuseOccupied } from '../../store/run-folder.ts';
import { coloursOf, progressStream } from '../standard-streams.ts';
import { runText } from '../terminal/run-text.ts';
import { searchProgress } from '../terminal/search-progress.ts';
import type { Command, CommandContext, CommandResult } from './command.ts';
import { deviceUsage } from './device-option.ts';
import { resumeCommand } from './resume-command.ts';
import { estimated, tellEstimate } from './search-estimate.ts';
import { chosenSettings, workersOption } from './search-settings.ts';
import { settingsList } from './settings-list.ts';
import { strategyUsage } from './strategy-option.ts';

const usage = `Usage: llmatic search [options]

Searches for networks: a language model writes them, they are trained, and the best of each niche is kept. Everything is
kept in the run folder at once; a search that was stopped goes on with --resume.

  --preset NAME      demo (minutes on two cores), laptop (the default), paper, reference-code
  --recipe NAME      how each network is trained, all but recipe.trainImages: paper, fast
  --config FILE      JSON with settings, laid over preset and recipe
  --set PATH=VALUE   one setting, for example --set recipe.epochs=3; may be given again
  --seed N           all random draws are derived from it
  --out DIR          the run folder; default runs/DATE-TIME-PRESET, by this computer's clock
  --resume DIR       go on with the run in DIR, with the settings it was created with
${strategyUsage(21)}
  --model FILE       a GGUF file instead of the embedded model, or the address of a server that has one loaded, such as
                     http://127.0.0.1:8080/v1#NAME (llama-server, Ollama, LM Studio; a key: LLMATIC_API_KEY)
  --allow-remote     the model may be at an address outside this machine: every prompt is then sent there
  --chat WHEN        prompts through the model's chat template: auto (the default, by what its file says), on, off
  --dataset NAME     builtin (the default) or the name of an imported one
  --prompts SET      the prompt set: its name, or a JSON file (see \`llmatic prompts list\`)
  --fast             the model writes several offspring at once: faster, but the run is not reproducible
  --threads N        threads of the language model; by default those that a trial found best, with one core for trainings
${deviceUsage(21)}
  --workers N        trainings at once; the default is one a core
  --settings         list every setting with its value and what it means, as these options make them, and stop
  --estimate         say how long the search would take here and what it would leave on the disk, and stop: a few steps of
                     two networks are measured; a search of hours or days says so before it starts
  --json             one JSON event a line, the last one of type result`;

/** Options that a run fixes when it is created. */
const fixedByRun = [
  'preset',
  'recipe',
  'config',
  'set',
  'seed',
  'out',
  'strategy',
  'chat',
  'prompts',
  'fast',
  'threads',
  'device',
] as const;

function text(options: CommandContext['options'], name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

async function run(context: CommandContext, onEvent: (event: RunEvent) => void): Promise<SearchOutcome> {
  const { options, signal } = context;
  if (options.queue !== undefined) {
    fail(
      'unsupported',
      '--queue: training on other machines is planned and not part of this version. Use --workers N.',
    );
  }
  const resumed = text(options, 'resume');
  if (resumed === undefined) {
    const { preset, settings } = chosenSettings(options);
    const out = text(options, 'out');
    if (out !== undefined) refuseOccupied(out);
    await tellEstimate(settings, context);
    const folder = out ?? reservedRunFolder('runs', preset);
    return startSearch({ folder, reserved: out === undefined, settings, preset }, { signal, onEvent });
  }
  for (const name of fixedByRun) {
    if (options[name] !== undefined) {
      fail('usage', `--${name} cannot be given with --resume: the run keeps what it was created with. Leave it out.`);
    }
  }
  const model = text(options, 'model');
  const dataset = text(options, 'dataset');
  const workers = workersOption(options);
  return resumeSearch(
    {
      folder: resumed,
      ...(model === undefined ? {} : { model }),
      ...(dataset === undefined ? {} : { dataset }),
      ...(workers === null ? {} : { workers }),
      allowRemote: options['allow-remote'] === true,
    },
    { signal, onEvent },
  );
}

function interrupted({ run: folder, seconds }: Extract<SearchOutcome, { outcome: 'interrupted' }>): CommandResult {
  const resume = resumeCommand(folder);
  return {
    json: { type: 'interrupted', run: folder, resume, seconds },
    text: [`Stopped; everything so far is in ${folder}. Go on with:`, '', `    ${resume}`],
    exitCode: 130,
  };
}

async function withRecords<T>(folder: string, use: (run: Run) => Promise<T>): Promise<T> {
  const store = openRun(folder, { readOnly: true });
  try {
    return await use(storedRun(store));
  } finally {
    store.close();
  }
}

async function finished({
  run: folder,
  summary,
  seconds,
  exported,
}: Extract<SearchOutcome, { outcome: 'finished' }>): Promise<CommandResult> {
  const { seconds: _, ...counted } = summary;
  const { report, health } = await withRecords(folder, async (all) => {
    const found = await healthOfRun(all);
    return { health: found, report: runText(all, runReport(all), found, coloursOf('stdout')) };
  });
  const json = {
    type: 'result',
    run: folder,
    ...counted,
    initial: summary.initial ?? { fitness: null },
    best: summary.best ?? { network: null, fitness: null },
    seconds,
    export: exported?.folder ?? null,
    health,
  };
  const where =
    exported === null ? [] : ['', `The best network's files: ${exported.folder} (${exported.files.join(', ')})`];
  return { json, text: [...report, ...where] };
}

export const searchCommand: Command = {
  name: 'search',
  summary: 'Search for networks with the language model, or continue a search.',
  usage,
  options: {
    preset: { type: 'string' },
    recipe: { type: 'string' },
    config: { type: 'string' },
    set: { type: 'string', multiple: true },
    seed: { type: 'string' },
    out: { type: 'string' },
    resume: { type: 'string' },
    strategy: { type: 'string' },
    model: { type: 'string' },
    'allow-remote': { type: 'boolean' },
    chat: { type: 'string' },
    dataset: { type: 'string' },
    prompts: { type: 'string' },
    fast: { type: 'boolean' },
    threads: { type: 'string' },
    device: { type: 'string' },
    workers: { type: 'string' },
    queue: { type: 'string' },
    settings: { type: 'boolean' },
    estimate: { type: 'boolean' },
  },
  stopping: () => 'Stopping: saving the state.',
  async run(context) {
    if (context.positionals.length > 0) {
      return fail(
        'usage',
        `search takes no word ${JSON.stringify(context.positionals[0])}. See \`llmatic search --help\`.`,
      );
    }
    if (context.options.settings === true) return settingsList(context.options);
    if (context.options.estimate === true) return estimated(context);
    const progress = searchProgress({
      stream: context.json ? { write: () => true } : progressStream,
      colours: coloursOf('stderr'),
      now: () => performance.now(),
    });
    context.signal.addEventListener('abort', () => progress.freeze(), { once: true });
    try {
      const outcome = await run(context, (event) => {
        context.event(event);
        progress.show(event);
      });
      return outcome.outcome === 'finished' ? await finished(outcome) : interrupted(outcome);
    } finally {
      progress.end();
    }
  },
};
