// What the live view tells at a glance in a window of 1280 by 800, and the key of the search, in a real browser.
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtRenderer } from '../../main/doors/web/built-renderer.ts';
import { openWebDoor, type WebDoor } from '../../main/doors/web.ts';
import { standInEngine } from '../core/contract/stand-in-engine.ts';
import { archivesAt, best, candidateDetail, candidates, detail, row } from './made-run.ts';

let browser: Browser;
let door: WebDoor;
let page: Page;

beforeAll(async () => {
  process.env.NODE_ENV = 'production';
  const rendererFolder = await builtRenderer({ signal: new AbortController().signal, say: () => {} });
  const engine = standInEngine({
    'app.describe': () => ({
      version: '0.0.0',
      runsFolder: '/runs',
      home: '/home',
      machine: { platform: 'linux', cores: 2, memoryBytes: 8e9 },
      versions: {},
    }),
    'runs.list': () => ({ runs: [row] }),
    'runs.get': () => detail,
    'runs.archives': () => archivesAt(1),
    'runs.candidates': () => ({ total: candidates().length, candidates: candidates() }),
    'runs.candidate': ({ candidate }: { candidate: string }) => candidateDetail(candidate),
    'conversions.list': () => ({ conversions: [] }),
  });
  door = await openWebDoor({ engine, port: 0, rendererFolder });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
}, 120_000);

afterAll(async () => {
  await browser.close();
  await door.close();
});

test('best fitness and QD score stand beside each other, and nothing of them is cut off', async () => {
  await page.goto(`${door.url}#/run/made/live`);
  const chart = page.getByRole('figure', { name: 'Generations' });
  for (const title of ['Best fitness', 'QD score']) await chart.getByText(title, { exact: true }).waitFor();
  const panel = page.locator('.fitness-history');
  const [full, visible] = await panel.evaluate((node: { scrollHeight: number; clientHeight: number }) => [
    node.scrollHeight,
    node.clientHeight,
  ]);
  expect(full).toBeLessThanOrEqual(visible!);
});

test('the colours of a map and their limits stay on one line beside the inspector in the smallest window', async () => {
  await page.setViewportSize({ width: 900, height: 600 });
  await page.goto(`${door.url}#/run/made/live?selection=${best.network}`);
  const map = page.getByRole('figure', { name: 'Networks' });
  const limits = ['Lower limit of fitness', 'Upper limit of fitness'].map((name) => map.getByRole('textbox', { name }));
  await limits[0]!.waitFor();
  const [low, high] = await Promise.all(limits.map((limit) => limit.boundingBox()));
  expect(low!.y).toBe(high!.y);
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('/ in a view without a search leads to the networks of the run and their search', async () => {
  await page.goto(`${door.url}#/run/made/archives`);
  await page.getByRole('figure', { name: 'Networks' }).waitFor();
  await page.keyboard.press('/');
  await page.waitForURL(/\/networks/);
  const field = page.getByRole('searchbox', { name: 'Search candidates' });
  await expect
    .poll(() =>
      field.evaluate(
        (node: { ownerDocument: { activeElement: unknown } }) => node === node.ownerDocument.activeElement,
      ),
    )
    .toBe(true);
  await page.keyboard.type(best.network);
  expect(await field.inputValue()).toBe(best.network);
});
