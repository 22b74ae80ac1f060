// One run folder, made by the command line, read through every door: the same facts, the same failures.
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { CallName, Params } from '../../core/contract.ts';
import { embeddedModelFile } from '../../main/llm/embedded.ts';
import { runCli } from '../main/doors/run-cli.ts';
import { asked, refused } from './asking.ts';
import { doors, type OpenDoor } from './doors.ts';
import { tinySearch, tinySearchWords } from './tiny-search.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-conformance-'));
const runs = join(folder, 'runs');
const outside = join(folder, 'elsewhere', 'other');
const checkpoint = join(import.meta.dirname, '..', 'golden', 'llm', 'codegen', 'tiny');
const digits = join(import.meta.dirname, '..', 'golden', 'datasets', 'forms', 'MNIST');
/** Imported once before all, so that every door finds it there already. */
const digitsWords = ['dataset', 'import', digits, '--name', 'digits', '--as', '3x32x32'];
const paperPrompts = join(import.meta.dirname, '..', '..', 'prompts', 'paper.json');
const homeBefore = process.env.LLMATIC_HOME;

const candidateSchema = z.object({ network: z.string(), fitness: z.number() });
const reportSchema = z.object({
  created: z.string(),
  seed: z.number(),
  state: z.string(),
  candidates: z.number(),
  generations: z.object({ done: z.number(), planned: z.number() }),
  initial: candidateSchema.extend({ accuracy: z.object({ test: z.number() }) }),
  best: candidateSchema.extend({ accuracy: z.object({ test: z.number() }), source: z.string(), hash: z.string() }),
  niches: z.number(),
  filled: z.number(),
  qdScore: z.number(),
  coverage: z.number(),
  promptsFilled: z.number(),
  counts: z.record(z.string(), z.unknown()),
  elites: z.array(candidateSchema.extend({ niche: z.number(), hash: z.string() })),
  lineage: z.array(z.object({ network: z.string() })),
  settings: z.record(z.string(), z.json()),
  versions: z.record(z.string(), z.string()),
  seconds: z.object({ total: z.number() }),
});

/** What the command line says of the run. */
let report: z.infer<typeof reportSchema>;
let searched: unknown;

/** What the command line printed last: with events before it where there are some. */
function lastLine(stdout: string): unknown {
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

const answersOfCommandLine = new Map<string, Promise<unknown>>();

/** What the command line answers with; asked once, since its process takes most of a second to start. */
function commandLine(words: readonly string[]): Promise<unknown> {
  const key = words.join(' ');
  const answer = answersOfCommandLine.get(key) ?? runCommandLine(words);
  answersOfCommandLine.set(key, answer);
  return answer;
}

async function runCommandLine(words: readonly string[]): Promise<unknown> {
  const { exitCode, stdout, stderr } = await runCli([...words, '--json'], { cwd: folder });
  expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
  return lastLine(stdout);
}

const failuresOfCommandLine = new Map<string, Promise<unknown>>();

/** The failure that the command line prints; it must end with 1 or 2. */
function failureOfCommandLine(words: readonly string[]): Promise<unknown> {
  const key = words.join(' ');
  const known = failuresOfCommandLine.get(key);
  if (known !== undefined) return known;
  const failure = runCli([...words, '--json'], { cwd: folder }).then(({ exitCode, stdout }) => {
    expect([1, 2]).toContain(exitCode);
    return z.object({ error: z.object({ kind: z.string(), message: z.string() }) }).parse(lastLine(stdout)).error;
  });
  failuresOfCommandLine.set(key, failure);
  return failure;
}

beforeAll(async () => {
  process.env.LLMATIC_HOME = join(folder, 'home');
  searched = await commandLine(tinySearchWords(join(runs, 'made')));
  report = reportSchema.parse(await commandLine(['runs', 'show', join(runs, 'made')]));
  // A second one in a folder of its own, to be opened from there.
  await commandLine(tinySearchWords(join(runs, 'other')));
  await commandLine(['prompts', 'import', paperPrompts, '--name', 'mine']);
  await commandLine(digitsWords);
  mkdirSync(join(folder, 'elsewhere'));
  renameSync(join(runs, 'other'), outside);
  mkdirSync(join(runs, 'broken'));
  writeFileSync(join(runs, 'broken', 'run.sqlite'), 'this is no database, and nobody shall take it for one');
}, 180_000);

afterAll(() => {
  if (homeBefore === undefined) delete process.env.LLMATIC_HOME;
  else process.env.LLMATIC_HOME = homeBefore;
  rmSync(folder, { recursive: true });
});

/** Parameters with which each call answers; those that steer a search have a suite of their own. */
const answered: { readonly [N in CallName]: readonly Params<N>[] } = {
  'app.describe': [{}],
  'app.doctor': [{}],
  'models.list': [{}],
  'models.inspect': [{ file: null, contextLength: 512 }],
  'conversions.check': [{ path: join(checkpoint, 'config.json') }],
  'conversions.list': [{}],
  // So have served models, and conversions.
  'models.served': [],
  'conversions.start': [],
  'conversions.cancel': [],
  'conversions.forget': [],
  'prompts.list': [{}],
  'prompts.check': [{ file: paperPrompts }],
  'prompts.preview': [
    { set: 'paper', prompt: 'improve' },
    { set: 'paper', prompt: 'crossover-three' },
    { set: 'nasbench201', prompt: 'delete-layer' },
  ],
  'prompts.import': [{ file: paperPrompts, name: 'mine' }],
  'datasets.list': [{}],
  'datasets.importers': [{}],
  'datasets.import': [{ path: digits, name: 'digits', choices: { as: '3x32x32' } }],
  'search.form': [{}],
  'search.check': [
    { ...tinySearch, name: null },
    { preset: 'demo', changes: { generations: -1 }, name: 'new' },
  ],
  'search.estimate': [{ ...tinySearch, name: null }],
  'search.start': [],
  'search.pause': [],
  'search.resume': [],
  'search.stop': [],
  'runs.list': [{}],
  'runs.open': [{ folder: outside }],
  'runs.forget': [{ run: outside }],
  'runs.trust': [{ run: 'made' }],
  'runs.get': [{ run: 'made' }],
  'runs.archives': [{ run: 'made' }, { run: 'made', generation: -1 }, { run: 'made', generation: 0 }],
  'runs.candidates': [
    { run: 'made' },
    { run: 'made', offset: 2, limit: 3 },
    { run: 'made', offset: 1000 },
    { run: 'made', outcome: 'refused' },
    { run: 'made', search: 'INITIAL trained' },
  ],
  'runs.candidate': [
    { run: 'made', candidate: 'initial' },
    { run: 'made', candidate: 'g000-000' },
    { run: 'made', candidate: 'g001-002' },
  ],
  'runs.source': [{ run: 'made', candidate: 'initial' }],
  'runs.difference': [{ run: 'made', before: 'initial', after: 'initial' }],
  'runs.verify': [{ run: 'made' }],
  'runs.export': [{ run: 'made', network: 'initial' }],
};

/** Calls that must fail: with the code that programs may rely on. */
const failing: readonly (readonly [CallName, unknown, string])[] = [
  ...(Object.keys(answered) as CallName[]).flatMap((name): [CallName, unknown, string][] => [
    [name, null, 'input'],
    [name, [], 'input'],
    [name, { surplus: 1 }, 'input'],
  ]),
  ...(
    [
      'runs.get',
      'runs.archives',
      'runs.candidates',
      'runs.verify',
      'runs.trust',
      'search.pause',
      'search.resume',
      'search.stop',
    ] as const
  ).flatMap((name): [CallName, unknown, string][] => [
    [name, { run: 'none' }, 'run'],
    [name, { run: 'broken' }, 'run'],
    [name, { run: '../elsewhere/other' }, 'input'],
    [name, { run: '..' }, 'input'],
    [name, { run: outside }, 'input'],
    [name, { run: '' }, 'input'],
    [name, { run: 7 }, 'input'],
  ]),
  ['runs.candidate', { run: 'none', candidate: 'initial' }, 'run'],
  ['runs.candidate', { run: 'made', candidate: 'g999-000' }, 'input'],
  ['runs.source', { run: 'none', candidate: 'initial' }, 'run'],
  ['runs.source', { run: 'made', candidate: 'g999-000' }, 'input'],
  ['runs.difference', { run: 'none', before: 'initial', after: 'initial' }, 'run'],
  ['runs.difference', { run: 'made', before: 'initial', after: 'g999-000' }, 'input'],
  ['runs.difference', { run: 'made', before: 'initial' }, 'input'],
  ['runs.export', { run: 'none', network: 'initial' }, 'run'],
  ['runs.export', { run: 'made', network: 'g999-000' }, 'run'],
  ['runs.export', { run: 'made', network: '../../escape' }, 'input'],
  ['runs.archives', { run: 'made', generation: 9 }, 'input'],
  ['runs.archives', { run: 'made', generation: -2 }, 'input'],
  ['runs.candidates', { run: 'made', limit: 0 }, 'input'],
  ['runs.candidates', { run: 'made', limit: 1001 }, 'input'],
  ['runs.candidates', { run: 'made', outcome: 'lost' }, 'input'],
  ['runs.open', { folder: '/' }, 'not-opened'],
  ['runs.open', { folder: join(folder, 'nowhere') }, 'run'],
  ['runs.forget', { run: 'made' }, 'input'],
  ['runs.forget', { run: join(folder, 'nowhere') }, 'input'],
  ['search.pause', { run: 'made' }, 'state'],
  ['search.resume', { run: 'made' }, 'state'],
  ['search.stop', { run: 'made' }, 'state'],
  ['search.resume', { run: 'made', workers: 0 }, 'input'],
  ['search.resume', { run: 'made', model: '' }, 'input'],
  ['search.start', { preset: 'none', changes: {}, name: null }, 'usage'],
  ['search.start', { preset: 'demo', changes: { nothing: 1 }, name: null }, 'usage'],
  ['search.start', { preset: 'demo', changes: { offspring: 0 }, name: null }, 'usage'],
  ['search.start', { preset: 'demo', changes: {}, name: 'made' }, 'run'],
  ['search.start', { preset: 'demo', changes: {}, name: '../out' }, 'input'],
  ['search.start', { preset: 'demo', changes: { model: join(folder, 'none.gguf') }, name: null }, 'file'],
  ['search.start', { preset: 'demo', changes: { dataset: 'none' }, name: null }, 'dataset'],
  ['search.start', { preset: 'demo', changes: { strategy: 'map-elites' }, name: null }, 'usage'],
  ['search.start', { preset: 'demo', changes: { 'trainer.device': 'cuda' }, name: null }, 'usage'],
  ['models.inspect', { file: join(folder, 'none.gguf') }, 'file'],
  ['models.inspect', { file: checkpoint }, 'model-file'],
  ['models.inspect', { file: null, contextLength: 1e6 }, 'usage'],
  ['models.inspect', { file: null, contextLength: 0 }, 'input'],
  ['prompts.check', { file: join(folder, 'none.json') }, 'file'],
  ['prompts.check', { file: embeddedModelFile() }, 'file'],
  ['prompts.preview', { set: 'none', prompt: 'improve' }, 'input'],
  ['prompts.preview', { set: '../../x', prompt: 'improve' }, 'input'],
  ['prompts.preview', { set: 'paper', prompt: 'none' }, 'usage'],
  ['prompts.import', { file: paperPrompts }, 'input'],
  ['prompts.import', { file: paperPrompts, name: '../x' }, 'usage'],
  ['datasets.import', { path: join(folder, 'nowhere') }, 'file'],
  ['datasets.import', { path: checkpoint }, 'dataset'],
  ['datasets.import', { path: digits, name: '../x' }, 'usage'],
  ['datasets.import', { path: digits, choices: { as: '1x1x1' } }, 'usage'],
  ['datasets.import', { path: digits, choices: { size: '1' } }, 'usage'],
  ['conversions.check', { path: join(folder, 'nowhere') }, 'file'],
  ['conversions.check', { path: runs }, 'checkpoint'],
  ['conversions.start', { path: checkpoint, type: 'q4_k' }, 'input'],
  ['conversions.start', { path: join(folder, 'nowhere'), type: 'f16' }, 'file'],
  ['conversions.cancel', { conversion: 'none' }, 'input'],
  ['conversions.forget', { conversion: 'none' }, 'input'],
  ['no.such.call' as CallName, {}, 'message'],
];

interface Answer {
  readonly name: CallName;
  readonly params: unknown;
  readonly result: unknown;
}

const ofTheMoment: ReadonlySet<CallName> = new Set(['app.doctor', 'models.inspect', 'conversions.check']);

async function everything({ first }: OpenDoor): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const [name, given] of Object.entries(answered) as [CallName, readonly Params<CallName>[]][]) {
    for (const params of given) answers.push({ name, params, result: await asked(first, name, params) });
  }
  return answers;
}

describe.each(doors)('$name', (door) => {
  let open: OpenDoor;
  beforeAll(async () => {
    open = await door.open(runs, [folder, checkpoint, digits]);
  });
  afterAll(() => open.close());

  it('tells of a run what the command line tells', async () => {
    const { runs: rows } = await asked(open.first, 'runs.list', {});
    expect(rows.map(({ id, state }) => [id, state])).toEqual([
      ['made', 'finished'],
      ['broken', 'unreadable'],
    ]);
    const { row, counts, versions, settings, history } = await asked(open.first, 'runs.get', { run: 'made' });
    expect(rows[0]).toEqual(row);
    const listed = z.object({ runs: z.array(z.looseObject({ run: z.string(), problem: z.string().optional() })) });
    expect(
      listed.parse(await commandLine(['runs', 'list', runs])).runs.map(({ run, problem = null }) => ({ run, problem })),
    ).toEqual(rows.map((each) => ({ run: each.folder, problem: each.problem?.message ?? null })));
    expect(row).toMatchObject({
      folder: join(runs, 'made'),
      created: report.created,
      preset: 'demo',
      seed: report.seed,
      generations: report.generations,
      offspring: 3,
      candidates: report.candidates,
      ended: report.candidates,
      niches: report.niches,
      filled: report.filled,
      qdScore: report.qdScore,
      initial: { network: 'initial', fitness: report.initial.fitness, testAccuracy: report.initial.accuracy.test },
      best: {
        network: report.best.network,
        fitness: report.best.fitness,
        testAccuracy: report.best.accuracy.test,
      },
      seconds: report.seconds.total,
      problem: null,
    });
    expect({ counts, versions, settings }).toEqual({
      counts: report.counts,
      versions: report.versions,
      settings: report.settings,
    });
    expect(history.map(({ generation }) => generation)).toEqual([-1, 0, 1]);
    expect(history.at(-1)).toMatchObject({
      best: { network: report.best.network, fitness: report.best.fitness },
      filled: report.filled,
      coverage: report.coverage,
      qdScore: report.qdScore,
      promptsFilled: report.promptsFilled,
    });
    expect(searched).toMatchObject({ best: { network: row.best?.network, fitness: row.best?.fitness } });
  });

  it('has the archives and candidates of the command line', async () => {
    const { networks, prompts } = await asked(open.first, 'runs.archives', { run: 'made' });
    const byFitness = [...networks.elites].sort((a, b) => b.fitness - a.fitness || a.niche - b.niche);
    expect(byFitness.map(({ id, niche, fitness, hash }) => ({ network: id, niche, fitness, hash }))).toEqual(
      report.elites.map(({ network, niche, fitness, hash }) => ({ network, niche, fitness, hash })),
    );
    expect(prompts.elites).toHaveLength(report.promptsFilled);
    const best = await asked(open.first, 'runs.candidate', { run: 'made', candidate: report.best.network });
    expect(best).toMatchObject({ source: report.best.source, lineage: report.lineage });
    expect(best.row).toMatchObject({ hash: report.best.hash, elite: true });
    const { total, candidates } = await asked(open.first, 'runs.candidates', { run: 'made' });
    expect([total, candidates.length, candidates.at(-1)?.id]).toEqual([
      report.candidates,
      report.candidates,
      'initial',
    ]);
  });

  it('has the clean source and the differences of the command line', async () => {
    const [initial, best] = [report.initial.network, report.best.network];
    const { source: bestSource } = await asked(open.first, 'runs.candidate', { run: 'made', candidate: best });
    const { source: initialSource } = await asked(open.first, 'runs.candidate', { run: 'made', candidate: initial });
    const files = [join(folder, 'initial.py'), join(folder, 'best.py')] as const;
    writeFileSync(files[0], initialSource ?? '');
    writeFileSync(files[1], bestSource ?? '');
    const clean = await asked(open.first, 'runs.source', { run: 'made', candidate: best });
    expect(await commandLine(['network', 'source', files[1]])).toMatchObject(clean);
    const difference = await asked(open.first, 'runs.difference', { run: 'made', before: initial, after: best });
    const { counts, changes, before, after } = difference;
    expect(await commandLine(['network', 'diff', ...files])).toMatchObject({
      counts,
      changes,
      before: { hash: before.hash, ...before.measures },
      after: { hash: after.hash, ...after.measures },
    });
    expect([before.id, after.id, after.hash]).toEqual([initial, best, report.best.hash]);
  });

  it('verifies, exports and lists models and datasets as the command line does', async () => {
    expect(await asked(open.first, 'runs.verify', { run: 'made' })).toEqual(
      await commandLine(['runs', 'verify', join(runs, 'made')]),
    );
    const exported = await commandLine(['export', join(runs, 'made'), 'best', '--out', join(folder, 'exported')]);
    const { files } = await asked(open.first, 'runs.export', { run: 'made', network: 'best' });
    expect(exported).toMatchObject({ exported: [{ network: report.best.network, files }] });
    const { models } = await asked(open.first, 'models.list', {});
    const listed = z.object({ models: z.array(z.record(z.string(), z.unknown())) });
    const cliModels = listed.parse(await commandLine(['model', 'list'])).models;
    expect(models.map(({ name, bytes, embedded }) => ({ name, bytes, embedded }))).toEqual(
      cliModels.map(({ name, bytes, embedded }) => ({ name, bytes, embedded })),
    );
    const { datasets } = await asked(open.first, 'datasets.list', {});
    expect(await commandLine(['dataset', 'list'])).toMatchObject({
      datasets: datasets.map(({ name, classes, shape, train, test, source }) => ({
        name,
        classes,
        shape,
        train,
        test,
        source,
      })),
    });
  });

  it('imports a dataset as the command line does, and says the same of what is not read', async () => {
    const given = join(folder, 'pictures', 'train', 'cat');
    mkdirSync(given, { recursive: true });
    writeFileSync(join(given, '1.png'), '');
    const { message } = await refused(open.first, 'datasets.import', { path: join(folder, 'pictures') });
    expect(message).toMatch(
      /holds images as files of their own \(train\/cat\/1\.png\), which are not read.*numpy\.savez/,
    );
    expect(await failureOfCommandLine(['dataset', 'import', join(folder, 'pictures')])).toMatchObject({ message });
    const params = { path: digits, name: 'digits', choices: { as: '3x32x32' } };
    const { dataset, notes, already } = await asked(open.first, 'datasets.import', params);
    const { name, classes, shape, train, test, source } = dataset;
    expect(already).toBe(true);
    expect(await commandLine(digitsWords)).toMatchObject({ name, classes, shape, train, test, source, notes });
    const { importers } = await asked(open.first, 'datasets.importers', {});
    const usage = (await runCli(['dataset', 'import', '--help'])).stdout;
    for (const { title, example, options } of importers) {
      expect(usage).toContain(`${title} (${example})`);
      for (const { name, values } of options) expect(usage).toContain(`--${name} ${values.join(' | ')}`);
    }
  });

  it('has the prompt sets and the texts for a model of the command line', async () => {
    const { sets } = await asked(open.first, 'prompts.list', {});
    expect(sets.map(({ name, own, changes }) => ({ name, own, changes }))).toEqual([
      { name: 'nasbench201', own: false, changes: 'cell' },
      { name: 'paper', own: false, changes: 'network' },
      { name: 'mine', own: true, changes: 'network' },
    ]);
    expect(await commandLine(['prompts', 'list'])).toMatchObject({
      sets: sets.map(({ name, file, own }) => ({ name, file, own })),
    });
    for (const { name, prompts } of sets) {
      const { id, text } = prompts.at(-1)!;
      const preview = await asked(open.first, 'prompts.preview', { set: name, prompt: id });
      expect(await commandLine(['prompts', 'preview', name, '--prompt', id])).toMatchObject(preview);
      // Both forms say what the set says, in their own way.
      expect(preview.completion).toContain(`\n"""${text}"""\n\n`);
      expect(preview.chat).toContain(text.replace(/[.\s]+$/, ''));
      expect(preview.chat).toMatch(/^```python\n/);
    }
    const [, paper, mine] = sets;
    expect(paper?.prompts.map(({ id, number }) => [id, number]).slice(0, 2)).toEqual([
      ['add-layer', 0],
      ['delete-layer', 1],
    ]);
    expect(mine?.prompts).toEqual(paper?.prompts);
  });

  it('refuses a prompt set of a person with the prompt and the field named', async () => {
    const file = join(folder, 'wrong.json');
    const paper = JSON.parse(readFileSync(paperPrompts, 'utf8')) as { mutation: { id: string; text: string }[] };
    paper.mutation[2] = { id: 'improve', text: '' };
    writeFileSync(file, JSON.stringify({ ...paper, name: 'wrong' }));
    for (const name of ['prompts.check', 'prompts.import'] as const) {
      expect((await refused(open.first, name, { file })).message).toMatch(/prompt 3 \(improve\) of mutation, text/);
    }
    expect((await asked(open.first, 'prompts.list', {})).sets.map(({ name }) => name)).not.toContain('wrong');
  });

  it('inspects a model as the command line does', async () => {
    const cli = await commandLine(['model', 'inspect', embeddedModelFile()]);
    const { memory, problems, ...inspection } = await asked(open.first, 'models.inspect', { file: null });
    const { architecture, parameters, contextLength, quantization, tensors, chat, prompts } = inspection;
    expect(cli).toMatchObject({
      ...{ architecture, parameters, contextLength, quantization, tensors, chat, prompts },
      // What is free changes from moment to moment.
      memory: { weights: memory?.weights, context: memory?.context, batch: memory?.batch, gpuLayers: 0 },
    });
    expect(problems).toEqual([]);
    expect(memory?.needs.ram).toBeGreaterThan((memory?.weights.ram ?? 0) + (memory?.context.ram ?? 0));
  });

  it('answers every call as its schema says, and as the engine itself does', async () => {
    const engine = await doors[0]!.open(runs, [folder, checkpoint, digits]);
    try {
      const own = await everything(engine);
      const through = await everything(open);
      const lasting = ({ name, result, ...rest }: Answer) => ({
        ...rest,
        name,
        // What the machine can do is described in figures of the moment.
        result: ofTheMoment.has(name) ? null : result,
      });
      expect(through.map(lasting)).toEqual(own.map(lasting));
      expect(new Set(through.map(({ name }) => name)).size).toBe(
        Object.values(answered).filter((given) => given.length > 0).length,
      );
    } finally {
      await engine.close();
    }
  });

  it('fails as values with codes that last, and goes on', async () => {
    const codes: unknown[] = [];
    for (const [name, params] of failing) codes.push([name, params, (await refused(open.first, name, params)).code]);
    expect(codes).toEqual(failing.map((entry) => [...entry]));
    expect((await asked(open.first, 'runs.get', { run: 'made' })).row.state).toBe('finished');
  });

  it.each<[string[], CallName, unknown]>([
    [['runs', 'show', join(runs, 'none')], 'runs.get', { run: 'none' }],
    [['runs', 'show', join(runs, 'broken')], 'runs.get', { run: 'broken' }],
    [['runs', 'verify', join(runs, 'broken')], 'runs.verify', { run: 'broken' }],
    [
      ['export', join(runs, 'made'), 'g999-000', '--out', join(folder, 'not-exported')],
      'runs.export',
      { run: 'made', network: 'g999-000' },
    ],
    [
      ['search', '--preset', 'demo', '--set', 'dataset=none'],
      'search.start',
      { preset: 'demo', changes: { dataset: 'none' }, name: null },
    ],
    [
      ['search', '--preset', 'demo', '--set', 'trainer.device=cuda'],
      'search.start',
      { preset: 'demo', changes: { 'trainer.device': 'cuda' }, name: null },
    ],
  ])('fails with the code and the words of the command line: %j', async (words, name, params) => {
    const { code, message } = await refused(open.first, name, params);
    expect(await failureOfCommandLine(words)).toEqual({ kind: code, message });
  });

  it('answers many calls of two clients at once, each with its own', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'initial' : 'g000-001'));
    const answers = await Promise.all(
      ids.map((candidate, index) =>
        asked(index % 3 === 0 ? open.first : open.second, 'runs.candidate', { run: 'made', candidate }),
      ),
    );
    expect(answers.map(({ row }) => row.id)).toEqual(ids);
  });

  it('tells both clients of runs that come and go, and keeps an opened run for the next start', async () => {
    const heard: [unknown[], unknown[]] = [[], []];
    const ends = [open.first, open.second].map((contract, index) =>
      contract.subscribe((event) => heard[index]!.push(event.type === 'run-changed' ? event.row.id : event)),
    );
    const { row } = await asked(open.first, 'runs.open', { folder: outside });
    expect(row).toMatchObject({
      id: outside,
      folder: outside,
      state: 'finished',
      best: { network: report.best.network },
    });
    const again = await door.open(runs);
    expect((await asked(again.first, 'runs.list', {})).runs.map(({ id }) => id)).toContain(outside);
    await again.close();
    expect(await asked(open.second, 'runs.forget', { run: outside })).toEqual({});
    await expect.poll(() => heard[1].length).toBeGreaterThanOrEqual(2);
    await expect.poll(() => heard[0]).toEqual(heard[1]);
    expect(heard[0]).toEqual([outside, { type: 'run-removed', run: outside }]);
    for (const end of ends) end();
    expect((await asked(open.second, 'runs.list', {})).runs.map(({ id }) => id)).toEqual(['made', 'broken']);
  });
});
