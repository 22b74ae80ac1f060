/** Draws one image of the built-in dataset: background, distractors, the figure, an occluder, light and noise. */
import type { RandomStream } from '../../../core/random/stream.ts';
import { type FigureForm, outline, pattern, shading } from './figures.ts';

const side = 32;
export const plane = side * side;

type Colour = readonly [number, number, number];

/** Usual colour of each kind of figure; an image follows it only some of the time. */
const usualFigure: readonly Colour[] = [
  [0.85, 0.25, 0.2],
  [0.9, 0.8, 0.3],
  [0.5, 0.32, 0.18],
  [0.2, 0.55, 0.3],
  [0.9, 0.9, 0.92],
  [0.95, 0.7, 0.15],
  [0.25, 0.3, 0.75],
  [0.75, 0.75, 0.7],
  [0.8, 0.35, 0.65],
  [0.2, 0.65, 0.75],
];

/** How strongly each of the five patterns of {@link paintGround} shows in a ground; negative turns light into dark. */
type Setting = readonly [number, number, number, number, number];

/** Depth of light and dark in the usual setting of a kind of figure: one pattern each, one way round. */
const usualDepth = 0.26;

/** How much a picture tells besides the figure itself. */
export interface PictureSettings {
  /** Share of the images whose figure has the usual colour of its kind. */
  readonly colourHint: number;
  /** Share of the images whose ground has the usual light of their figure's kind. */
  readonly groundHint: number;
  /** How far a figure's centre lies from the picture's at most, in pixels along each axis. */
  readonly wander: number;
  /** Greatest amplitude of the noise, as a share of full scale. */
  readonly noise: number;
}

function between(random: RandomStream, low: number, high: number): number {
  return low + (high - low) * random.uniform();
}

/** A unit vector in a uniformly random direction: a point of the disc, by rejection, divided by its length. */
function direction(random: RandomStream): readonly [number, number] {
  for (;;) {
    const x = 2 * random.uniform() - 1;
    const y = 2 * random.uniform() - 1;
    const squared = x * x + y * y;
    if (squared <= 1 && squared > 0.01) {
      const length = Math.sqrt(squared);
      return [x / length, y / length];
    }
  }
}

function anyColour(random: RandomStream): Colour {
  return [random.uniform(), random.uniform(), random.uniform()];
}

function near(random: RandomStream, colour: Colour, spread: number): Colour {
  return [
    colour[0] + between(random, -spread, spread),
    colour[1] + between(random, -spread, spread),
    colour[2] + between(random, -spread, spread),
  ];
}

/** A colour of lightness 0 (by {@link luma}): what is added to a grey to tint it. */
function anyTint(random: RandomStream): Colour {
  const drawn = near(random, [0, 0, 0], 0.25);
  const light = luma(drawn);
  return [drawn[0] - light, drawn[1] - light, drawn[2] - light];
}

/** Five depths, each within `spread` of 0, and the usual one of kind `label` added if wanted. */
function drawSetting(random: RandomStream, spread: number, label: number | null): Setting {
  const depth = (kind: number): number => {
    const usual = label !== null && label >> 1 === kind ? usualDepth * (label % 2 === 0 ? 1 : -1) : 0;
    return usual + between(random, -spread, spread);
  };
  return [depth(0), depth(1), depth(2), depth(3), depth(4)];
}

function luma(colour: Colour): number {
  return 0.3 * colour[0] + 0.6 * colour[1] + 0.1 * colour[2];
}

function distance(a: Colour, b: Colour): number {
  return Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]) + Math.abs(a[2] - b[2]);
}

/** Blends `colour` into a pixel. */
function blend(canvas: Float64Array, pixel: number, colour: Colour, alpha: number, light: number): void {
  for (let channel = 0; channel < 3; channel++) {
    const at = channel * plane + pixel;
    const under = canvas[at] ?? 0;
    canvas[at] = under + ((colour[channel] ?? 0) + light - under) * alpha;
  }
}

function clamp(value: number): number {
  return Math.min(1, Math.max(-1, value));
}

/**
 * A tinted ground. Its light and dark is a sum of five patterns of mean near 0: above against below, the middle band
 * against the rest, the sides against the middle, and the products of the third with the first two. All look the same in
 * a mirror. Over it lie coarse blotches (value noise on a 5 x 5 grid, bilinear).
 */
function paintGround(canvas: Float64Array, random: RandomStream, colour: Colour, setting: Setting): void {
  const blotch = between(random, 0.03, 0.12);
  for (let channel = 0; channel < 3; channel++) {
    const grid: number[] = [];
    for (let i = 0; i < 25; i++) grid.push(between(random, -blotch, blotch));
    for (let y = 0; y < side; y++) {
      const gridY = Math.floor(y / 8);
      const fy = y / 8 - gridY;
      const down = (y - 15.5) / 15.5;
      const above = clamp(-2 * down);
      const band = clamp(3 * (0.5 - Math.abs(down)));
      for (let x = 0; x < side; x++) {
        const gridX = Math.floor(x / 8);
        const fx = x / 8 - gridX;
        const corner = gridY * 5 + gridX;
        const high = (grid[corner] ?? 0) * (1 - fx) + (grid[corner + 1] ?? 0) * fx;
        const low = (grid[corner + 5] ?? 0) * (1 - fx) + (grid[corner + 6] ?? 0) * fx;
        const sides = clamp(3 * (Math.abs(x - 15.5) / 15.5 - 0.5));
        const light =
          setting[0] * above +
          setting[1] * band +
          setting[2] * sides +
          setting[3] * above * sides +
          setting[4] * band * sides;
        canvas[channel * plane + y * side + x] = (colour[channel] ?? 0) + light + high * (1 - fy) + low * fy;
      }
    }
  }
}

/** A straight bar across the picture. */
function paintBar(canvas: Float64Array, random: RandomStream, half: number, colour: Colour, alpha: number): void {
  const [nx, ny] = direction(random);
  const offset = between(random, -14, 14);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const away = Math.abs((x - 15.5) * nx + (y - 15.5) * ny - offset) - half;
      if (away < 0.5) blend(canvas, y * side + x, colour, alpha * Math.min(1, 0.5 - away), 0);
    }
  }
}

/** A small spot: a distractor. */
function paintSpot(canvas: Float64Array, random: RandomStream, colour: Colour): void {
  const cx = between(random, 0, 31);
  const cy = between(random, 0, 31);
  const radius = between(random, 1, 2.6);
  for (let y = Math.max(0, Math.floor(cy - 4)); y < Math.min(side, cy + 4); y++) {
    for (let x = Math.max(0, Math.floor(cx - 4)); x < Math.min(side, cx + 4); x++) {
      const away = Math.sqrt((x - cx) * (x - cx) + (y - cy) * (y - cy)) - radius;
      if (away < 0.5) blend(canvas, y * side + x, colour, Math.min(1, 0.5 - away), 0);
    }
  }
}

function paintFigure(
  canvas: Float64Array,
  random: RandomStream,
  label: number,
  settings: PictureSettings,
  colour: Colour,
): void {
  const second: Colour = ((): Colour => {
    for (;;) {
      const drawn = anyColour(random);
      if (Math.abs(luma(drawn) - luma(colour)) > 0.3) return drawn;
    }
  })();
  const [lightX, lightY] = direction(random);
  const [turnX, turnY] = direction(random);
  const radius = between(random, 8, 12.5);
  const form: FigureForm = {
    radius,
    stretch: between(random, 0.9, 1.15),
    thickness: random.uniform(),
    period: between(random, 4, 6.5) * (label === 7 ? 1.4 : 1),
    phaseX: between(random, 0, 8),
    phaseY: between(random, 0, 8),
    patch: random.integer(3),
    lightX,
    lightY,
  };
  const cx = 15.5 + between(random, -settings.wander, settings.wander);
  const cy = 15.5 + between(random, -settings.wander, settings.wander);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const u = (x - cx) * turnX + (y - cy) * turnY;
      const v = (y - cy) * turnX - (x - cx) * turnY;
      const away = outline(label, form, u, v);
      if (away >= 0.5) continue;
      const pixel = y * side + x;
      const alpha = Math.min(1, 0.5 - away);
      blend(canvas, pixel, colour, alpha, shading(label, form, u, v));
      const share = pattern(label, form, u, v);
      if (share > 0) blend(canvas, pixel, second, alpha * share, 0);
    }
  }
}

/** Light that falls off to one side, noise on every pixel, then rounding to bytes. */
function develop(canvas: Float64Array, random: RandomStream, noise: number, into: Uint8Array, start: number): void {
  const [fallX, fallY] = direction(random);
  const gain = between(random, 0.75, 1.1);
  const fall = between(random, 0, 0.35) / 44;
  const grain = (noise * between(random, 0.3, 1)) / 510;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const pixel = y * side + x;
      const light = gain + ((x - 15.5) * fallX + (y - 15.5) * fallY) * fall;
      const bits = random.uint32();
      const more = random.uint32();
      for (let channel = 0; channel < 3; channel++) {
        // A sum of two bytes: triangular noise without a logarithm.
        const draw = ((bits >>> (8 * channel)) & 255) + ((more >>> (8 * channel)) & 255) - 255;
        const value = (canvas[channel * plane + pixel] ?? 0) * light + draw * grain;
        into[start + channel * plane + pixel] = Math.floor(Math.min(1, Math.max(0, value)) * 255 + 0.5);
      }
    }
  }
}

/** Draws an image of class `label` into `into` from `start`: 3 x 32 x 32 bytes. `canvas`: 3072 numbers to work in. */
export function paintPicture(
  random: RandomStream,
  label: number,
  settings: PictureSettings,
  canvas: Float64Array,
  into: Uint8Array,
  start: number,
): void {
  const setting =
    random.uniform() < settings.groundHint ? drawSetting(random, 0.06, label) : drawSetting(random, 0.16, null);
  const tint = anyTint(random);
  const light = between(random, 0.38, 0.62);
  const ground: Colour = [light + tint[0], light + tint[1], light + tint[2]];
  let figure: Colour = [0, 0, 0];
  do {
    figure =
      random.uniform() < settings.colourHint ? near(random, usualFigure[label] ?? figure, 0.2) : anyColour(random);
  } while (distance(ground, figure) < 0.8);
  paintGround(canvas, random, ground, setting);
  const spots = random.integer(4);
  for (let i = 0; i < spots; i++) paintSpot(canvas, random, anyColour(random));
  if (random.uniform() < 0.4) paintBar(canvas, random, between(random, 0.4, 1.2), anyColour(random), 0.8);
  paintFigure(canvas, random, label, settings, figure);
  if (random.uniform() < 0.3) paintBar(canvas, random, between(random, 0.5, 1.5), anyColour(random), 1);
  develop(canvas, random, settings.noise, into, start);
}
