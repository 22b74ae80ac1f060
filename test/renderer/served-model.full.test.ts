// A model from a server, chosen in a real browser over the engine itself: asked for, refused, allowed, taken.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Engine } from '../../core/contract.ts';
import { builtRenderer } from '../../main/doors/web/built-renderer.ts';
import { openWebDoor, type WebDoor } from '../../main/doors/web.ts';
import { createEngine } from '../../main/engine.ts';
import { listing, type StandIn, standIn } from '../main/llm/served/stand-in.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-served-page-'));
let server: StandIn;
let browser: Browser;
let engine: Engine;
let door: WebDoor;
let page: Page;

beforeAll(async () => {
  process.env.NODE_ENV = 'production';
  server = await standIn({ '/v1/models': listing(['coder:7b', 'other']) });
  const rendererFolder = await builtRenderer({ signal: new AbortController().signal, say: () => {} });
  engine = createEngine({ runsFolder: join(folder, 'runs') });
  door = await openWebDoor({ engine, port: 0, rendererFolder });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  page = await browser.newPage();
  await page.goto(`${door.url}#/new`);
}, 120_000);

afterAll(async () => {
  await browser.close();
  await engine.close();
  await door.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

test('a server is asked for its models, and one is taken for the search', async () => {
  await page.getByRole('button', { name: 'From a server…' }).click();
  const dialog = page.getByRole('dialog', { name: 'A model from a server' });
  await dialog.getByLabel('Address').fill('http://127.0.0.1:1/v1');
  await dialog.getByRole('button', { name: 'Ask the server for its models' }).click();
  await dialog.getByText(/127\.0\.0\.1:1\/v1 does not answer: nothing listens there/).waitFor();
  await dialog.getByLabel('Address').fill(server.address);
  await dialog.getByRole('button', { name: 'Ask the server for its models' }).click();
  await dialog.getByLabel('Its models').selectOption('other');
  await dialog.getByRole('button', { name: 'Use this model' }).click();
  await dialog.waitFor({ state: 'detached' });
  const model = page.getByRole('combobox', { name: 'Model', exact: true }).first();
  await expect.poll(() => model.inputValue()).toBe(`${server.address}#other`);
  await page.getByText(`Served by another program at ${server.address}.`).waitFor();
  await page.getByText('Ready to start.').waitFor();
});

test('an address elsewhere is asked only after the box is ticked', async () => {
  await page.getByRole('button', { name: 'From a server…' }).click();
  const dialog = page.getByRole('dialog', { name: 'A model from a server' });
  await dialog.getByLabel('Address').fill('http://192.0.2.1:8080/v1');
  expect(await dialog.getByRole('checkbox').count()).toBe(0);
  await dialog.getByRole('button', { name: 'Ask the server for its models' }).click();
  await dialog
    .getByText(/not on this machine.*every prompt/)
    .first()
    .waitFor();
  const box = dialog.getByRole('checkbox', { name: /I allow that for this search/ });
  await box.check();
  // The word was for that address: another one asks for it anew.
  await dialog.getByLabel('Address', { exact: true }).fill('http://192.0.2.2:8080/v1');
  expect(await box.count()).toBe(0);
  await dialog.getByRole('button', { name: 'Ask the server for its models' }).click();
  await box.waitFor();
  expect(await box.isChecked()).toBe(false);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
});
