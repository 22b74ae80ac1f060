// What the terminal shows, against the screen a VT100 would end up with and figures worked out by hand.
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../core/contract/events.ts';
import { presets } from '../../../../core/search/presets.ts';
import { archiveMap } from '../../../../main/doors/terminal/archive-map.ts';
import { duration, fitnessText, palette, percent, quantity } from '../../../../main/doors/terminal/colour.ts';
import { searchProgress } from '../../../../main/doors/terminal/search-progress.ts';
import { terminalText } from '../../../../main/doors/terminal/terminal-text.ts';
import type { NetworkReport } from '../../../../main/run/networks.ts';

const plain = palette({ isTTY: false });

/** The lines left on a screen by text with the control sequences that the display uses: cursor up, clear below. */
function screen(output: string): string[] {
  const [first = '', ...rest] = output.split('\u001b[');
  let lines = first.split('\n');
  for (const part of rest) {
    const sequence = /^(\d+)([AJ])/.exec(part)!;
    if (sequence[2] === 'A') lines = [...lines.slice(0, -1 - Number(sequence[1])), ''];
    const [more = '', ...next] = part.slice(sequence[0].length).split('\n');
    lines = [...lines.slice(0, -1), lines.at(-1)! + more, ...next];
  }
  return lines;
}

function network(flops: number, widthToDepth: number, fitness: number): NetworkReport {
  const measures = { params: 1, flops, width: 1, depth: 1, widthToDepth, activationBytes: 1 };
  return {
    network: 'x',
    generation: 0,
    fitness,
    accuracy: { train: null, validation: null, test: null },
    measures,
    descriptors: measures,
    hash: '',
    source: '',
    niche: 0,
  };
}

const started: RunEvent = {
  type: 'started',
  seed: 1,
  strategy: 'llmatic',
  generations: 2,
  offspring: 2,
  model: 'm',
  dataset: 'builtin',
  resumed: false,
};

function events(generation: number, fitness: number): RunEvent[] {
  const id = (index: number): string => `g00${generation}-00${index}`;
  return [
    { type: 'generation-started', generation, phase: 'initialisation', offspring: 2 },
    {
      type: 'proposed',
      id: id(0),
      generation,
      index: 0,
      operator: 'mutation',
      parents: [],
      individual: null,
      selection: 'random',
    },
    { type: 'generated', id: id(0), text: 'x', tokens: 1, seconds: 1, failure: null },
    {
      type: 'interpreted',
      id: id(0),
      hash: null,
      measures: null,
      repair: null,
      reason: { kind: 'syntax', message: 'line 3: no' },
    },
    {
      type: 'proposed',
      id: id(1),
      generation,
      index: 1,
      operator: 'mutation',
      parents: [],
      individual: null,
      selection: 'random',
    },
    { type: 'generated', id: id(1), text: 'x', tokens: 1, seconds: 1, failure: null },
    { type: 'interpreted', id: id(1), hash: 'h', measures: null, repair: null, reason: null },
    { type: 'training-progress', id: id(1), step: 5, steps: 10, epoch: 0, loss: 1.25 },
    { type: 'trained', id: id(1), sameAs: null, status: 'trained', fitness, accuracy: null, seconds: 2, message: null },
    {
      type: 'generation-finished',
      generation,
      stored: false,
      best: { network: id(1), fitness },
      filled: generation + 1,
      coverage: 0.01 * (generation + 1),
      qdScore: fitness,
      promptsFilled: 1,
      generated: 2 * (generation + 1),
      trainable: generation + 1,
      distinct: 1,
      trained: 1,
      readable: generation + 1,
      repairable: 0,
      diverged: 0,
      setAside: 0,
    },
  ];
}

/** Shows the events, ten seconds apart. */
function shown(isTTY: boolean, list: readonly RunEvent[]): string {
  let output = '';
  let time = 0;
  const stream = {
    isTTY,
    columns: 100,
    write: (text: string) => {
      output += terminalText(text);
    },
  };
  const progress = searchProgress({ stream, colours: plain, now: () => time });
  for (const event of list) {
    progress.show(event);
    time += 10_000;
  }
  return output;
}

describe('the progress display', () => {
  it('redraws one block on a terminal, below a line for each candidate that is through', () => {
    const list = [started, ...events(0, 0.5).slice(0, 8)];
    const lines = screen(shown(true, list));
    expect(lines[0]).toBe('g000-000  refused: line 3: no');
    expect(lines[1]).toBe('generation 1 of 2 (initialisation): 1 training, 1 refused');
    // One of four offspring is through after 80 seconds: three times as long is left.
    expect(lines[2]).toMatch(/^█+░+ 1 min 20 s, about 4 min 00 s left$/);
    expect(lines[3]).toContain('trainable 0 of 2');
    expect(lines[4]).toMatch(/^g000-001 █████░░░░░ step 5 of 10, loss 1.250$/);
    expect(lines.filter((line) => line.startsWith('generation'))).toHaveLength(1);
  });

  it('leaves the last picture standing when it is frozen, and draws no more', () => {
    let output = '';
    let time = 0;
    const stream = {
      isTTY: true,
      columns: 0,
      write: (text: string) => {
        output += terminalText(text);
      },
    };
    const progress = searchProgress({ stream, colours: plain, now: () => time });
    const list = [started, ...events(0, 0.5)];
    for (const event of list.slice(0, 4)) {
      progress.show(event);
      time += 1000;
    }
    progress.freeze();
    output += 'Stopping\n';
    const before = output;
    for (const event of list.slice(4)) progress.show(event);
    progress.end();
    expect(output).toBe(before);
    expect(screen(output).at(-2)).toBe('Stopping');
    expect(screen(output).some((line) => line.startsWith('generation 1 of 2'))).toBe(true);
  });

  it('prints plain lines elsewhere: one a generation and a few between, without control sequences', () => {
    const output = shown(false, [started, ...events(0, 0.5), ...events(1, 0.75)]);
    expect(output).not.toContain('\u001b');
    const finished = output.split('\n').filter((line) => /^generation \d of 2: best/.test(line));
    expect(finished).toHaveLength(2);
    expect(finished[1]).toContain('best 75.0 % (g001-001)');
    expect(finished[1]).toContain('2 niches (2 %); trainable 2 of 4');
  });

  it('tells no standing while the initial network is in training', () => {
    const output = shown(false, [started]);
    expect(output).toBe('training the initial network\n');
  });

  it('adds what earlier processes worked to its own, and takes the pace of all', () => {
    const [, ...rest] = events(0, 0.5).slice(-2);
    const stored = rest.map((event) => (event.type === 'generation-finished' ? { ...event, stored: true } : event));
    const run: RunEvent = {
      type: 'run',
      run: '/runs/a',
      resumed: true,
      workers: 1,
      before: { seconds: 100, ended: 2, initial: 0.3 },
    };
    const output = shown(false, [run, started, ...stored, ...events(1, 0.6).slice(0, -1)]);
    expect(output).toContain('generation 1 of 2: best 50.0 % (g000-001), initial 30.0 %');
    // 100 seconds before, 20 here: two of four are through.
    expect(output).toContain('2 min 00 s, about 2 min 00 s left');
    const last = screen(shown(true, [run, started, ...stored, ...events(1, 0.6).slice(0, 4)]));
    // A third is through after 60 seconds here.
    expect(last.find((line) => line.includes('left'))).toContain('2 min 40 s, about 53.3 s left');
    expect(last.find((line) => line.includes('left'))).toMatch(/^█{30}░{10} /);
  });

  it('calls a training that diverged so, and counts it as one', () => {
    const diverged: RunEvent = {
      type: 'trained',
      id: 'g000-000',
      sameAs: null,
      status: 'diverged',
      fitness: null,
      accuracy: null,
      seconds: 1,
      message: null,
    };
    const generation = events(0, 0.5)[0]!;
    const lines = screen(shown(true, [started, generation, diverged]));
    expect(lines[0]).toBe('g000-000  diverged: its loss was no number any more');
    expect(lines[1]).toBe('generation 1 of 2 (initialisation): 1 diverged');
  });

  it('counts a candidate that is tried again, and those that are made again with it', () => {
    const before = { seconds: 90, ended: 3, initial: 0.3 };
    const run: RunEvent = { type: 'run', run: '/runs/a', resumed: true, workers: 1, before };
    const again: RunEvent = {
      type: 'again',
      id: 'g000-000',
      what: 'candidate',
      done: true,
      takenBack: 2,
      message: 'x',
    };
    const generation = events(0, 0.5)[0]!;
    const last = screen(shown(true, [run, started, again, generation]));
    // 3 + 1 - 2 of four after 90 + 30 seconds.
    expect(last.find((line) => line.includes('left'))).toContain('2 min 00 s, about 2 min 00 s left');
  });
});

describe('the map of the archive', () => {
  it('puts each elite in the cell of its measures and the best of each cell on the map', () => {
    const { axes } = presets.laptop.networkArchive;
    const elites = [
      network(1e4, 10 ** -0.5, 0.41),
      network(1.01e4, 10 ** -0.5, 0.3),
      network(0.999e9, 10 ** 2.499, 0.87),
      network(1e12, 1e9, 0.5),
    ];
    const lines = archiveMap(elites, axes, plain).split('\n');
    const rows = lines.filter((line) => line.includes('|')).map((line) => line.slice(line.indexOf('|') + 1));
    expect(rows).toHaveLength(8);
    expect(rows[7]).toBe(`  41${'   ·'.repeat(9)}`);
    expect(rows[0]).toBe(`${'   ·'.repeat(9)}  87`);
    expect(rows.slice(1, 7).join('')).not.toMatch(/\d/);
    expect(lines.at(-1)).toMatch(/10\^4 +FLOPs +10\^9/);
  });
});

describe('figures for people', () => {
  it('are short and say their unit', () => {
    expect(percent(0.4567)).toBe('45.7 %');
    expect(percent(null)).toBe('-');
    expect(fitnessText(-1.23456)).toBe('-1.2346');
    expect([0, 999, 1000, 13312, 999_600, 1.5e6, 2.345e9].map(quantity)).toEqual([
      '0',
      '999',
      '1.00 k',
      '13.3 k',
      '1.00 M',
      '1.50 M',
      '2.35 G',
    ]);
    expect([4.04, 75, 3600, 7325].map(duration)).toEqual(['4.0 s', '1 min 15 s', '1 h 00 min', '2 h 02 min']);
  });

  it('have colours on a terminal only, and none under NO_COLOR', () => {
    expect(palette({ isTTY: false }).bold('x')).toBe('x');
    const before = process.env.NO_COLOR;
    delete process.env.NO_COLOR;
    expect(terminalText(palette({ isTTY: true }).bold('x'))).toBe('\u001b[1mx\u001b[0m');
    process.env.NO_COLOR = '1';
    expect(palette({ isTTY: true }).bold('x')).toBe('x');
    if (before === undefined) delete process.env.NO_COLOR;
    else process.env.NO_COLOR = before;
  });
});
