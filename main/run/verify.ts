/**
 * Checks a run: the file, the hashes over what is recorded, every record against its schema, the order of steps, what
 * records refer to, the archives rebuilt from the records, and the weights of the elites by their hash.
 */
import { failureOf } from '../../core/failure.ts';
import { acceptedOf, type CandidateRecord, type CandidateStep, withStep } from '../../core/search/candidate.ts';
import { candidateId } from '../../core/search/search-context.ts';
import { stepNames } from '../../core/search/step-names.ts';
import { parseStep } from '../store/candidate-steps.ts';
import { chainOf } from '../store/reading/chain-of.ts';
import type { RunContent } from '../store/reading/content.ts';
import type { RunStore } from '../store/run-folder.ts';
import { parseSession } from '../store/sessions.ts';
import { checkedArchives } from './contradictions.ts';
import { setAsideOf, weightsOf } from './outcomes.ts';
import { replayProblems } from './replay.ts';

export interface Verification {
  readonly ok: boolean;
  /** How many of each thing were looked at. */
  readonly checked: {
    readonly steps: number;
    readonly candidates: number;
    readonly inserted: number;
    /** Candidates that faults of the machine set aside. */
    readonly setAside: number;
    readonly networkElites: number;
    readonly promptElites: number;
    readonly weights: number;
    readonly sessions: number;
    /** Steps recorded before there were hashes: that they are as they were recorded cannot be told. */
    readonly beforeHashes: number;
  };
  /** One sentence each, naming candidate and step. */
  readonly problems: readonly string[];
}

type Report = (problem: string) => void;

/** Every stored step that fits its schema, and a problem for every one that does not. */
function readSteps({ steps: rows }: RunContent, report: Report): [string, CandidateStep][] {
  const steps: [string, CandidateStep][] = [];
  for (const stored of rows) {
    try {
      steps.push([stored.candidate, parseStep(stored)]);
    } catch (error) {
      report(failureOf(error).message);
    }
  }
  return steps;
}

/**
 * Puts the steps together by candidate and checks that each follows the one before it. One that stands in the wrong place
 * is told once, and taken where it belongs.
 */
function assemble(steps: readonly (readonly [string, CandidateStep])[], report: Report): Map<string, CandidateRecord> {
  const records = new Map<string, CandidateRecord>();
  const position = ({ step }: CandidateStep): number => stepNames.indexOf(step);
  for (const [id, group] of Map.groupBy(steps, ([own]) => own)) {
    const own = group.map(([, step]) => step);
    for (const [index, step] of own.entries()) {
      const before = own.slice(0, index).findLast((earlier) => position(earlier) >= position(step));
      if (before !== undefined) report(`Candidate ${id}: ${step.step} is recorded after ${before.step}.`);
    }
    const inPlace = new Map(
      own.toSorted((one, other) => position(one) - position(other)).map((step) => [step.step, step]),
    );
    for (const step of inPlace.values()) {
      try {
        records.set(id, withStep(id, records.get(id) ?? null, step));
      } catch (error) {
        report(failureOf(error).message);
      }
    }
  }
  return records;
}

/** What a candidate is called, and what is said of it at its insertion, fit its life. */
function checkLife({ id, proposed, trained, inserted }: CandidateRecord, report: Report): void {
  const named = proposed.operator === 'initial' ? 'initial' : candidateId(proposed.generation, proposed.index);
  if (named !== id) report(`Candidate ${id}: was proposed as ${named}.`);
  if (trained?.result.status !== 'trained' && inserted?.network?.added === true) {
    report(`Candidate ${id}: in the network archive without a finished training.`);
  }
  if (trained === null && inserted !== null && inserted.fitness !== null) {
    report(`Candidate ${id}: has a fitness without a training.`);
  }
}

/** Parents and reused results must exist and fit. */
function checkReferences(record: CandidateRecord, records: ReadonlyMap<string, CandidateRecord>, report: Report): void {
  for (const parent of record.proposed.parents) {
    const found = records.get(parent);
    if (found === undefined) report(`Candidate ${record.id}: its parent ${parent} is not in the run.`);
    else if (found.inserted === null) report(`Candidate ${record.id}: its parent ${parent} was never inserted.`);
  }
  const sameAs = record.trained?.sameAs ?? null;
  if (sameAs === null) return;
  const original = records.get(sameAs);
  const hashOf = (candidate: CandidateRecord | undefined) => acceptedOf(candidate)?.hash ?? null;
  if (original?.trained === null || original === undefined) {
    report(`Candidate ${record.id}: reuses the result of ${sameAs}, which has none.`);
  } else if (hashOf(original) !== hashOf(record)) {
    report(`Candidate ${record.id}: reuses the result of ${sameAs}, which is another network.`);
  }
}

/** A generation is inserted whole and in index order before the next one begins. */
function checkOrder(
  steps: readonly (readonly [string, CandidateStep])[],
  records: ReadonlyMap<string, CandidateRecord>,
  report: Report,
): void {
  let latest: { generation: number; index: number; id: string } | null = null;
  for (const [id, step] of steps) {
    const proposed = records.get(id)?.proposed;
    if (proposed === undefined || step.step !== 'inserted') continue;
    const { generation, index } = proposed;
    if (
      latest !== null &&
      (generation < latest.generation || (generation === latest.generation && index <= latest.index))
    ) {
      report(`Candidate ${id} is inserted after ${latest.id}, which comes later.`);
    }
    latest = { generation, index, id };
  }
  const last = latest?.generation ?? Number.NEGATIVE_INFINITY;
  for (const { id, proposed, inserted } of records.values()) {
    if (inserted === null && proposed.generation < last) {
      report(`Candidate ${id} of generation ${proposed.generation} was never inserted, yet generation ${last} was.`);
    }
  }
}

/** Offspring are numbered from 0, none left out; the last generation may end early. */
function checkNumbers(records: ReadonlyMap<string, CandidateRecord>, report: Report): void {
  const numbers = new Map<number, Set<number>>();
  for (const { proposed } of records.values()) {
    numbers.set(proposed.generation, (numbers.get(proposed.generation) ?? new Set()).add(proposed.index));
  }
  for (const [generation, present] of numbers) {
    for (let index = 0; index < present.size; index++) {
      if (present.has(index)) continue;
      report(
        `Candidate ${candidateId(generation, index)} is missing, though generation ${generation} goes on after it.`,
      );
      break;
    }
  }
}

const trainedAgain = '`search --resume` trains them again.';

function checkWeights(
  run: RunStore,
  elites: readonly CandidateRecord[],
  records: ReadonlyMap<string, CandidateRecord>,
  isFinished: boolean,
  report: Report,
): number {
  const present = run.weightHashes();
  for (const hash of present) {
    if (run.loadWeights(hash) === null) {
      report(`Weights ${hash}: the file's content has another hash. ${trainedAgain}`);
    }
  }
  for (const elite of elites) {
    const hash = weightsOf(elite, records);
    if (hash === null) report(`Elite ${elite.id} has no weights recorded.`);
    else if (!present.includes(hash)) report(`Elite ${elite.id}: its weights ${hash} are missing. ${trainedAgain}`);
  }
  for (const name of run.foreignWeightFiles()) report(`weights/${name} does not belong to the run.`);
  const recorded = new Set([...records.values()].map((record) => record.trained?.weights));
  // A process that was killed between writing a file and recording it leaves one over: the resumed run clears it.
  if (isFinished) {
    for (const hash of present) if (!recorded.has(hash)) report(`Weights ${hash} belong to no candidate.`);
  }
  return present.length;
}

/** Checks everything; never throws for what is wrong with the records. */
export function verifyRun(run: RunStore): Verification {
  const problems: string[] = [];
  const report: Report = (problem) => problems.push(problem);
  try {
    return verifyRecords(run, problems, report);
  } catch (error) {
    report(`The records cannot be read on: ${failureOf(error).message}`);
    return { ok: false, checked: nothing, problems };
  }
}

const nothing = {
  steps: 0,
  candidates: 0,
  inserted: 0,
  setAside: 0,
  networkElites: 0,
  promptElites: 0,
  weights: 0,
  sessions: 0,
  beforeHashes: 0,
};

function checkSessions({ sessions }: RunContent, report: Report): void {
  for (const row of sessions) {
    if (parseSession(row) === null) report(`Stretch of work ${row.id}: what was noted of it is damaged.`);
  }
}

function verifyRecords(run: RunStore, problems: readonly string[], report: Report): Verification {
  const content = run.content();
  for (const problem of content.problems) report(problem);
  const chain = chainOf(content);
  for (const problem of chain?.problems ?? []) report(problem);
  checkSessions(content, report);
  const steps = readSteps(content, report);
  const records = assemble(steps, report);
  for (const record of records.values()) {
    checkLife(record, report);
    checkReferences(record, records, report);
  }
  checkOrder(steps, records, report);
  checkNumbers(records, report);
  const order = steps.flatMap(([id, step]) => (step.step === 'inserted' ? [records.get(id)] : []));
  const inserted = order.filter((record) => record !== undefined);
  const archives = checkedArchives(inserted, report);
  for (const problem of replayProblems(run.description, records, archives)) report(problem);
  const isFinished = content.sessions.at(-1)?.outcome === 'finished';
  const networkElites = [...archives.networks.elites.values()].map(({ record }) => record);
  const weights = checkWeights(run, networkElites, records, isFinished, report);
  return {
    ok: problems.length === 0,
    checked: {
      steps: steps.length,
      candidates: records.size,
      inserted: inserted.length,
      setAside: setAsideOf(records).length,
      networkElites: networkElites.length,
      promptElites: archives.prompts.elites.size,
      weights,
      sessions: content.sessions.length,
      beforeHashes: chain?.older ?? 0,
    },
    problems,
  };
}
