/** What people read about a run: standing, map of the archive, best network and its lineage. */
import type { ArchiveHealth } from '../../../core/search/archive-health.ts';
import { runNotes } from '../../../core/search/run-notes.ts';
import { linesOf } from '../../../core/text/visible.ts';
import { lineage } from '../../run/lineage.ts';
import type { NetworkReport } from '../../run/networks.ts';
import { setAsideOf } from '../../run/outcomes.ts';
import type { RunReport } from '../../run/report.ts';
import type { Run } from '../../run/run.ts';
import { archiveMap } from './archive-map.ts';
import { duration, fitnessText, type Palette, percent, quantity } from './colour.ts';

function measuresText({ measures }: NetworkReport): string {
  return `${quantity(measures.params)} parameters, ${quantity(measures.flops)} FLOPs, width ${measures.width}, depth ${measures.depth}`;
}

/** One line a step from the initial network to this one: prompt, temperature, accuracy. */
function lineageText(run: Run, network: string): string[] {
  return lineage(run, network).map((step) => {
    const how =
      step.operator === 'initial'
        ? 'the initial network'
        : `${step.operator}, prompt ${step.prompt ?? '-'}, temperature ${step.temperature?.toFixed(2) ?? '-'}` +
          (step.parents.length > 1 ? `, with ${step.parents.slice(1).join(', ')}` : '');
    return `  ${step.network.padEnd(9)} test ${percent(step.testAccuracy).padStart(7)}  fitness ${fitnessText(step.fitness).padStart(7)}  ${how}`;
  });
}

function bestText(run: Run, report: RunReport, colours: Palette): string[] {
  const { best, initial } = report;
  if (best === null) return ['No network could be trained.'];
  const gain =
    best.accuracy.test !== null && initial?.accuracy.test !== null && initial !== null
      ? ` (initial network ${percent(initial.accuracy.test)})`
      : '';
  const selection = run.settings.fitness.split === 'test' ? ' on the test split, also used for selection' : '';
  return [
    colours.bold(`Best network ${best.network}: test accuracy ${percent(best.accuracy.test)}${gain}${selection}`),
    `  ${measuresText(best)}`,
    '',
    ...linesOf(best.source.trimEnd()).map((line) => (line === '' ? '' : `    ${line}`)),
    '',
    colours.bold('Its lineage'),
    ...lineageText(run, best.network),
  ];
}

/** The shares of texts that are networks: as the model wrote them, and with repair. */
function readableText({ generated, readable, repairable }: RunReport['counts'], repair: boolean): string[] {
  if (generated === 0) return [];
  const withRepair = percent((readable + repairable) / generated);
  const note = repair ? 'repaired in this run' : 'setting repair is off: not repaired in this run';
  return [
    `Accepted as written: ${percent(readable / generated)}; with repair ${withRepair} (${repairable} more, ${note})`,
  ];
}

function countsText({ counts, seconds }: RunReport, repair: boolean): string[] {
  const refused = Object.entries(counts.refused)
    .sort(([, a], [, b]) => b - a)
    .map(([kind, count]) => `${kind} ${count}`);
  const stages = ['generate', 'interpret', 'train'].flatMap((stage) =>
    seconds[stage] === undefined ? [] : [`${stage} ${duration(seconds[stage])}`],
  );
  return [
    `${counts.generated} generated, ${counts.trainable} trainable, ${counts.distinct} distinct, ${counts.trained} trained` +
      (counts.diverged > 0 ? `, ${counts.diverged} diverged` : '') +
      (counts.setAside > 0 ? `, ${counts.setAside} set aside` : ''),
    ...readableText(counts, repair),
    ...(refused.length > 0 ? [`Refused: ${refused.join(', ')}`] : []),
    ...(seconds.total === undefined ? [] : [`Time: ${duration(seconds.total)} (${stages.join(', ')})`]),
  ];
}

/** `running (process 4711)`: where a run stands, in words. */
export function standingText({ state, process }: Pick<RunReport, 'state' | 'process'>): string {
  if (state === 'running') return process === null ? 'running in another process' : `running (process ${process})`;
  if (state === 'held') return 'held by another process: paused, or about to go on';
  return state;
}

/** `health`: of the network archive. */
export function runText(run: Run, report: RunReport, health: ArchiveHealth, colours: Palette): string[] {
  return [
    colours.bold(`Run ${report.run}`),
    `${standingText(report)}; generation ${report.generations.done} of ${report.generations.planned}; strategy ${report.strategy}, seed ${report.seed}, model ${report.model}, dataset ${report.dataset}`,
    ...runNotes({ model: run.description.model, settings: run.settings, setAside: setAsideOf(run.records).length }),
    ...(report.problem === null ? [] : [`Why it failed: ${report.problem.message}`]),
    `Fitness: ${run.settings.fitness.measure === 'loss' ? 'minus the loss' : 'accuracy'} on the ${run.settings.fitness.split} split`,
    ...countsText(report, run.settings.repair),
    '',
    colours.bold(`Network archive: ${report.filled} of ${report.niches} niches filled`) +
      `, coverage ${percent(report.coverage)}, QD score ${report.qdScore.toFixed(3)}; prompt archive: ${report.promptsFilled} filled`,
    ...(report.elites.length > 0
      ? archiveMap(report.elites, run.settings.networkArchive.axes, colours).split('\n')
      : []),
    ...health.remarks,
    '',
    ...bestText(run, report, colours),
  ];
}

/** The elites as a table, best first. */
export function elitesText(elites: readonly NetworkReport[]): string[] {
  const lines = elites.map(
    ({ network, niche, fitness, accuracy, measures }) =>
      `  ${network.padEnd(9)} ${String(niche ?? '-').padStart(5)} ${fitnessText(fitness).padStart(8)} ${percent(accuracy.test).padStart(8)} ${quantity(measures.params).padStart(8)} ${quantity(measures.flops).padStart(8)} ${String(measures.width).padStart(6)} ${String(measures.depth).padStart(6)}`,
  );
  return ['  network   niche  fitness     test   params    FLOPs  width  depth', ...lines];
}
