/**
 * The pictures of a run in a real browser: the page as it is built and served, over an engine that answers with a run
 * made up here. What is under the pointer is told by measuring every distance; contrast by the formula of WCAG 2.
 */
import { readFileSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { builtRenderer } from '../../main/doors/web/built-renderer.ts';
import { openWebDoor, type WebDoor } from '../../main/doors/web.ts';
import { standInEngine } from '../core/contract/stand-in-engine.ts';
import {
  archivesAt,
  best,
  candidateDetail,
  candidates,
  centroids,
  cleanSource,
  detail,
  difference,
  fitnessOf,
  idOf,
  row,
  slipId,
} from './made-run.ts';

let browser: Browser;
let door: WebDoor;
let context: BrowserContext;
let page: Page;
let networks: Locator;
let prompts: Locator;
const complaints: string[] = [];

beforeAll(async () => {
  // The page as it is shipped, whatever the tests run under.
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
    'runs.archives': ({ generation }: { generation?: number }) => archivesAt(generation ?? 1),
    'runs.candidates': () => ({ total: candidates().length, candidates: candidates() }),
    'runs.candidate': ({ candidate }: { candidate: string }) => candidateDetail(candidate),
    'runs.source': () => cleanSource,
    'runs.difference': ({ before, after }: { before: string; after: string }) => difference(before, after),
  });
  door = await openWebDoor({ engine, port: 0, rendererFolder });
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
}, 120_000);

afterAll(async () => {
  await browser.close();
  await door.close();
});

async function open(address: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<void> {
  context = await browser.newContext({ viewport: { width: 1440, height: 900 }, acceptDownloads: true, ...options });
  page = await context.newPage();
  complaints.length = 0;
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  networks = page.getByRole('figure', { name: 'Networks' });
  prompts = page.getByRole('figure', { name: 'Prompts' });
  await page.goto(`${door.url}#/run/made/${address}`);
  await networks.getByRole('application').waitFor();
}

afterEach(async () => {
  expect(complaints).toEqual([]);
  await context.close();
});

/** Where a place of the unit square stands in the window. */
async function windowPlace(figure: Locator, [x = 0, y = 0]: readonly number[]): Promise<{ x: number; y: number }> {
  const frame = await figure.locator('.map-frame').boundingBox();
  if (frame === null) throw new Error('The map has no frame.');
  return { x: frame.x + x * frame.width, y: frame.y + (1 - y) * frame.height };
}

/** The nearest centroid; null where two are alike to a pixel. */
function nearestNiche([x, y]: readonly [number, number]): number | null {
  const distances = centroids.map(([atX, atY]) => Math.hypot(atX - x, atY - y));
  const [nearest = 0, next = 1] = distances.toSorted((one, other) => one - other);
  return next - nearest < 0.005 ? null : distances.indexOf(nearest);
}

const elites = archivesAt(1).networks.elites;
const selection = (): string | null => new URLSearchParams(page.url().split('?').at(-1)).get('selection');

describe('a map', () => {
  beforeEach(() => open('archives'));

  test('tells the niche under the pointer, with exact values where it is filled', async () => {
    for (let step = 0; step < 24; step++) {
      const place = [(((step + 1) * 37) % 97) / 97, (((step + 1) * 61) % 89) / 89] as const;
      const niche = nearestNiche(place);
      if (niche === null) continue;
      const elite = elites.find((each) => each.niche === niche);
      const tip = networks.locator('.tooltip');
      const title = elite === undefined ? `Niche ${niche}, empty` : `${elite.id}, niche ${niche}`;
      // The pointer is moved anew at each look: a page that is still laying itself out would have missed the first.
      const told = async (): Promise<string[]> => {
        const { x, y } = await windowPlace(networks, place);
        await page.mouse.move(x + 1, y);
        await page.mouse.move(x, y);
        return tip.locator('strong').allTextContents();
      };
      await expect.poll(told, { timeout: 20_000 }).toEqual([title]);
      if (elite !== undefined) {
        expect(await tip.textContent()).toContain(`${(100 * elite.fitness).toFixed(1)}`);
      }
    }
  });

  test('selects the network that is clicked, in both views and in the address, and nothing in an empty niche', async () => {
    const [elite] = elites;
    const { x, y } = await windowPlace(networks, elite!.place);
    await page.mouse.click(x, y);
    await page.getByRole('region', { name: `Candidate ${elite!.id}` }).waitFor();
    expect(selection()).toBe(elite!.id);
    expect(await networks.locator('.map-selected').getAttribute('data-niche')).toBe(String(elite!.niche));
    const empty = centroids.find(([, high]) => high > 0.8)!;
    const elsewhere = await windowPlace(networks, empty);
    await page.mouse.click(elsewhere.x, elsewhere.y);
    expect(selection()).toBe(elite!.id);
  });

  test('is walked through by arrows, from a niche to one that touches it, and says where it is', async () => {
    const map = networks.getByRole('application');
    await map.focus();
    await page.keyboard.press('ArrowRight');
    const said = networks.locator('[aria-live=polite]').first();
    const nicheSaid = async (): Promise<number> => Number(/niche (\d+)/i.exec((await said.textContent()) ?? '')?.[1]);
    let before = await nicheSaid();
    for (const key of ['ArrowRight', 'ArrowUp', 'ArrowUp', 'ArrowLeft', 'ArrowDown']) {
      await page.keyboard.press(key);
      const after = await nicheSaid();
      expect(after).not.toBe(before);
      const [from, to] = [centroids[before]!, centroids[after]!];
      const step = { ArrowRight: to[0] - from[0], ArrowUp: to[1] - from[1] }[key];
      if (step !== undefined) expect(step).toBeGreaterThan(0);
      // Neighbours of a hundred niches are about a tenth apart.
      expect(Math.hypot(to[0] - from[0], to[1] - from[1])).toBeLessThan(0.25);
      before = after;
    }
  });

  test('selects a filled niche as it is reached, and Escape clears the selection', async () => {
    await networks.getByRole('application').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForURL(/selection=/);
    expect(elites.map(({ id }) => id)).toContain(selection());
    await page.keyboard.press('Escape');
    await page.waitForURL((url) => !url.hash.includes('selection'));
  });

  test('shows real units, what was clipped and what cannot be filled', async () => {
    const texts = (await networks.locator('svg[data-drawing] text').allTextContents()).map((text) =>
      text.replace(/\s/g, ' '),
    );
    for (const label of ['10 k', '1 M', '1 G', '10', '100', '◂ 2 clipped', '3 clipped ▸', 'FLOPs', 'width / depth'])
      expect(texts).toContain(label);
    expect(await prompts.locator('svg[data-drawing] text').allTextContents()).toEqual(
      expect.arrayContaining(['add-layer', 'improve', 'add-residual', 'temperature']),
    );
    await networks.getByText('beyond budget.flops').waitFor();
    await prompts.getByText('no prompt lies there').waitFor();
  });

  test('takes limits of its colours, refuses what is none, and goes back', async () => {
    const lower = networks.getByRole('textbox', { name: 'Lower limit of fitness' });
    const before = await lower.inputValue();
    const colours = (): Promise<number> => networks.locator('.map-cell').count();
    const all = await colours();
    await lower.fill('55 %');
    await lower.press('Enter');
    // All below now share the colour of the scale's lower end.
    expect(await colours()).toBeLessThan(all);
    await lower.fill('many');
    await lower.press('Enter');
    expect(await lower.getAttribute('aria-invalid')).toBe('true');
    await networks.getByRole('button', { name: 'Reset' }).click();
    expect(await lower.inputValue()).toBe(before);
  });

  test('colours by another measure, whose limits are its own', async () => {
    await networks.getByRole('combobox', { name: 'Colour by' }).selectOption('params');
    const upper = networks.getByRole('textbox', { name: 'Upper limit of parameters' });
    const most = Math.max(...elites.map(({ measures }) => measures.params));
    expect((await upper.inputValue()).replace(/\s/g, ' ')).toBe(`${(most / 1000).toFixed(most < 1e5 ? 1 : 0)} k`);
  });

  test('has a table of every elite behind it, which sorts and selects', async () => {
    await networks.getByRole('button', { name: 'Table' }).click();
    const table = networks.getByRole('table');
    expect(await table.getAttribute('aria-rowcount')).toBe(String(elites.length + 1));
    await table.getByRole('button', { name: 'fitness' }).click();
    await table.getByRole('row').nth(1).click();
    await page.waitForURL(new RegExp(`selection=${best.network}`));
    await networks.getByRole('button', { name: 'Table' }).click();
    expect(await networks.locator('.map-selected').count()).toBe(1);
  });
});

describe('exports', () => {
  beforeEach(() => open('archives'));

  async function exported(name: string): Promise<{ name: string; bytes: Buffer }> {
    await networks.getByRole('button', { name: 'Export' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name }).click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  test('the table as CSV holds exact values', async () => {
    const { name, bytes } = await exported('CSV table');
    expect(name).toBe('networks-generation-2.csv');
    const lines = bytes.toString('utf8').trimEnd().split('\r\n');
    expect(lines).toHaveLength(elites.length + 1);
    const [elite] = elites;
    expect(lines[1]!.split(',').slice(0, 3)).toEqual([
      String(elite!.niche),
      idOf(elite!.niche),
      String(fitnessOf(elite!.niche)),
    ]);
  });

  test('the drawing as SVG stands alone, with its legend', async () => {
    const { bytes } = await exported('SVG drawing');
    const text = bytes.toString('utf8');
    expect(text).not.toMatch(/var\(|class=|https?:\/\/(?!www\.w3\.org)/);
    const found = await page.evaluate<{ errors: number; filled: number; texts: string[] }>(`(() => {
      const parsed = new DOMParser().parseFromString(${JSON.stringify(text)}, 'image/svg+xml');
      const filled = [...parsed.querySelectorAll('path')].filter((path) => path.getAttribute('fill')?.startsWith('rgb'));
      const texts = [...parsed.querySelectorAll('text')].map((element) => element.textContent);
      return { errors: parsed.querySelectorAll('parsererror').length, filled: filled.length, texts };
    })()`);
    expect(found.errors).toBe(0);
    expect(found.filled).toBeGreaterThan(5);
    expect(found.texts).toContain('fitness');
  });

  test('the picture as PNG is twice the size of the drawing', async () => {
    const { bytes } = await exported('PNG picture');
    expect([...bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
    const svg = (await exported('SVG drawing')).bytes.toString('utf8');
    const size = (name: string): number => Number(new RegExp(`<svg[^>]* ${name}="([\\d.]+)"`).exec(svg)?.[1]);
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([2 * size('width'), 2 * size('height')]);
  });
});

interface BrowserGlobals {
  getComputedStyle(element: unknown): { getPropertyValue(name: string): string };
}

// This file is compiled without a browser's names.
function styleOf(element: Locator, property: string): Promise<string> {
  return element.evaluate(
    (node, name) => (globalThis as unknown as BrowserGlobals).getComputedStyle(node).getPropertyValue(name),
    property,
  );
}

/** Relative luminance of a computed colour (WCAG 2). */
function luminance(colour: string): number {
  const [red, green, blue] = colour.match(/[\d.]+/g)!.map((text) => {
    const share = Number(text) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (high! + 0.05) / (low! + 0.05);
}

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test('the ring of the selection is seen on any colour, and text is read on its ground', async () => {
    await open(`archives?selection=${best.network}`, { colorScheme });
    await networks.locator('.map-selected').waitFor();
    const ofFirst = (selector: string, property: string) => styleOf(page.locator(selector).first(), property);
    const inner = await ofFirst('.map-ring-line', 'stroke');
    const outer = await ofFirst('.map-ring-outer', 'stroke');
    expect(contrast(inner, outer)).toBeGreaterThan(3);
    for (const cell of await networks.locator('.map-cell').all()) {
      const colour = await styleOf(cell, 'fill');
      expect(Math.max(contrast(colour, inner), contrast(colour, outer))).toBeGreaterThan(3);
    }
    const ground = await ofFirst('.inspector', 'background-color');
    for (const part of [
      '.inspector-sentence',
      '.facts dt',
      '.code-keyword',
      '.code-string, .code-call',
      '.code-number',
    ])
      expect(contrast(await ofFirst(part, 'color'), ground)).toBeGreaterThan(4.5);
  });

  test('the changes of a structure are read on their grounds', async () => {
    await open(`archives?selection=${best.network}`, { colorScheme });
    await page.getByRole('tab', { name: 'Diff' }).click();
    await page.getByText('Structure', { exact: true }).click();
    await page.locator('.structure-rewired').waitFor();
    for (const [row, part] of [
      ['.structure-changed', 'ins'],
      ['.structure-changed', 'del'],
      ['.structure-changed', '.structure-layer'],
      ['.structure-added', '.structure-operator'],
      ['.structure-removed', '.structure-operator'],
      ['.structure-rewired', '.structure-attributes'],
    ] as const) {
      const ground = await styleOf(page.locator(row).first(), 'background-color');
      const text = await styleOf(page.locator(`${row} ${part}`).first(), 'color');
      expect(contrast(text, ground), `${row} ${part}`).toBeGreaterThan(4.5);
    }
  });
});

describe('the inspector', () => {
  test('shows a refused text with the reason beside its line', async () => {
    await open('archives?selection=g001-999');
    const inspector = page.getByRole('region', { name: 'Candidate g001-999' });
    const marked = inspector.locator('tr.is-marked');
    expect((await marked.textContent())?.trim()).toBe('self.x = nn.GRU(4, 4)');
    expect(await marked.locator('[data-number]').getAttribute('data-number')).toBe('4');
    expect(await inspector.getByRole('note').textContent()).toBe('nn.GRU is not supported yet.');
    expect(await inspector.getByRole('button', { name: 'Export' }).isDisabled()).toBe(true);
  });

  test('shows clean source of the network, and the structure beside the text, for each one selected', async () => {
    await open(`archives?selection=${best.network}`, { permissions: ['clipboard-read', 'clipboard-write'] });
    const inspector = page.getByRole('region', { name: `Candidate ${best.network}` });
    await inspector.getByText('Clean source', { exact: true }).click();
    await inspector.getByRole('button', { name: 'Copy' }).click();
    await inspector.getByRole('button', { name: 'Copied' }).waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(cleanSource.source);
    await inspector.getByRole('tab', { name: 'Diff' }).click();
    await inspector.getByText('Structure', { exact: true }).click();
    const changes = inspector.getByRole('table', { name: `Operations changed from initial to ${best.network}` });
    await changes.waitFor();
    const rows = changes.getByRole('row');
    expect((await rows.allTextContents()).map((text) => text.trim())).toEqual([
      'changed: conv2d [8, 3] [16, 3, 3] → [N, 8, 32, 32] conv2d1stride=[2,2] stride=[3,3]',
      'removed: relu → [N, 8, 32, 32]',
      'added: tanh → [N, 8, 32, 32]',
      'abs → [N, 8, 32, 32]',
      '4 unchanged operations',
      'abs → [N, 8, 32, 32]',
      'add → [N, 8, 32, 32]reads other values than before',
    ]);
    await changes.getByRole('button').click();
    expect(await rows.count()).toBe(10);
    expect((await inspector.locator('.structure-measures tbody tr').allTextContents())[0]).toMatch(
      /^parameters10\.0.k12\.5.k\+2\.50.k$/,
    );
    await page.evaluate("location.hash = location.hash.replace(/selection=[^&]*/, 'selection=g001-999')");
    const refused = page.getByRole('region', { name: 'Candidate g001-999' });
    await refused.getByText('As the model wrote it').waitFor();
    expect(await refused.getByText('Structure', { exact: true }).count()).toBe(0);
  });

  test('leads through code, diff, text, curve and lineage by keyboard', async () => {
    await open(`archives?selection=${best.network}`);
    const inspector = page.getByRole('region', { name: `Candidate ${best.network}` });
    await inspector.getByRole('tab', { name: 'Code' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await inspector.locator('tr.diff-added').allTextContents()).toEqual([
      expect.stringContaining('self.fc2 = nn.Linear(10, 10)'),
    ]);
    await page.keyboard.press('ArrowRight');
    await inspector.getByText('"""Improve the above network"""').waitFor();
    await page.keyboard.press('ArrowRight');
    await inspector.getByRole('slider').focus();
    await page.keyboard.press('ArrowLeft');
    expect(await inspector.getByRole('slider').getAttribute('aria-valuetext')).toContain('Epoch');
    await inspector.getByRole('tab', { name: 'Curve' }).focus();
    await page.keyboard.press('ArrowRight');
    const steps = inspector.getByRole('list', { name: 'Lineage, oldest first' }).getByRole('button');
    expect(await steps.count()).toBe(2);
    await steps.first().click();
    await page.waitForURL(/selection=initial/);
  });
});

describe('the repair of a text', () => {
  test('stands in the inspector: why it was refused, what was changed, the lines before and after', async () => {
    await open(`archives?selection=${slipId}`);
    await page.getByRole('tab', { name: 'Repair' }).click();
    const panel = page.getByRole('tabpanel', { name: 'Repair' });
    await panel.getByText('Linear(1024, 10) got an input of 2048 features').waitFor();
    const repairs = await panel.getByRole('list', { name: 'Repairs' }).getByRole('listitem').allTextContents();
    expect(repairs).toEqual([
      'flatten line 8: x is flattened before self.fc1: images reach it',
      'input-size line 5: Linear: in_features is 2048, not 1024: so many features reach it',
    ]);
    const changes = panel.getByRole('table', { name: 'Changes from as written to repaired' });
    expect(await changes.locator('.diff-removed .code-line').allTextContents()).toHaveLength(2);
    expect(await changes.locator('.diff-added .code-line').allTextContents()).toHaveLength(2);
  });
});

describe('a newly filled niche', () => {
  test.each(['no-preference', 'reduce'] as const)('is outlined for a moment; motion: %s', async (reducedMotion) => {
    await open('archives?generation=0', { reducedMotion });
    await networks.getByText(`${archivesAt(0).networks.elites.length} of 100 niches`).waitFor();
    expect(await networks.locator('.map-newest').count()).toBe(0);
    await page.evaluate("location.hash = location.hash.replace('generation=0', 'generation=1')");
    const newest = networks.locator('.map-newest');
    await newest.waitFor({ state: 'attached' });
    const animation = await styleOf(newest, 'animation-name');
    expect(animation === 'none').toBe(reducedMotion === 'reduce');
    await newest.waitFor({ state: 'detached' });
  });
});
