// A person's way through the page, in real Chromium, on a real demo search: start it, watch it, pause, resume, stop and
// resume, lose the server to a kill, resume from what was saved, look at an elite, export it. The archive is that of a search left alone.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runReport } from '../../main/run/report.ts';
import { storedRun } from '../../main/run/run.ts';
import { verifyRun } from '../../main/run/verify.ts';
import { isBeingWritten, openRun } from '../../main/store/run-folder.ts';
import { runCli } from '../main/doors/run-cli.ts';
import { type Served, startServe } from '../main/doors/serve-process.ts';
import { descendants } from './processes.ts';

/** What a training of the demo may take where other work shares the machine. */
const patience = 480_000;

let folder: string;
let served: Served;
let browser: Browser;
let page: Page;
/** What the page reported as an error. */
const errors: string[] = [];

async function openAt(address: string, hash = ''): Promise<void> {
  await page.goto(`${address}${hash}`);
}

async function start(): Promise<string> {
  served = await startServe(['--port', '0'], { folder, home: join(folder, 'home') });
  const address = /http:\S+/.exec(served.first)?.[0];
  if (address === undefined) throw new Error(served.first);
  return address;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'llmatic-page-'));
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', (error) => errors.push(error.message));
  page.setDefaultTimeout(patience);
}, 60_000);

afterAll(async () => {
  await browser?.close();
  await served?.interrupt();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Elites by niche: what "the same archive" compares, with fitness to the bit. */
function archiveOf(run: string): unknown {
  const store = openRun(run, { readOnly: true });
  try {
    const { elites } = runReport(storedRun(store));
    return elites.map(({ network, niche, fitness }) => ({ network, niche, fitness }));
  } finally {
    store.close();
  }
}

it('takes a person through a demo search, with a pause and a killed server', { timeout: 2_400_000 }, async () => {
  const header = page.getByRole('banner').or(page.locator('header.run-header'));
  const stateIs = (word: string) => header.getByText(word, { exact: true }).waitFor();

  await openAt(await start());
  await page.getByRole('button', { name: 'Run the demo' }).click();
  await stateIs('Running');
  const run = decodeURIComponent(/#\/run\/([^/]+)\/live/.exec(page.url())?.[1] ?? '');
  const runFolder = join(folder, 'runs', run);
  expect(existsSync(join(runFolder, 'run.sqlite'))).toBe(true);

  // Watch: the initial network appears among the candidates and in the map, then the first generation fills niches.
  const candidates = page.getByRole('region', { name: 'Newest candidates' });
  await candidates.getByText('initial', { exact: true }).waitFor();
  await page.getByText('Generation 1 of 6').waitFor();
  const filled = page.getByText(/^\d+ of 100 niches$/).first();
  expect(Number.parseInt((await filled.textContent()) ?? '', 10)).toBeGreaterThan(1);

  // Pause holds: nothing is recorded any more while it lasts.
  await page.getByRole('button', { name: 'Pause' }).click();
  await stateIs('Paused');
  const steps = (): number => {
    const store = openRun(runFolder, { readOnly: true });
    const count = store.storedSteps().length;
    store.close();
    return count;
  };
  const held = steps();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  expect(steps()).toBe(held);
  await page.getByRole('button', { name: 'Resume' }).click();
  await stateIs('Running');
  await page.getByText('Generation 2 of 6').waitFor();

  // Stop frees everything; the run is there to be resumed.
  await page.getByRole('button', { name: 'Stop' }).click();
  await stateIs('Interrupted');
  expect(isBeingWritten(runFolder)).toBe(false);
  await page.getByRole('button', { name: 'Resume' }).click();
  await stateIs('Running');
  await page.getByText('Generation 3 of 6').waitFor();

  // The server dies; the page says so and keeps showing what it knows.
  const own = descendants(process.pid).filter(({ command }) => command.includes(join(folder, 'runs')));
  expect(own.length).toBeGreaterThan(0);
  await served.kill();
  await page.getByText(/The engine cannot be reached/).waitFor();
  expect(await filled.isVisible()).toBe(true);

  // A new server: the run is listed as interrupted, opens read-only, and resumes.
  await openAt(await start(), '#/runs');
  await page.getByText('Interrupted').waitFor();
  await page.getByRole('link', { name: run }).click();
  await stateIs('Interrupted');
  await page.getByRole('button', { name: 'Resume' }).click();
  await stateIs('Running');
  await header.getByText('Finished', { exact: true }).waitFor({ timeout: 900_000 });

  // An elite, from the keyboard: its code, its descent, its files.
  const store = openRun(runFolder, { readOnly: true });
  const best = runReport(storedRun(store)).best!;
  expect(verifyRun(store).problems).toEqual([]);
  store.close();
  await openAt(page.url().replace(/#.*/, ''), `#/run/${encodeURIComponent(run)}/archives?selection=${best.network}`);
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await inspector.getByText('class Net').first().waitFor();
  await inspector.getByRole('tab', { name: 'Lineage' }).click();
  await inspector.getByText('initial').first().waitFor();
  await page
    .getByRole('button', { name: /^Export/ })
    .first()
    .click();
  await expect
    .poll(() => existsSync(join(runFolder, 'export', best.network, 'model.onnx')), { timeout: 30_000 })
    .toBe(true);
  expect(readdirSync(join(runFolder, 'export', best.network)).sort()).toContain('net.py');

  expect(errors).toEqual([]);

  // Paused, stopped, killed and resumed: the same archive as a search of the same settings that was left alone.
  const alone = join(folder, 'alone');
  const outcome = await runCli(['search', '--preset', 'demo', '--out', alone, '--json']);
  expect(outcome.exitCode, outcome.stderr).toBe(0);
  expect(archiveOf(runFolder)).toEqual(archiveOf(alone));
});
