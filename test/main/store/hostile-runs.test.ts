// Run folders made to trick whoever looks: every command tells what is wrong in one sentence, soon, and the list of runs
// goes on past them. All are looked at in one process, which is ended where it stays silent.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createRun, openRun } from '../../../main/store/run-folder.ts';
import { hostileRun, hostileRuns } from './hostile-runs.ts';
import { smallDescription, smallSearch, smallSettings } from './small-search.ts';

const commands = ['list', 'show', 'verify', 'export', 'resume'] as const;
const lineSchema = z.object({ kind: z.string(), command: z.enum(commands), exitCode: z.int(), text: z.string() });
type Told = Omit<z.infer<typeof lineSchema>, 'kind' | 'command'>;

/** Longer than any look takes on a busy machine, shorter than for ever. */
const silence = 180_000;

let home: string;
const told = new Map<string, Told>();
const keyOf = (kind: string, command: string): string => `${command} of ${kind}`;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'llmatic-hostile-runs-'));
  const sound = join(home, 'sound');
  const settings = { ...smallSettings, generations: 2, offspring: 4 };
  const store = createRun(sound, { ...smallDescription, settings });
  const session = await store.startSession({});
  await smallSearch(store, 2, () => {}, { faults: false });
  await session.end('finished', { total: 1 });
  await store.close();

  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      join(import.meta.dirname, 'hostile-runs-child.ts'),
      sound,
      join(home, 'h'),
    ],
    { env: { ...process.env, LLMATIC_HOME: join(home, 'data') }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let timer = setTimeout(() => child.kill('SIGKILL'), silence);
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill('SIGKILL'), silence);
    const { kind, command, ...found } = lineSchema.parse(JSON.parse(line));
    told.set(keyOf(kind, command), found);
  }
  clearTimeout(timer);
}, 600_000);
afterAll(() => rmSync(home, { recursive: true, force: true }));

it.each(['a pipe as the lock', 'a folder as the lock', 'random bytes as the lock', 'a link to a device as the lock'])(
  '%s keeps the run from being written, and is told',
  (kind) => {
    const folder = join(home, kind.replaceAll(' ', '-'));
    hostileRun(join(home, 'sound'), folder, kind);
    expect(() => openRun(folder)).toThrow(
      `${join(folder, 'run.lock')} is not what a run is locked with. Remove it, then try again.`,
    );
  },
);

/** Words of libraries, and of what was never foreseen. */
const raw =
  /internal|SQLITE_|SqliteError|Unexpected (token|end)|in JSON at|ZodError|undefined|NaN|invalid_type|ENOTDIR|EISDIR|EINVAL|heap/i;

/** Those that break nothing which the commands read: they show the run as it is. */
const shown = new Set([
  'random bytes as the log of writes',
  'random bytes as the journal',
  'a pipe as the lock',
  'a folder as the lock',
  'random bytes as the lock',
  'a link to a device as the lock',
]);

describe.each(Object.keys(hostileRuns))('%s', (kind) => {
  it('is told in sentences, soon, and hides no other run', () => {
    for (const command of commands) {
      const found = told.get(keyOf(kind, command));
      expect(found, `${command} did not end.`).toBeDefined();
      const { text, exitCode } = found!;
      expect(text, `${command}: ${text.slice(0, 500)}`).not.toMatch(raw);
      expect(exitCode, `${command}: ${text.slice(0, 500)}`).toBeLessThan(3);
      // What another wrote is not repeated at length.
      expect(text.length, command).toBeLessThan(200_000);
    }
    const list = told.get(keyOf(kind, 'list'))!;
    expect(list.exitCode, list.text).toBe(0);
    expect(list.text).toContain('other');
    const verify = told.get(keyOf(kind, 'verify'))!;
    expect(verify.exitCode === 0, verify.text).toBe(shown.has(kind));
  });
});
