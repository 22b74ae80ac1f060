/** Draws one image of the built-in dataset: background, distractors, the figure, an occluder, light and noise. */
import type { RandomStream } from '../../../core/random/stream.ts';
import { type FigureForm, outline, pattern, shading } from './figures.ts';

export const side = 32;
export const plane = side * side;

type Colour = readonly [number, number, number];

/** Usual colour of each kind of figure, and of what it usually lies on; an image follows them only some of the time. */
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
const usualGround: readonly Colour[] = [
  [0.3, 0.6, 0.3],
  [0.25, 0.2, 0.35],
  [0.75, 0.72, 0.65],
  [0.6, 0.75, 0.9],
  [0.7, 0.2, 0.25],
  [0.1, 0.12, 0.3],
  [0.8, 0.75, 0.55],
  [0.35, 0.35, 0.35],
  [0.85, 0.85, 0.8],
  [0.5, 0.4, 0.25],
];

export interface PictureSettings {
  readonly colourHint: number;
  readonly groundHint: number;
  readonly wander: number;
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

/** A ground with a slope of colour and coarse blotches (value noise on a 5 x 5 grid, bilinear). */
function paintGround(canvas: Float64Array, random: RandomStream, colour: Colour): void {
  const other = near(random, colour, 0.25);
  const [slopeX, slopeY] = direction(random);
  const blotch = between(random, 0.03, 0.16);
  for (let channel = 0; channel < 3; channel++) {
    const grid: number[] = [];
    for (let i = 0; i < 25; i++) grid.push(between(random, -blotch, blotch));
    const from = colour[channel] ?? 0;
    const to = other[channel] ?? 0;
    for (let y = 0; y < side; y++) {
      const gridY = Math.floor(y / 8);
      const fy = y / 8 - gridY;
      for (let x = 0; x < side; x++) {
        const gridX = Math.floor(x / 8);
        const fx = x / 8 - gridX;
        const corner = gridY * 5 + gridX;
        const top = (grid[corner] ?? 0) * (1 - fx) + (grid[corner + 1] ?? 0) * fx;
        const bottom = (grid[corner + 5] ?? 0) * (1 - fx) + (grid[corner + 6] ?? 0) * fx;
        const share = 0.5 + ((x - 15.5) * slopeX + (y - 15.5) * slopeY) / 44;
        canvas[channel * plane + y * side + x] = from + (to - from) * share + top * (1 - fy) + bottom * fy;
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
  const radius = between(random, 7.5, 12);
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
  const figure: Colour =
    random.uniform() < settings.colourHint ? near(random, usualFigure[label] ?? [0, 0, 0], 0.2) : anyColour(random);
  let ground: Colour = [0, 0, 0];
  do {
    ground =
      random.uniform() < settings.groundHint ? near(random, usualGround[label] ?? [0, 0, 0], 0.25) : anyColour(random);
  } while (distance(ground, figure) < 0.6);
  paintGround(canvas, random, ground);
  const spots = random.integer(4);
  for (let i = 0; i < spots; i++) paintSpot(canvas, random, anyColour(random));
  if (random.uniform() < 0.4) paintBar(canvas, random, between(random, 0.4, 1.2), anyColour(random), 0.8);
  paintFigure(canvas, random, label, settings, figure);
  if (random.uniform() < 0.35) paintBar(canvas, random, between(random, 0.6, 1.8), anyColour(random), 1);
  develop(canvas, random, settings.noise, into, start);
}
