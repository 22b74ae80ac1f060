/** What a run's writing thread puts into the tables. It loads no schemas of steps: a thread is started for every run. */
import * as z from 'zod';
import { fail } from '../../../core/failure.ts';
import { type StepName, stepNames } from '../../../core/search/step-names.ts';
import type { KeptChain } from '../chain/keep-chain.ts';
import { sessionSchema } from '../chain/rows.ts';
import type { RunDatabase } from '../run-database.ts';

export interface StepRows {
  /** One transaction. @throws FailureError (`run`) where the step does not come in order */
  add(candidate: string, step: string, body: string): void;
  /** Takes back steps and adds one, in one transaction; the hashes are made anew. */
  replace(takeBack: readonly { readonly id: string; readonly step: string }[], step: StepText): void;
}

interface StepText {
  readonly candidate: string;
  readonly step: string;
  readonly body: string;
}

/** Candidates' steps, as the writing thread adds them, each with its hash. */
export function stepRows(database: RunDatabase, chain: KeptChain): StepRows {
  const selectNames = database.prepare('SELECT step FROM step WHERE candidate = ?').pluck();
  const insert = database.prepare('INSERT INTO step (candidate, step, body, recorded) VALUES (?, ?, ?, ?)');

  /** Steps only move forward: proposed first, none twice, none before one that is already there. */
  const checkOrder = (id: string, step: StepName): void => {
    const present = z.array(z.enum(stepNames)).parse(selectNames.all(id));
    const latest = Math.max(-1, ...present.map((name) => stepNames.indexOf(name)));
    const position = stepNames.indexOf(step);
    if (present.includes(step)) {
      fail('run', `Candidate ${id} has its ${step} step already; a step is never rewritten.`);
    }
    if (position < latest || (latest < 0 && step !== 'proposed')) {
      fail('run', `Candidate ${id}: step ${step} cannot follow ${latest < 0 ? 'nothing' : stepNames[latest]}.`);
    }
  };
  const added = ({ candidate, step, body }: StepText) => {
    checkOrder(candidate, z.enum(stepNames).parse(step));
    const recorded = new Date().toISOString();
    const sequence = Number(insert.run(candidate, step, body, recorded).lastInsertRowid);
    return { sequence, candidate, step, body, recorded };
  };
  const write = database.transaction((step: StepText) => chain.step(added(step)));
  const remove = database.prepare('DELETE FROM step WHERE candidate = ? AND step = ?');
  const rewrite = database.transaction((takeBack: readonly { id: string; step: string }[], step: StepText) => {
    for (const { id, step: name } of takeBack) remove.run(id, name);
    added(step);
    chain.again();
  });
  return {
    add: (candidate, step, body) => void write.immediate({ candidate, step, body }),
    replace: (takeBack, step) => void rewrite.immediate([...takeBack], step),
  };
}

export type SessionOutcome = 'finished' | 'interrupted' | 'failed';

export type SessionRows = ReturnType<typeof sessionRows>;

/** The rows of sessions, as the writing thread changes them, each with its hash; seconds and environments are JSON. */
export function sessionRows(database: RunDatabase, chain: KeptChain) {
  const now = (): string => new Date().toISOString();
  const insert = database.prepare('INSERT INTO session (started, environment, seconds) VALUES (?, ?, ?)');
  const update = database.prepare('UPDATE session SET seconds = ? WHERE id = ?');
  const end = database.prepare('UPDATE session SET environment = ?, seconds = ?, outcome = ?, ended = ? WHERE id = ?');
  const select = database.prepare('SELECT * FROM session WHERE id = ?');
  const changed = (id: number, change: () => unknown): void => {
    database
      .transaction(() => {
        change();
        chain.session(sessionSchema.parse(select.get(id)));
      })
      .immediate();
  };
  return {
    start(environment: string): number {
      let id = 0;
      database
        .transaction(() => {
          id = Number(insert.run(now(), environment, '{}').lastInsertRowid);
          chain.session(sessionSchema.parse(select.get(id)));
        })
        .immediate();
      return id;
    },
    update: (id: number, seconds: string): void => changed(id, () => update.run(seconds, id)),
    end(session: { readonly id: number; environment: string; seconds: string; outcome: SessionOutcome }): void {
      const { environment, seconds, outcome, id } = session;
      changed(id, () => end.run(environment, seconds, outcome, now(), id));
    },
  };
}
