/** The drawing of a map: everything inside it, the pointer finds what is drawn under it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lean, mapLayout, pathOfCells } from '../../../renderer/archives/map-layout.ts';
import { unitBox, voronoiMap } from '../../../renderer/archives/voronoi.ts';
import { runCentroids } from './centroids.ts';

const clipped = { below: 0, above: 0 };
const flops = {
  descriptor: 'flops',
  unit: '',
  figure: 'si' as const,
  label: 'FLOPs',
  scale: 'log10' as const,
  min: 4,
  max: 9,
  names: null,
  clipped,
};
const plain = { unit: '', figure: 'plain' as const };
const ratio = {
  descriptor: 'widthToDepth',
  ...plain,
  label: 'width / depth',
  scale: 'linear' as const,
  min: 0,
  max: 200,
  names: null,
  clipped,
};
const temperature = {
  descriptor: 'temperature',
  ...plain,
  label: 'temperature',
  scale: 'linear' as const,
  min: 0,
  max: 1,
  names: null,
  clipped,
};
const prompts = (names: string[]) => ({
  descriptor: 'prompt',
  ...plain,
  label: 'prompt',
  scale: 'linear' as const,
  min: 0,
  max: Math.max(1, names.length),
  names,
  clipped,
});

const names = fc.array(fc.string({ minLength: 1, maxLength: 24 }), { minLength: 1, maxLength: 40 });

test('the plot is a square inside the width, and the names of prompts lean within the drawing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 240, max: 1200 }), names, (width, all) => {
      const layout = mapLayout([prompts(all), temperature], unitBox, width, 640);
      expect(layout.side).toBeGreaterThanOrEqual(80);
      expect(layout.side).toBeLessThanOrEqual(640);
      if (layout.side > 80) expect(layout.width).toBeLessThanOrEqual(width);
      for (const { place, label } of layout.xTicks) {
        const reach = label.length * 5.3 * Math.cos((lean * Math.PI) / 180);
        expect(layout.left + place * layout.side - reach).toBeGreaterThanOrEqual(-1);
      }
      expect(layout.xTitle).toBeLessThan(layout.height);
    }),
  );
});

test('names that would touch are left out, their ticks are kept', () => {
  const all = Array.from({ length: 60 }, (_, index) => `p${index}`);
  const { xTicks, side } = mapLayout([prompts(all), temperature], unitBox, 300, 640);
  expect(xTicks).toHaveLength(60);
  const shown = xTicks.filter(({ label }) => label !== '');
  expect(shown.length).toBeGreaterThan(5);
  for (const [index, { place }] of shown.entries())
    if (index > 0) expect((place - shown[index - 1]!.place) * side).toBeGreaterThanOrEqual(11.9);
});

test('a place of the map and its place in the drawing lead to each other', () => {
  const box = { left: -3, right: 5, low: 10, high: 40 };
  const layout = mapLayout([ratio, flops], box, 560, 640);
  fc.assert(
    fc.property(fc.double({ min: -3, max: 5, noNaN: true }), fc.double({ min: 10, max: 40, noNaN: true }), (x, y) => {
      const [backX, backY] = layout.toMap(...layout.toDrawing([x, y]));
      expect(backX).toBeCloseTo(x, 9);
      expect(backY).toBeCloseTo(y, 9);
    }),
  );
  expect(layout.toDrawing([-3, 40])).toEqual([layout.left, layout.top]);
});

test('a path holds every corner of its cells, inside the plot', () => {
  const map = voronoiMap(runCentroids(100), unitBox);
  const layout = mapLayout([ratio, flops], unitBox, 560, 640);
  const path = pathOfCells(map, map.cells.keys(), layout);
  expect(path.match(/Z/g)).toHaveLength(100);
  const places = [...path.matchAll(/[ML]([\d.-]+) ([\d.-]+)/g)].map(([, x, y]) => [Number(x), Number(y)] as const);
  expect(places).toHaveLength(map.cells.reduce((sum, cell) => sum + cell.length, 0));
  for (const [x, y] of places) {
    expect(x).toBeGreaterThanOrEqual(layout.left - 0.01);
    expect(x).toBeLessThanOrEqual(layout.left + layout.side + 0.01);
    expect(y).toBeGreaterThanOrEqual(layout.top - 0.01);
    expect(y).toBeLessThanOrEqual(layout.top + layout.side + 0.01);
  }
});
