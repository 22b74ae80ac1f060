// Models in a real browser, over the engine itself: one inspected, a checkpoint converted with the page closed and
// opened again meanwhile, cancelled, refused for want of room, and the finished file taken for a search.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Engine } from '../../core/contract.ts';
import { builtRenderer } from '../../main/doors/web/built-renderer.ts';
import { openWebDoor, type WebDoor } from '../../main/doors/web.ts';
import { createEngine } from '../../main/engine.ts';
import { makeLargeCheckpoint } from '../main/llm/convert/large-checkpoint.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-models-page-'));
const tiny = join(import.meta.dirname, '..', 'golden', 'llm', 'codegen', 'tiny');
const homeBefore = process.env.LLMATIC_HOME;
const made = join(folder, 'home', 'models', 'tiny-q8_0.gguf');
let browser: Browser;
let engine: Engine;
let door: WebDoor;
let context: BrowserContext;
let page: Page;
const complaints: string[] = [];

vi.setConfig({ testTimeout: 240_000 });

beforeAll(async () => {
  process.env.NODE_ENV = 'production';
  process.env.LLMATIC_HOME = join(folder, 'home');
  const rendererFolder = await builtRenderer({ signal: new AbortController().signal, say: () => {} });
  engine = createEngine({
    runsFolder: join(folder, 'runs'),
    opened: { folders: [folder, tiny], remedy: (path) => `Open ${path} first.` },
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

async function open(): Promise<void> {
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  page = await context.newPage();
  // Where other work shares the machine, a model's process takes its time to start.
  page.setDefaultTimeout(120_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(`${door.url}#/models`);
}

beforeEach(open);
afterEach(async () => {
  expect(complaints).toEqual([]);
  await context.close();
});

async function convert(checkpoint: string, type: string): Promise<void> {
  await page.getByRole('button', { name: 'Convert a checkpoint' }).click();
  await page.getByLabel('Folder with config.json').fill(checkpoint);
  await page.getByRole('radio', { name: new RegExp(`^${type}`) }).check();
  await page.getByRole('button', { name: 'Convert', exact: true }).click();
}

test('a model is inspected, with the memory that another context takes', async () => {
  const detail = page.getByRole('complementary', { name: 'LLMatic small' });
  await detail.getByText(/^Context of 2\s?048 tokens, 512 evaluated at once, on the CPU\.$/).waitFor();
  await detail.getByText('phi2, 6 layers of width 192, 4 heads').waitFor();
  await detail.getByLabel('Context to estimate').fill('600');
  await detail.getByText('Context of 600 tokens, 512 evaluated at once, on the CPU.').waitFor();
  await detail.getByLabel('Context to estimate').fill('9000');
  await detail.getByText('can have a context of 1 to 2048 tokens, not 9000').waitFor();
});

test('a conversion goes on while the page is away, is seen again, and is cancelled', async () => {
  const sizes = { n_embd: 2048, n_head: 16, rotary_dim: 64, n_layer: 16 };
  const large = makeLargeCheckpoint(tiny, join(folder, 'large'), sizes);
  await convert(large.folder, 'q4_0');
  await page.getByRole('progressbar', { name: 'Converting large-q4_0.gguf' }).waitFor();
  await context.close();
  await open();
  const row = page.getByRole('list', { name: 'Conversions' }).getByRole('listitem');
  await row.getByText(/^\d+\.\d\s%\sof/).waitFor();
  await row.getByRole('button', { name: 'Cancel' }).click();
  await row.getByText('Cancelled; nothing was left behind.').waitFor();
  expect(existsSync(join(folder, 'home', 'models', 'large-q4_0.gguf'))).toBe(false);
  await row.getByRole('button', { name: 'Take off this list' }).click();
  await row.waitFor({ state: 'detached' });
});

test('a checkpoint becomes a model, which a search is set up with', async () => {
  await convert(tiny, 'q8_0');
  const row = page.getByRole('list', { name: 'Conversions' }).getByRole('listitem');
  await row.getByRole('button', { name: 'Search with it' }).click();
  await page.getByRole('heading', { name: 'New search' }).waitFor();
  const model = page.getByRole('combobox', { name: 'Model', exact: true }).first();
  await expect.poll(() => model.inputValue()).toBe(made);
  await page.getByText(/^Memory: .* on the CPU\.$/).waitFor();
});

test('a checkpoint that is given as a model offers to be converted', async () => {
  await page.goto(`${door.url}#/new`);
  await page.getByRole('button', { name: 'Another file…' }).click();
  await page.getByLabel('Path of the .gguf file').fill(join(tiny, 'pytorch_model.bin'));
  await page.getByText('This is the CodeGen checkpoint tiny. It can be converted.').waitFor();
  await page.getByRole('button', { name: 'Convert it…' }).click();
  await page.getByText('is there already').waitFor();
  expect(await page.getByLabel('Folder with config.json').inputValue()).toBe(tiny);
  await page.getByRole('radio', { name: /^q8_0/ }).check();
  expect(await page.getByRole('button', { name: 'Convert', exact: true }).isDisabled()).toBe(true);
  await page.getByRole('checkbox', { name: 'Replace' }).check();
  expect(await page.getByRole('button', { name: 'Convert', exact: true }).isDisabled()).toBe(false);
});
