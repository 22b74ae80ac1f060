/**
 * Tables of a run's SQLite file, as numbered migrations: version n is reached by running the first n. A migration that
 * has been released is never edited; a change is a new one at the end.
 */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** Marks a SQLite file as a run (PRAGMA application_id): the bytes "LLMa". */
export const applicationId = 0x4c4c4d61;

export const migrations: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE migration (version INTEGER PRIMARY KEY, applied TEXT NOT NULL) STRICT;
      CREATE TABLE run (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        created TEXT NOT NULL,
        description TEXT NOT NULL CHECK (json_valid(description))
      ) STRICT;
      CREATE TABLE step (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        candidate TEXT NOT NULL,
        step TEXT NOT NULL CHECK (step IN ('proposed', 'generated', 'interpreted', 'trained', 'inserted')),
        body TEXT NOT NULL CHECK (json_valid(body)),
        recorded TEXT NOT NULL,
        UNIQUE (candidate, step)
      ) STRICT;
      CREATE TABLE session (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        started TEXT NOT NULL,
        ended TEXT,
        outcome TEXT,
        environment TEXT NOT NULL CHECK (json_valid(environment)),
        seconds TEXT NOT NULL CHECK (json_valid(seconds))
      ) STRICT;
      CREATE VIEW candidate AS
        SELECT
          p.candidate AS id,
          p.body ->> '$.generation' AS generation,
          p.body ->> '$.operator' AS operator,
          p.body -> '$.parents' AS parents,
          p.body ->> '$.individual.prompt' AS prompt,
          p.body ->> '$.individual.temperature' AS temperature,
          p.body ->> '$.seed' AS seed,
          g.body ->> '$.text' AS text,
          i.body ->> '$.verdict.kind' AS verdict,
          i.body ->> '$.verdict.reason.message' AS reason,
          i.body ->> '$.verdict.hash' AS hash,
          t.body ->> '$.result.status' AS training,
          t.body ->> '$.result.accuracy.test' AS test_accuracy,
          n.body ->> '$.fitness' AS fitness,
          n.body ->> '$.network.niche' AS niche,
          n.body ->> '$.network.added' AS added,
          n.body ->> '$.network.why' AS why
        FROM step p
        LEFT JOIN step g ON g.candidate = p.candidate AND g.step = 'generated'
        LEFT JOIN step i ON i.candidate = p.candidate AND i.step = 'interpreted'
        LEFT JOIN step t ON t.candidate = p.candidate AND t.step = 'trained'
        LEFT JOIN step n ON n.candidate = p.candidate AND n.step = 'inserted'
        WHERE p.step = 'proposed'
        ORDER BY p.sequence;
    `,
  },
  {
    // Hashes of what is recorded (chain/); whoever applies this one fills them in the same transaction.
    version: 2,
    sql: `
      CREATE TABLE step_hash (sequence INTEGER PRIMARY KEY, hash TEXT NOT NULL, fields TEXT NOT NULL) STRICT;
      CREATE TABLE session_hash (id INTEGER PRIMARY KEY, hash TEXT NOT NULL, fields TEXT NOT NULL) STRICT;
      CREATE TABLE head (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        steps INTEGER NOT NULL,
        latest TEXT NOT NULL,
        older INTEGER NOT NULL,
        fields TEXT NOT NULL,
        digest TEXT NOT NULL,
        seal TEXT NOT NULL
      ) STRICT;
    `,
  },
];

/** From this version on a run carries hashes. */
export const hashedVersion = 2;

/** The schema version that this program writes. */
export const schemaVersion = migrations.length;
