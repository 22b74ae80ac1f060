/**
 * The page's door under attack: a real `llmatic serve`, and clients that do what a hostile page, or whoever got hold of
 * one, would do. For each: what the door answered; how long another client waited at most meanwhile; the processor time
 * that the server took; by how much its memory grew at most; how many processes it had. Linux: reads /proc.
 *
 * Run: node test/bench/door.ts [--only WORD]     prints one JSON document; `held` says whether all was as it must be
 */
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WebSocket } from 'ws';
import type { Client } from '../../core/contract/client.ts';
import { toContractFailure } from '../../core/contract/failure.ts';
import { socketPath } from '../../core/contract/web-socket-port.ts';
import { type CallName, callNames } from '../../core/contract.ts';
import { createRun } from '../../main/store/run-folder.ts';
import { descendants } from '../e2e/processes.ts';
import { connectTo, type Served, startServe } from '../main/doors/serve-process.ts';
import { smallDescription, smallSearch } from '../main/store/small-search.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-door-'));
const home = join(folder, 'home');
const secret = 'MARK-OF-A-SECRET';

interface Attack {
  readonly name: string;
  /** What came back, in few words, and whether that is as it must be. */
  run(at: Place): Promise<{ readonly answer: string; readonly held: boolean }>;
}

interface Place {
  readonly client: Client;
  readonly address: URL;
}

const ask = (client: Client, name: CallName, params: unknown): Promise<string> =>
  client.call(name, params as never).then(
    (result) => {
      const text = JSON.stringify(result);
      // What is wrong with settings is the answer to the question, and no failure of it.
      const problem = /"problem":\{"code":"([\w-]+)","message":"(.*?)"/.exec(text);
      return problem === null ? `answered: ${text}` : `${problem[1]}: ${problem[2]}`;
    },
    (error: unknown) => {
      const { code, message } = toContractFailure(error);
      return `${code}: ${message}`;
    },
  );

const short = (text: string): string => (text.length <= 300 ? text : `${text.slice(0, 300)}...`);

/** How often each came, after its numbers were left out. */
function tally(answers: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) {
    const kind = answer.split(':', 1)[0] ?? '';
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}

/** The answers to a raw text on a socket of its own: the first message, or the code that it was closed with. */
async function sent(address: URL, text: string): Promise<string> {
  const socket = new WebSocket(`ws://${address.host}${socketPath}${address.search}`);
  await once(socket, 'open');
  const answer = new Promise<string>((resolve) => {
    socket.on('message', (data) => resolve(data.toString()));
    socket.on('close', (code) => resolve(`closed: ${code}`));
  });
  socket.send(text);
  const got = await answer;
  socket.terminate();
  return got;
}

const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);
const wide = (bytes: number): string => `[${'0,'.repeat(bytes / 2 - 1)}0]`;
const callOf = (changes: string): string =>
  `{"type":"call","id":0,"name":"search.check","params":{"preset":"demo","name":null,"changes":{"model":${changes}}}}`;

function settingName(length: number): Attack {
  return {
    name: `a setting's name of ${length.toLocaleString('en')} characters`,
    async run({ client }) {
      const changes = { ['epochs'.padEnd(length, 'x')]: 1 };
      const answer = await ask(client, 'search.check', { preset: 'demo', changes, name: null });
      return { answer: short(answer), held: answer.includes('There is no setting') && answer.length < 1000 };
    },
  };
}

function message(name: string, text: string): Attack {
  return {
    name,
    async run({ address }) {
      const answer = await sent(address, text);
      return { answer: short(answer), held: /too large|closed: 1009/.test(answer) };
    },
  };
}

function jsonFile(name: string, text: string): Attack {
  return {
    name,
    async run({ client }) {
      const file = join(home, 'attack.json');
      writeFileSync(file, text);
      const answer = await ask(client, 'prompts.check', { file });
      return { answer: short(answer), held: /^(input|file): /.test(answer) };
    },
  };
}

/** Every call that takes a path, with one of a file that is nobody's business. */
const ways: readonly [CallName, (path: string) => unknown][] = [
  ['models.inspect', (file) => ({ file })],
  ['conversions.check', (path) => ({ path })],
  ['conversions.start', (path) => ({ path, type: 'f16' })],
  ['prompts.check', (file) => ({ file })],
  ['datasets.import', (path) => ({ path })],
  ['prompts.preview', (set) => ({ set, prompt: 'improve' })],
  ['prompts.import', (file) => ({ file })],
  ['search.check', (model) => ({ preset: 'demo', changes: { model }, name: null })],
  ['search.check', (promptSet) => ({ preset: 'demo', changes: { promptSet }, name: null })],
  ['search.estimate', (model) => ({ preset: 'demo', changes: { model }, name: null })],
  ['search.start', (model) => ({ preset: 'demo', changes: { model }, name: null })],
  ['search.resume', (model) => ({ run: 'small', model })],
  ['runs.open', (path) => ({ folder: path })],
];

async function cookieOf(address: URL): Promise<string> {
  const page = await fetch(address);
  return (page.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
}

/** How the door answers a socket that comes with a cookie alone. */
function withCookie(address: URL, cookie: string): Promise<string> {
  const socket = new WebSocket(`ws://${address.host}${socketPath}`, { headers: { cookie } });
  return new Promise((resolve) => {
    socket.on('open', () => resolve('open'));
    socket.on('unexpected-response', (_request, response) => resolve(`refused with ${response.statusCode}`));
    socket.on('error', () => {});
  });
}

const attacks: readonly Attack[] = [
  { name: 'nothing, for comparison', run: async () => ({ answer: '', held: true }) },
  settingName(20_000),
  settingName(200_000),
  message('a message of 8 MB, lists inside each other', callOf(deep(4_000_000))),
  message('a message of 8 MB, many values', callOf(wide(8_000_000))),
  message('a message of 250,000 characters, lists inside each other', callOf(deep(125_000 - 100))),
  message('a message of 250,000 characters, many values', callOf(wide(250_000))),
  jsonFile('a file of 8 MB, lists inside each other', deep(4_000_000)),
  jsonFile('a file of 8 MB, many values', wide(8_000_000)),
  jsonFile('a file of 4 MB, many values', wide(4_000_000)),
  {
    name: '2,000 verifications by one client',
    async run({ client }) {
      const answers = await Promise.all(
        Array.from({ length: 2000 }, () => ask(client, 'runs.verify', { run: 'small' })),
      );
      const counts = tally(answers);
      return { answer: JSON.stringify(counts), held: counts.answered === 256 && counts.message === 1744 };
    },
  },
  {
    name: '2,000 verifications by 20 clients, of 40 runs',
    async run({ address }) {
      const clients = await Promise.all(Array.from({ length: 20 }, () => connectTo(address.href)));
      const answers = await Promise.all(
        Array.from({ length: 2000 }, (_, index) =>
          ask(clients[index % 20]!, 'runs.verify', { run: `run-${Math.floor(index / 20) % 40}` }),
        ),
      );
      for (const client of clients) client.close();
      const counts = tally(answers);
      const held = (counts.answered ?? 0) > 0 && (counts.answered ?? 0) + (counts.busy ?? 0) === 2000;
      return { answer: JSON.stringify(counts), held };
    },
  },
  {
    name: '200 looks at a model, no two alike',
    async run({ client }) {
      const looks = Array.from({ length: 200 }, (_, index) => ({ file: null, contextLength: 100 + index }));
      const counts = tally(await Promise.all(looks.map((look) => ask(client, 'models.inspect', look))));
      return { answer: JSON.stringify(counts), held: (counts.answered ?? 0) + (counts.busy ?? 0) === 200 };
    },
  },
  {
    name: 'files of somebody else, named in every call that takes a path',
    async run({ client }) {
      const answers: string[] = [];
      for (const path of [
        '/etc/passwd',
        join(folder, 'secret.json'),
        join(home, '..', 'secret.json'),
        '/proc/self/environ',
      ]) {
        for (const [name, of] of ways) answers.push(await ask(client, name, of(path)));
      }
      const counts = tally(answers);
      // A set's name that does not end in .json names a set of the folders of sets, and no file.
      const held = !answers.some(
        (answer) => answer.includes(secret) || answer.includes('root:') || answer.startsWith('answered'),
      );
      return { answer: `${JSON.stringify(counts)} ${short(answers[0] ?? '')}`, held };
    },
  },
  {
    name: 'a broken file of the data folder, its content asked for through errors',
    async run({ client }) {
      const file = join(home, 'mine.json');
      const answers: string[] = [];
      for (const text of [secret, `{"${secret}": ${secret}`, JSON.stringify({ [secret]: secret, name: secret })]) {
        writeFileSync(file, text);
        for (const [name, of] of ways.filter(([call]) => call !== 'runs.open'))
          answers.push(await ask(client, name, of(file)));
      }
      return { answer: short(answers[3] ?? ''), held: !answers.some((answer) => answer.includes(secret)) };
    },
  },
  {
    name: 'a model written somewhere else, an export under a name that leads out of the run',
    async run({ client }) {
      const file = join(folder, 'written.gguf');
      const checkpoint = join(home, 'checkpoint');
      const answers = [
        await ask(client, 'conversions.start', { path: checkpoint, type: 'f16', file }),
        await ask(client, 'runs.export', { run: 'small', network: '../../out' }),
        await ask(client, 'runs.export', { run: '../small', network: 'best' }),
      ];
      const kinds = answers.map((answer) => answer.split(':', 1)[0]).join(' ');
      return { answer: answers.map(short).join(' | '), held: kinds === 'not-opened input input' && !existsSync(file) };
    },
  },
  {
    name: 'the cookie of another port',
    async run({ address }) {
      const other = await startServe(['--port', '0'], { folder: join(folder, 'other'), home });
      try {
        const theirs = await cookieOf(new URL(other.first));
        const own = await cookieOf(address);
        const renamed = `${own.split('=')[0]}=${theirs.split('=')[1]}`;
        const answers = [
          await withCookie(address, theirs),
          await withCookie(address, renamed),
          await withCookie(address, own),
        ];
        return {
          answer: `theirs, renamed, own: ${answers.join(', ')}`,
          held: answers.every((answer) => answer === 'refused with 401'),
        };
      } finally {
        await other.interrupt();
      }
    },
  },
  {
    name: '300 connections that ask nothing',
    async run({ address }) {
      const sockets: Socket[] = [];
      let ended = 0;
      for (let count = 0; count < 300; count++) {
        const socket = connect(Number(address.port), '127.0.0.1');
        socket
          .on('error', () => {})
          .on('close', () => ended++)
          .resume();
        sockets.push(socket);
      }
      const status = (await fetch(address)).status;
      const began = performance.now();
      while (ended < 300 && performance.now() - began < 20_000) await pause(100);
      for (const socket of sockets) socket.destroy();
      return {
        answer: `the page ${status}, ${ended} of 300 ended within ${Math.round((performance.now() - began) / 1000)} s`,
        held: status === 200 && ended === 300,
      };
    },
  },
  {
    name: 'NUL characters and names too long, in every call',
    async run({ client }) {
      const answers: string[] = [];
      for (const name of callNames) {
        for (const text of ['small\0', '\0', 'a'.repeat(100_000), '/a'.repeat(3000), 'b'.repeat(256)]) {
          const fields = [
            'run',
            'candidate',
            'network',
            'before',
            'after',
            'file',
            'path',
            'folder',
            'set',
            'prompt',
            'conversion',
            'address',
            'model',
            'name',
          ];
          // What a call does not know it refuses with the rest.
          const params = Object.fromEntries(fields.map((field) => [field, text]));
          const answer = await ask(client, name, params);
          answers.push(answer);
          if (name.startsWith('runs.') || name.startsWith('search.'))
            answers.push(await ask(client, name, { run: text }));
        }
      }
      const held = answers.every((answer) => /^(input|usage|message): /.test(answer) && answer.length <= 2100);
      return {
        answer: `${JSON.stringify(tally(answers))} ${answers.find((answer) => answer.includes('NUL')) ?? ''}`,
        held,
      };
    },
  },
];

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Megabytes of a process's memory: `VmRSS` now, `VmHWM` at most since it was last reset. */
function megabytes(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const found = new RegExp(`${what}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(found?.[1] ?? 0) / 1024;
}

/** Milliseconds of processor time that a process has had, in clock ticks of a hundredth of a second. */
function processorTime(pid: number): number {
  const status = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

async function measured(attack: Attack, { pid }: Served, place: Place, witness: Client) {
  const before = megabytes(pid, 'VmRSS');
  const worked = processorTime(pid);
  // Of a process of one's own: the highest since now.
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  let watching = true;
  let longest = 0;
  let processes = 0;
  const watch = (async () => {
    while (watching) {
      const asked = performance.now();
      await witness.call('conversions.list', {});
      longest = Math.max(longest, performance.now() - asked);
      await pause(5);
    }
  })();
  const count = setInterval(() => {
    processes = Math.max(processes, descendants(pid).length);
  }, 50);
  const began = performance.now();
  const { answer, held } = await attack.run(place);
  const milliseconds = performance.now() - began;
  watching = false;
  clearInterval(count);
  await watch;
  return {
    attack: attack.name,
    answer,
    held,
    milliseconds: Math.round(milliseconds),
    /** How long another client waited for its answer, at most. */
    blockedMilliseconds: Math.round(longest),
    processorMilliseconds: processorTime(pid) - worked,
    megabytes: Math.round(Math.max(0, megabytes(pid, 'VmHWM') - before)),
    processes,
  };
}

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
mkdirSync(join(folder, 'other', 'runs'), { recursive: true });
mkdirSync(home);
writeFileSync(join(folder, 'secret.json'), `{"${secret}": `);
for (const name of ['small', ...Array.from({ length: 40 }, (_, index) => `run-${index}`)]) {
  const store = createRun(join(folder, 'runs', name), smallDescription);
  await smallSearch(store, 1, () => {});
  await store.close();
}
const served = await startServe(['--port', '0'], { folder, home });
try {
  const address = new URL(served.first);
  const [client, witness] = [await connectTo(served.first), await connectTo(served.first)];
  for (const [name, params] of [
    ['search.form', {}],
    ['runs.list', {}],
    ['models.inspect', { file: null }],
  ] as const) {
    // What is loaded at its first use is loaded before.
    await ask(client, name, params);
  }
  const results: Awaited<ReturnType<typeof measured>>[] = [];
  for (const attack of attacks) {
    if (only !== undefined && !attack.name.includes(only)) continue;
    results.push(await measured(attack, served, { client, address }, witness));
  }
  client.close();
  witness.close();
  console.log(JSON.stringify({ held: results.every(({ held }) => held), results }, null, 2));
} finally {
  await served.kill();
  rmSync(folder, { recursive: true, force: true });
}
