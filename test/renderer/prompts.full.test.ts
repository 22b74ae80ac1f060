// Prompts in a real browser, over the engine itself: the figures of a run by prompt, with the offspring behind a reason; a
// set chosen, read as the model reads it, and one's own imported, refused first with the prompt and the field named.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../core/contract.ts';
import { builtRenderer } from '../../main/doors/web/built-renderer.ts';
import { openWebDoor, type WebDoor } from '../../main/doors/web.ts';
import { createEngine } from '../../main/engine.ts';
import { createRun } from '../../main/store/run-folder.ts';
import { smallDescription, smallSearch, smallSettings } from '../main/store/small-search.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-prompts-page-'));
const paper = join(import.meta.dirname, '..', '..', 'prompts', 'paper.json');
const homeBefore = process.env.LLMATIC_HOME;
let browser: Browser;
let engine: Engine;
let door: WebDoor;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  process.env.NODE_ENV = 'production';
  process.env.LLMATIC_HOME = join(folder, 'home');
  const store = createRun(join(folder, 'runs', 'small'), {
    ...smallDescription,
    settings: { ...smallSettings, generations: 20 },
  });
  const session = await store.startSession({});
  await smallSearch(store);
  await session.end('finished', { total: 1 });
  await store.close();
  const rendererFolder = await builtRenderer({ signal: new AbortController().signal, say: () => {} });
  engine = createEngine({
    runsFolder: join(folder, 'runs'),
    opened: { folders: [folder], remedy: (path) => `Open ${path} first.` },
  });
  door = await openWebDoor({ engine, port: 0, rendererFolder });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}, 120_000);

afterAll(async () => {
  await browser.close();
  await engine.close();
  await door.close();
  if (homeBefore === undefined) delete process.env.LLMATIC_HOME;
  else process.env.LLMATIC_HOME = homeBefore;
  rmSync(folder, { recursive: true });
});

async function open(address: string): Promise<void> {
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${door.url}#/${address}`);
}

afterEach(async () => {
  expect(complaints).toEqual([]);
  await context.close();
});

test('the figures of each prompt are those of the engine, and a reason opens the offspring behind it', async () => {
  const { byPrompt } = await engine.call('runs.get', { run: 'small' });
  const { candidates } = await engine.call('runs.candidates', { run: 'small', limit: 1000 });
  await open('run/small/prompts');
  const table = page.getByRole('table', { name: 'Prompts' });
  const chosen = byPrompt.find(({ byReason }) => (byReason.syntax ?? 0) > 1)!;
  const row = table.getByRole('row', { name: new RegExp(`^${chosen.prompt} `) });
  await row.waitFor();
  const share = (part: number): string => `${((100 * part) / chosen.offspring).toFixed(1)}\u00a0%`;
  const cells = (await row.getByRole('cell').allTextContents()).map((text) => text.trim());
  expect(cells.slice(0, 4)).toEqual([
    String(chosen.offspring),
    share(chosen.trainable),
    share(chosen.asWritten),
    share(chosen.trainable),
  ]);
  expect(cells).toContain(`${chosen.added} ${share(chosen.added)}`);
  expect(cells.at(-1)).toContain(`syntax ${chosen.byReason.syntax}`);

  await row.click();
  await page.getByRole('radio', { name: `syntax ${chosen.byReason.syntax}` }).check({ force: true });
  const behind = candidates.filter(({ prompt, reason }) => prompt === chosen.prompt && reason?.kind === 'syntax');
  const list = page.getByRole('table', { name: `Offspring of ${chosen.prompt}` });
  const ids = behind.map(({ id }) => id).sort();
  const listed = async () => (await list.getByRole('rowheader').allTextContents()).map((text) => text.trim()).sort();
  await expect.poll(listed).toEqual(ids);
  await list.getByRole('row', { name: new RegExp(`^${ids[0]}`) }).click();
  await page.waitForURL((url) => url.hash.includes(`selection=${ids[0]}`));
});

test('a set is read as the model reads it, in both forms', async () => {
  await open('new');
  await page.getByRole('button', { name: 'What the model reads' }).click();
  const dialog = page.getByRole('dialog', { name: 'What the model reads' });
  await dialog.getByRole('button', { name: 'add-dropout' }).click();
  const text = dialog.getByLabel('Text of add-dropout');
  const set = JSON.parse(readFileSync(paper, 'utf8')) as { mutation: { id: string; text: string }[] };
  const said = set.mutation.find(({ id }) => id === 'add-dropout')!.text;
  await expect
    .poll(() => text.textContent())
    .toMatch(new RegExp(`^import torch\\n[^]*return x\\n\\n"""${said}"""\\n\\n$`));
  await dialog.getByRole('radio', { name: 'Message of a chat' }).check({ force: true });
  await expect.poll(() => text.textContent()).toMatch(/^```python\nimport torch\n/);
  await dialog.getByLabel('Prompt set').selectOption('nasbench201');
  await dialog.getByRole('button', { name: 'delete-add-skip' }).click();
  await expect.poll(() => dialog.getByLabel('Text of delete-add-skip').textContent()).toContain('nn.Module');
  await dialog.getByRole('button', { name: 'Close' }).click();
  expect(await page.getByRole('dialog').count()).toBe(0);
});

test("a person's own set is refused with what is wrong, then imported and chosen", async () => {
  const set = JSON.parse(readFileSync(paper, 'utf8')) as { name: string; mutation: { id: string; text: string }[] };
  const wrong = join(folder, 'wrong.json');
  const right = join(folder, 'right.json');
  writeFileSync(wrong, JSON.stringify({ ...set, name: 'short', mutation: [{ id: 'Deeper', text: 'Deeper' }] }));
  writeFileSync(right, JSON.stringify({ ...set, name: 'short', mutation: [{ id: 'deeper', text: 'Make it deeper' }] }));
  await open('new');
  await page.getByRole('button', { name: 'Import…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Your own prompts' });
  await dialog.getByLabel('Path of the .json file').fill(wrong);
  await dialog.getByText(/prompt 1 \(Deeper\) of mutation, id: an id has small letters/).waitFor();
  expect(await dialog.getByRole('button', { name: 'Import' }).isDisabled()).toBe(true);
  await dialog.getByLabel('Path of the .json file').fill('/etc/passwd');
  await dialog.getByText(/^\/etc\/passwd may not be read from here: .* Open \/etc\/passwd first\.$/).waitFor();
  expect(await dialog.getByLabel('Path of the .json file').getAttribute('aria-invalid')).toBe('true');
  await dialog.getByLabel('Path of the .json file').fill(right);
  await dialog.getByText('4 prompts that change a network.').waitFor();
  await dialog.getByLabel('Name').fill('paper');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await dialog.getByText('paper is a prompt set of LLMatic.').waitFor();
  await dialog.getByLabel('Name').fill('mine');
  await dialog.getByRole('button', { name: 'Import' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await page.getByLabel('Prompts', { exact: true }).inputValue()).toBe('mine');
  await page.getByText('Ready to start.').waitFor();
  expect((await engine.call('prompts.list', {})).sets.map(({ name }) => name)).toContain('mine');
  const { settings } = await engine.call('search.check', {
    preset: 'demo',
    changes: { promptSet: 'mine' },
    name: null,
  });
  expect(settings).toMatchObject({ promptSet: 'mine' });
});
