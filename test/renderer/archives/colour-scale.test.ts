/** Colours of maps by the contrast formula of WCAG 2: in order of lightness, and the selection apart from each. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ColourScheme, colourAt, limitsOf, placeInLimits } from '../../../renderer/archives/colour-scale.ts';

/** Relative luminance (WCAG 2) of `rgb(r, g, b)` or `#rrggbb`. */
function luminance(colour: string): number {
  const hex = /^#(..)(..)(..)$/
    .exec(colour)
    ?.slice(1)
    .map((pair) => Number.parseInt(pair, 16));
  const channels = hex ?? colour.match(/\d+/g)!.map(Number);
  const [red, green, blue] = channels.map((byte) => {
    const share = byte / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

test('the scales grow lighter from end to end, so that they are read without their hues', () => {
  for (const scheme of ['viridis', 'cividis'] as ColourScheme[]) {
    const steps = Array.from({ length: 40 }, (_, step) => luminance(colourAt(scheme, step / 39)));
    for (const [step, light] of steps.entries()) if (step > 0) expect(light).toBeGreaterThanOrEqual(steps[step - 1]!);
    expect((steps.at(-1)! + 0.05) / (steps[0]! + 0.05)).toBeGreaterThan(5);
  }
});

/** Colours of both themes: the surface of a map, its text, and the ring of the selection between them. */
const themes = [
  { raised: '#ffffff', text: '#16191f' },
  { raised: '#1a1e25', text: '#e6e9ee' },
];

test('one of the two lines of the selection ring stands out from every colour, 3 to 1 and more', () => {
  const contrast = (a: number, b: number): number => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  for (const { raised, text } of themes) {
    expect(contrast(luminance(raised), luminance(text))).toBeGreaterThan(3);
    for (const scheme of ['viridis', 'cividis'] as ColourScheme[]) {
      for (let step = 0; step < 64; step++) {
        const light = luminance(colourAt(scheme, step / 63));
        const best = Math.max(contrast(light, luminance(raised)), contrast(light, luminance(text)));
        expect(best).toBeGreaterThan(3);
      }
    }
  }
});

test('limits hold every value, and a value keeps its order between them', () => {
  const value = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1 }),
      fc.constantFrom('linear' as const, 'log10' as const),
      (all, scale) => {
        const limits = limitsOf(all)!;
        const sorted = all.toSorted((a, b) => a - b);
        expect(limits).toEqual({ low: sorted[0], high: sorted.at(-1) });
        const places = sorted.map((each) => placeInLimits(each, limits, scale));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        for (const place of places) expect(place >= 0 && place <= 1).toBe(true);
      },
    ),
  );
});

test('what lies beyond the limits has the colour of their ends; limits that coincide give the middle', () => {
  const limits = { low: 10, high: 20 };
  expect([0, 10, 15, 20, 90].map((value) => placeInLimits(value, limits, 'linear'))).toEqual([0, 0, 0.5, 1, 1]);
  expect(placeInLimits(7, { low: 7, high: 7 }, 'linear')).toBe(0.5);
  expect(limitsOf([])).toBe(null);
});
