/** Our verdicts on a set of published networks beside PyTorch's. */
import { failureOf } from '../../../core/failure.ts';
import type { Interpretation } from '../../../core/search/ports.ts';
import { readNetworkFile } from '../../../main/interpreter.ts';
import { gradientsErrorOf, logitsErrorOf } from './logits.ts';
import { versions } from './packages.ts';
import { networksOf, type PublishedNetwork, type SetName } from './sets.ts';
import { type PyTorchVerdict, verdictsOf } from './verdicts.ts';

export type Agreement = 'both accept' | 'both refuse' | 'refused here alone' | 'accepted here alone';

export interface Row {
  readonly name: string;
  readonly agreement: Agreement;
  /** Ours, where refused here. */
  readonly reason: string | null;
  /** Theirs, where PyTorch refuses. */
  readonly error: string | null;
  /** What both accept, differently. */
  readonly different: string | null;
  /** Largest difference of the logits over the largest; null where it was not compared. */
  readonly logitsError: number | null;
  /** Likewise of the gradients, over their norm. */
  readonly gradientsError: number | null;
}

export interface ComparedSet {
  readonly set: SetName;
  readonly rows: readonly Row[];
  /** Without a verdict of PyTorch's: not asked, or beyond its time and memory. */
  readonly unjudged: number;
}

/** Largest error of logits that counts as agreement, unless PyTorch's own float32 is a third as far off. */
const tolerance = 1e-4;

async function ours(network: PublishedNetwork): Promise<Interpretation | string> {
  const { file, factory, root, input, classes } = network;
  try {
    return await readNetworkFile(file, { factory, input, classes, ...(root === undefined ? {} : { root }) });
  } catch (error) {
    const failure = failureOf(error);
    return `${failure.kind}: ${failure.file === undefined ? '' : `${failure.file}: `}${failure.message}`;
  }
}

async function rowOf(network: PublishedNetwork, theirs: PyTorchVerdict, withLogits: boolean): Promise<Row> {
  const read = await ours(theirs.accepts && theirs.larger ? { ...network, ...network.larger } : network);
  return compared(network.name, read, theirs, withLogits);
}

/** A network as it was read here, or why it was not, beside PyTorch's verdict. */
export async function compared(
  name: string,
  read: Interpretation | string,
  theirs: PyTorchVerdict,
  withLogits: boolean,
): Promise<Row> {
  const common = { name, different: null, logitsError: null, gradientsError: null };
  if (typeof read === 'string') {
    return theirs.accepts
      ? { ...common, agreement: 'refused here alone', reason: read, error: null }
      : { ...common, agreement: 'both refuse', reason: read, error: theirs.error };
  }
  if (!theirs.accepts) return { ...common, agreement: 'accepted here alone', reason: null, error: theirs.error };
  const differences: string[] = [];
  if (read.measures.params !== theirs.params)
    differences.push(`${read.measures.params} parameters, not ${theirs.params}`);
  const entries = read.network.parameters.length + read.network.buffers.length;
  if (entries !== theirs.entries) differences.push(`${entries} entries of state_dict, not ${theirs.entries}`);
  let logitsError: number | null = null;
  if (withLogits && theirs.logits !== undefined && theirs.largest !== undefined && theirs.own !== undefined) {
    try {
      logitsError = await logitsErrorOf(read.network, theirs.logits, theirs.largest);
      if (!(logitsError <= Math.max(tolerance, 3 * theirs.own))) differences.push(`logits differ by ${logitsError}`);
    } catch (error) {
      differences.push(`its logits cannot be had: ${failureOf(error).message}`);
    }
  }
  let gradientsError: number | null = null;
  if (withLogits && theirs.gradients !== undefined && theirs.ownGradients !== undefined) {
    try {
      gradientsError = await gradientsErrorOf(read.network, theirs.gradients);
      if (!(gradientsError <= Math.max(tolerance, 3 * theirs.ownGradients)))
        differences.push(`gradients differ by ${gradientsError}`);
    } catch (error) {
      differences.push(`its gradients cannot be had: ${failureOf(error).message}`);
    }
  }
  return {
    name,
    agreement: 'both accept',
    reason: null,
    error: null,
    different: differences.length === 0 ? null : differences.join('; '),
    logitsError,
    gradientsError,
  };
}

/** Reads every network of a set that has a verdict of PyTorch's. */
export async function compareSet(
  set: SetName,
  { ask, logits }: { readonly ask: boolean; readonly logits: number },
): Promise<ComparedSet> {
  const networks = networksOf(set);
  const verdicts = await verdictsOf(set, networks, ask);
  const measurable = [...verdicts].filter(([, verdict]) => verdict.accepts && verdict.logits !== undefined);
  const step = Math.max(1, measurable.length / Math.max(1, logits));
  const sampled = new Set(measurable.filter((_, index) => logits > 0 && index % step < 1).map(([network]) => network));
  const rows: Row[] = [];
  for (const [network, verdict] of verdicts) {
    rows.push(await rowOf(network, verdict, sampled.has(network)));
    if (rows.length % 50 === 0) process.stderr.write(`${set}: ${rows.length} of ${verdicts.size}\n`);
  }
  return { set, rows, unjudged: networks.length - verdicts.size };
}

const count = (rows: readonly Row[], agreement: Agreement) => rows.filter((row) => row.agreement === agreement).length;

/** A reason without what is the program's own, so that like ones are counted together. */
function kindOf(reason: string): string {
  return reason
    .replace(/[\w/.-]+\.py: /, '')
    .replace(/[\w/.-]+\.py /, '')
    .replace(/line \d+: /, '')
    .replaceAll(/\b\d+\b/g, 'n')
    .slice(0, 240);
}

function reasonsOf(rows: readonly Row[], agreement: Agreement): [reason: string, networks: number][] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const reason = row.agreement === agreement ? (row.reason ?? row.error) : null;
    if (reason !== null) counts.set(kindOf(reason), (counts.get(kindOf(reason)) ?? 0) + 1);
  }
  return [...counts].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

/** What is printed as JSON. */
export function summaryOf({ set, rows, unjudged }: ComparedSet, withRows: boolean) {
  const both = count(rows, 'both accept');
  const alone = count(rows, 'refused here alone');
  const errors = rows.flatMap(({ logitsError }) => (logitsError === null ? [] : [logitsError]));
  return {
    set,
    version: versions[set],
    networks: rows.length,
    unjudged,
    bothAccept: both,
    bothRefuse: count(rows, 'both refuse'),
    refusedHereAlone: alone,
    acceptedHereAlone: count(rows, 'accepted here alone'),
    /** Of those that PyTorch accepts. */
    share: both / Math.max(1, both + alone),
    logits: { compared: errors.length, largestError: Math.max(0, ...errors) },
    different: rows.filter(({ different }) => different !== null).map(({ name, different }) => `${name}: ${different}`),
    reasons: reasonsOf(rows, 'refused here alone'),
    theirReasons: reasonsOf(rows, 'accepted here alone'),
    ...(withRows
      ? {
          rows: rows
            .filter(({ agreement }) => agreement === 'refused here alone' || agreement === 'accepted here alone')
            .map(({ name, agreement, reason, error }) => `${agreement}: ${name}: ${reason ?? error}`),
        }
      : {}),
  };
}

export const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The set's tables in docs/networks.md. */
export function tableOf(compared: ComparedSet): string {
  const figures = summaryOf(compared, false);
  const lines = [
    `## ${figures.set} ${figures.version}`,
    '',
    `${figures.networks} networks: ${figures.bothAccept} accepted by both, ${figures.bothRefuse} refused by both, ` +
      `${figures.refusedHereAlone} refused here alone, ${figures.acceptedHereAlone} accepted here alone` +
      `${figures.unjudged > 0 ? `, ${figures.unjudged} more without a verdict of PyTorch's (not asked yet, or beyond its time or memory)` : ''}: ` +
      `${(100 * figures.share).toFixed(1)} % of those that PyTorch accepts. Logits of ${figures.logits.compared} compared: ` +
      `at most ${figures.logits.largestError.toExponential(1)} from PyTorch's, over the largest.`,
    '',
  ];
  if (figures.reasons.length > 0) {
    lines.push('| networks | refused here alone, because |', '| ---: | --- |');
    for (const [reason, networks] of figures.reasons) lines.push(`| ${networks} | ${cell(reason)} |`);
    lines.push('');
  }
  return lines.join('\n');
}
