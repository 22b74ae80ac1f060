/**
 * Run folders as somebody might make them to trick whoever looks: each is made from a copy of a sound run. What the hand of
 * the maker does goes through plain SQLite, with its own checks off, or through the system.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

type Make = (folder: string) => void;

function edit(sql: string | ((database: Database.Database) => void)): Make {
  return (folder) => {
    const database = new Database(join(folder, 'run.sqlite'));
    database.pragma('ignore_check_constraints = ON');
    database.unsafeMode(true);
    database.pragma('writable_schema = ON');
    if (typeof sql === 'string') database.exec(sql);
    else sql(database);
    database.close();
  };
}

const file = (folder: string): string => join(folder, 'run.sqlite');

const replaced =
  (make: (path: string) => void): Make =>
  (folder) => {
    rmSync(file(folder));
    make(file(folder));
  };

/** Puts an endless view in a table's place. */
const endlessView = (table: string): Make =>
  edit((database) => {
    const columns = database
      .prepare<[], { name: string }>(`SELECT name FROM pragma_table_info('${table}')`)
      .all()
      .map(({ name }, index) => (index === 0 ? `n AS ${name}` : `'{}' AS ${name}`));
    database.exec(`DROP VIEW IF EXISTS candidate; DROP TABLE ${table};
      CREATE VIEW ${table} AS WITH RECURSIVE endless(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM endless)
      SELECT ${columns.join(', ')} FROM endless`);
  });

const rename = (id: string): Make =>
  edit((database) => {
    database.prepare("UPDATE step SET candidate = ? WHERE candidate = 'g000-001'").run(id);
  });

const setBody = (change: string, step = 'trained'): Make =>
  edit(`UPDATE step SET body = ${change} WHERE candidate = 'g000-001' AND step = '${step}'`);

const setSetting = (path: string, value: string): Make =>
  edit(`UPDATE run SET description = json_set(description, '$.settings.${path}', ${value})`);

const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

/** By what was done. */
export const hostileRuns: Readonly<Record<string, Make>> = {
  'an endless view in place of step': endlessView('step'),
  'an endless view in place of run': endlessView('run'),
  'an endless view in place of session': endlessView('session'),
  'an endless view in place of head': endlessView('head'),
  'an endless view in place of migration': endlessView('migration'),
  'an endless view of another name': edit(
    'CREATE VIEW other AS WITH RECURSIVE e(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM e) SELECT n FROM e',
  ),
  'the view candidate made endless': edit(
    'DROP VIEW candidate; CREATE VIEW candidate AS WITH RECURSIVE e(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM e) SELECT n FROM e',
  ),
  'a trigger on step': edit("CREATE TRIGGER t AFTER INSERT ON step BEGIN UPDATE run SET created = 'x'; END"),
  'a generated column': edit('ALTER TABLE step ADD COLUMN more TEXT AS (hex(zeroblob(100000000)))'),
  'an index over an expression': edit('CREATE INDEX i ON step (length(body))'),
  'a virtual table': edit('CREATE VIRTUAL TABLE v USING fts5(x)'),
  'a table that is missing': edit('DROP TABLE session'),
  'a schema text that is none': edit("UPDATE sqlite_schema SET sql = 'CREATE TABLE step (' WHERE name = 'step'"),
  'ten thousand tables': edit((database) => {
    database.transaction(() => {
      for (let index = 0; index < 10_000; index++) database.exec(`CREATE TABLE t${index} (x)`);
    })();
  }),
  'a newer schema version': edit('PRAGMA user_version = 99'),
  'a negative schema version': edit('PRAGMA user_version = -1'),
  'schema version 0': edit('PRAGMA user_version = 0'),
  'no application id': edit('PRAGMA application_id = 0'),
  'a text encoding of its own': replaced((path) => {
    const database = new Database(path);
    database.exec(
      "PRAGMA encoding = 'UTF-16le'; PRAGMA application_id = 0x4c4c4d61; PRAGMA user_version = 2; CREATE TABLE x (y)",
    );
    database.close();
  }),
  "another application's database": replaced((path) => {
    const database = new Database(path);
    database.exec('CREATE TABLE moz_places (id INTEGER PRIMARY KEY, url TEXT)');
    database.close();
  }),
  'random bytes': replaced((path) => {
    writeFileSync(
      path,
      Buffer.concat(Array.from({ length: 2000 }, (_, i) => createHash('sha256').update(String(i)).digest())),
    );
  }),
  'random bytes after the header': (folder) => {
    const bytes = readFileSync(file(folder));
    for (let at = 100; at < bytes.length; at++) bytes[at] = (at * 7919 + (at >> 3)) & 255;
    writeFileSync(file(folder), bytes);
  },
  'a file cut in the middle': (folder) => truncateSync(file(folder), Math.floor(readFileSync(file(folder)).length / 2)),
  'a file cut in its header': (folder) => truncateSync(file(folder), 50),
  'an empty file': (folder) => truncateSync(file(folder), 0),
  'a text file': replaced((path) => writeFileSync(path, 'this is no database\n')),
  'a folder': replaced((path) => mkdirSync(path)),
  'a pipe': replaced((path) => void execFileSync('mkfifo', [path])),
  'a link to a device': replaced((path) => symlinkSync('/dev/zero', path)),
  'a link that leads nowhere': replaced((path) => symlinkSync('/nowhere/at/all', path)),
  'a link to itself': replaced((path) => symlinkSync(path, path)),
  'a link to a text elsewhere': replaced((path) => symlinkSync('/etc/passwd', path)),
  'a pipe as the log of writes': (folder) => void execFileSync('mkfifo', [`${file(folder)}-wal`]),
  'a folder as the journal': (folder) => mkdirSync(`${file(folder)}-journal`),
  'random bytes as the log of writes': (folder) => writeFileSync(`${file(folder)}-wal`, Buffer.alloc(5000, 7)),
  'random bytes as the journal': (folder) => writeFileSync(`${file(folder)}-journal`, Buffer.alloc(5000, 7)),
  'a pipe as the lock': (folder) => {
    rmSync(join(folder, 'run.lock'), { force: true });
    execFileSync('mkfifo', [join(folder, 'run.lock')]);
  },
  'a folder as the lock': (folder) => {
    rmSync(join(folder, 'run.lock'), { force: true });
    mkdirSync(join(folder, 'run.lock'));
  },
  'random bytes as the lock': (folder) => writeFileSync(join(folder, 'run.lock'), Buffer.alloc(5000, 7)),
  'a link to a device as the lock': (folder) => {
    rmSync(join(folder, 'run.lock'), { force: true });
    symlinkSync('/dev/zero', join(folder, 'run.lock'));
  },
  'pipes as weights': (folder) => {
    const weights = join(folder, 'weights');
    for (const name of execFileSync('ls', [weights], { encoding: 'utf8' }).split('\n').filter(Boolean)) {
      rmSync(join(weights, name));
      execFileSync('mkfifo', [join(weights, name)]);
    }
  },
  'links to a device as weights': (folder) => {
    const weights = join(folder, 'weights');
    for (const name of execFileSync('ls', [weights], { encoding: 'utf8' }).split('\n').filter(Boolean)) {
      rmSync(join(weights, name));
      symlinkSync('/dev/zero', join(weights, name));
    }
  },
  'a file as the folder of weights': (folder) => {
    renameSync(join(folder, 'weights'), join(folder, 'moved'));
    writeFileSync(join(folder, 'weights'), 'x');
  },
  'an id with a newline': rename('g000-001\nimport os; os.system("id")'),
  'an id that leads out of the folder': rename('../../../tmp/out'),
  'an id that is a path': rename('/etc/passwd'),
  'an id with sequences for the terminal': rename('\u001b]0;t\u0007\u001b[2J'),
  'an id of a million characters': rename('g'.repeat(1_000_000)),
  'an empty id': rename(''),
  'an id with NUL': rename('g000-001\0'),
  'an id of another case': rename('G000-001'),
  'a candidate under the name of another place': rename('g000-077'),
  'a parent that leads out of the folder': setBody(`json_set(body, '$.parents', json('["../x"]'))`, 'proposed'),
  'weights that lead out of the folder': setBody(`json_set(body, '$.weights', '../../run.sqlite')`),
  'a step of a hundred million characters': setBody(
    `'{"step":"trained","x":"' || printf('%.*c', 100000000, 'x') || '"}'`,
  ),
  'a step that is nested deep': edit((database) => {
    database.prepare("UPDATE step SET body = ? WHERE candidate = 'g000-001' AND step = 'trained'").run(deep);
  }),
  'a step of another kind': edit(
    "UPDATE step SET step = 'x\u001b[2J' WHERE candidate = 'g000-001' AND step = 'trained'",
  ),
  'figures that are none': setBody(`json_set(body, '$.result.accuracy.test', 'much')`),
  'figures beyond numbers': setBody(`json_set(body, '$.result.seconds', 1e999)`),
  'a description that is nested deep': edit((database) => {
    database.prepare('UPDATE run SET description = ?').run(`{"settings":{"x":${deep}}}`);
  }),
  'a description that is no JSON': edit("UPDATE run SET description = 'x'"),
  'no description': edit('DELETE FROM run'),
  'a description of a hundred million characters': edit(
    `UPDATE run SET description = json_set(description, '$.preset', printf('%.*c', 100000000, 'x'))`,
  ),
  'a billion niches': setSetting('networkArchive.niches', '1000000000'),
  'a billion samples': setSetting('networkArchive.samples', '1000000000'),
  'a billion generations of a billion': edit(
    `UPDATE run SET description = json_set(description, '$.settings.generations', 1000000000, '$.settings.offspring', 1000000000)`,
  ),
  'a niche beyond the archive': setBody(
    `json_set(body, '$.network', json('{"niche":1000000000,"descriptors":[0,0],"clipped":[],"added":true,"why":"x","replaced":null}'))`,
    'inserted',
  ),
  'a generation of a billion': setBody(`json_set(body, '$.generation', 1000000000, '$.index', 999999999)`, 'proposed'),
  'an unknown strategy': setSetting('strategy', "'\u001b[2Jnone'"),
  'a prototype as a setting': setSetting('__proto__', `json('{"x":1}')`),
  'texts of ten million characters': edit(
    `UPDATE step SET body = json_set(body, '$.text', printf('%.*c', 10000000, 'x')) WHERE step <> 'inserted'`,
  ),
  'a million sessions': edit(
    `INSERT INTO session (started, environment, seconds) WITH RECURSIVE e(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM e LIMIT 1000000) SELECT 'x', '{}', '{}' FROM e`,
  ),
  'a session of no sense': edit(
    "UPDATE session SET started = 'never', ended = '\u001b[2J', seconds = '{\"total\": -1e300}', environment = '[]'",
  ),
};

/** A copy of the sound run, changed. */
export function hostileRun(sound: string, folder: string, kind: string): void {
  cpSync(sound, folder, { recursive: true });
  hostileRuns[kind]?.(folder);
}
