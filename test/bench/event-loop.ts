/**
 * Whether the engine answers while the embedded model writes: delays of its event loop during a real search (proposing,
 * writing, reading, recording; trainings in their processes). Beside it an idle process measures the same delays: what
 * the machine's other work costs any process. Processor time between two ticks of a timer bounds how long the loop was held
 * by the engine itself.
 *
 * Run: node test/bench/event-loop.ts [--offspring N] [--parallel N]     prints one JSON document; delays in milliseconds
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { presets } from '../../core/search/presets.ts';
import { parseSettings } from '../../core/search/setting-paths.ts';
import { startSearch } from '../../main/search-run/search-run.ts';

/** Milliseconds between two looks at the loop. */
const resolution = 1;
const tick = 5;

function delays(histogram: IntervalHistogram): Record<string, number> {
  const inMilliseconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolution);
  const shares = [50, 90, 99, 99.9].map((share) => [`p${share}`, inMilliseconds(histogram.percentile(share))]);
  return { ...Object.fromEntries(shares), max: inMilliseconds(histogram.max), looks: histogram.count };
}

if (process.send !== undefined) {
  // The idle process: its loop has nothing else to do.
  const histogram = monitorEventLoopDelay({ resolution });
  process.on('message', (message) => {
    if (message === 'begin') histogram.enable();
    else process.send?.(delays(histogram), undefined, undefined, () => process.exit());
  });
} else {
  const { values } = parseArgs({
    options: { offspring: { type: 'string', default: '30' }, parallel: { type: 'string' } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'llmatic-loop-'));
  const idle = fork(import.meta.filename, { execArgv: ['--disable-warning=ExperimentalWarning'] });
  const settings = parseSettings({
    ...presets.demo,
    generations: 2,
    offspring: Number(values.offspring),
    initialisation: { networks: 3 },
    recipe: { ...presets.demo.recipe, epochs: 1, trainImages: 128 },
    validationImages: 100,
    trainer: { workers: 1 },
    ...(values.parallel === undefined ? {} : { generation: { mode: 'fast', parallel: Number(values.parallel) } }),
  });
  const histogram = monitorEventLoopDelay({ resolution });
  let held: { readonly milliseconds: number; readonly wall: number; readonly after: string }[] = [];
  const gaps: typeof held = [];
  let seen = performance.now();
  let latest = 'nothing';
  let measuring = false;
  let used = process.threadCpuUsage();
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(used);
    used = process.threadCpuUsage();
    const wall = performance.now() - seen;
    seen = performance.now();
    if (!measuring) return;
    held.push({ milliseconds: (user + system) / 1000, wall, after: latest });
    gaps.push({ milliseconds: (user + system) / 1000, wall, after: latest });
    if (held.length > 2000) held = held.sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 100);
  }, tick);
  let tokens = 0;
  try {
    await startSearch(
      { folder: join(folder, 'run'), settings, preset: 'demo' },
      {
        onEvent(event) {
          latest = event.type;
          if (event.type === 'generation-started' && !measuring) {
            measuring = true;
            used = process.threadCpuUsage();
            histogram.enable();
            idle.send('begin');
          }
          if (event.type === 'generated') tokens += event.tokens;
          if (event.type === 'finished') {
            histogram.disable();
            measuring = false;
          }
        },
      },
    );
  } finally {
    clearInterval(timer);
    rmSync(folder, { recursive: true });
  }
  const beside = await new Promise((resolve) => {
    idle.once('message', resolve);
    idle.send('end');
  });
  const most = held.sort((a, b) => b.milliseconds - a.milliseconds);
  process.stdout.write(
    `${JSON.stringify({
      offspring: 2 * settings.offspring,
      tokens,
      engine: delays(histogram),
      idleProcess: beside,
      /** Processor time of the engine's thread between two ticks of a timer of 5 ms: the longest, and what had just happened. */
      held: most.slice(0, 5),
      /** The longest times between two ticks by the clock. */
      gaps: gaps.sort((a, b) => b.wall - a.wall).slice(0, 8),
    })}\n`,
  );
}
