// Importing a dataset in a real browser, over the engine itself: the list of importers, a sentence for what is not read, an
// import with an option.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../core/contract.ts';
import { importers } from '../../main/datasets/importers/table.ts';
import { builtRenderer } from '../../main/doors/web/built-renderer.ts';
import { openWebDoor, type WebDoor } from '../../main/doors/web.ts';
import { createEngine } from '../../main/engine.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-datasets-page-'));
const forms = join(import.meta.dirname, '..', 'golden', 'datasets', 'forms');
const homeBefore = process.env.LLMATIC_HOME;
let browser: Browser;
let engine: Engine;
let door: WebDoor;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  process.env.NODE_ENV = 'production';
  process.env.LLMATIC_HOME = join(folder, 'home');
  const rendererFolder = await builtRenderer({ signal: new AbortController().signal, say: () => {} });
  engine = createEngine({
    runsFolder: join(folder, 'runs'),
    opened: { folders: [folder, forms], remedy: (path) => `Open ${path} first.` },
  });
  door = await openWebDoor({ engine, port: 0, rendererFolder });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
}, 120_000);

afterAll(async () => {
  await browser.close();
  await engine.close();
  await door.close();
  if (homeBefore === undefined) delete process.env.LLMATIC_HOME;
  else process.env.LLMATIC_HOME = homeBefore;
  rmSync(folder, { recursive: true });
});

test('every importer is named, what is not read is told, and what is read is imported', async () => {
  await page.goto(`${door.url}#/data`);
  for (const { title, reads } of importers) {
    await page.getByRole('term').filter({ hasText: title }).waitFor();
    await page.getByRole('definition').filter({ hasText: reads }).waitFor();
  }
  await page.getByRole('button', { name: 'Import…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Import a dataset' });
  const parquet = join(folder, 'train.parquet');
  writeFileSync(parquet, 'PAR1');
  await dialog.getByLabel('Path of the file or folder').fill(parquet);
  await dialog.getByRole('button', { name: 'Import' }).click();
  await expect.poll(() => dialog.getByRole('alert').textContent()).toMatch(/is Parquet.*numpy\.savez/);
  await dialog.getByLabel('Path of the file or folder').fill(join(forms, 'MNIST'));
  expect(await dialog.getByRole('alert').textContent()).toBe('');
  await dialog.getByLabel('Name').fill('digits');
  await dialog.getByLabel('MNIST, NumPy .npz: as').selectOption('3x32x32');
  if (process.env.LLMATIC_PICTURE !== undefined) await page.screenshot({ path: process.env.LLMATIC_PICTURE });
  await dialog.getByRole('button', { name: 'Import' }).click();
  const row = page.getByRole('row', { name: /^digits/ });
  await row.waitFor();
  expect(await row.getByRole('cell').allTextContents()).toEqual(['10', '32 × 32 × 3', '7', '3', 'mnist-idx']);
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(complaints).toEqual([]);
});
