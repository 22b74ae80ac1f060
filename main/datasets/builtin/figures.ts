/**
 * The ten kinds of figure of the built-in dataset, each as arithmetic on a point of its own plane: how far the point lies
 * outside the outline, and how light the surface is there. Only + - * / sqrt, floor and comparisons, whose results IEEE
 * 754 fixes to the last bit, so that every machine draws the same bytes.
 */

/** Class names by label. The first six are told apart by their outline, the last four by their surface. */
export const builtinClasses: readonly string[] = [
  'ball',
  'ring',
  'box',
  'triangle',
  'cross',
  'star',
  'stripes',
  'checks',
  'dots',
  'target',
];

/** What decides a figure besides its kind; drawn per image. */
export interface FigureForm {
  /** Half its size in pixels. */
  readonly radius: number;
  /** Ratio of its two axes, near 1. */
  readonly stretch: number;
  /** Relative thickness of rings and crosses, depth of star notches, 0 to 1. */
  readonly thickness: number;
  /** Period of its surface pattern in pixels, and where the pattern starts. */
  readonly period: number;
  readonly phaseX: number;
  readonly phaseY: number;
  /** Outline of a patterned patch: one of the plain outlines below. */
  readonly patch: number;
  /** Where a ball is lit from: a unit vector of the figure's plane. */
  readonly lightX: number;
  readonly lightY: number;
}

const cos72 = 0.30901699437494745;
const sin72 = 0.9510565162951535;
const cos36 = 0.8090169943749475;
const sin36 = 0.5877852522924731;

function disc(x: number, y: number, radius: number): number {
  return Math.sqrt(x * x + y * y) - radius;
}

function box(x: number, y: number, half: number): number {
  return Math.max(Math.abs(x), Math.abs(y)) - half;
}

/** Equilateral triangle with its corners on the circle of `radius`: the largest of three half-plane distances. */
function triangle(x: number, y: number, radius: number): number {
  const slanted = 0.8660254037844386 * Math.abs(x) - 0.5 * y;
  return Math.max(slanted, y) - radius / 2;
}

function cross(x: number, y: number, radius: number, arm: number): number {
  const a = Math.abs(x);
  const b = Math.abs(y);
  return Math.max(Math.max(a, b) - radius, Math.min(a, b) - arm);
}

/** Five-pointed star: the point is folded into one tenth of the plane, then compared with one straight edge. */
function star(x: number, y: number, radius: number, inner: number): number {
  let u = Math.abs(x);
  let v = y;
  // Rotate by multiples of 72 degrees until the point lies in the sector of the topmost arm.
  for (let turn = 0; turn < 2; turn++) {
    if (u * cos36 > v * sin36) {
      const turned = u * cos72 - v * sin72;
      v = u * sin72 + v * cos72;
      u = Math.abs(turned);
    }
  }
  // Edge from the tip (0, radius) to the notch at 36 degrees and distance `inner`.
  const notchX = inner * sin36;
  const notchY = inner * cos36;
  const edgeX = notchX;
  const edgeY = notchY - radius;
  const length = Math.sqrt(edgeX * edgeX + edgeY * edgeY);
  return (edgeX * (v - radius) - edgeY * u) / length;
}

/** Signed distance (pixels, negative inside) from a point (x, y) of the figure's plane to the outline of kind `label`. */
export function outline(label: number, form: FigureForm, x: number, y: number): number {
  const px = x * form.stretch;
  const radius = form.radius;
  switch (label) {
    case 0:
      return disc(px, y, radius);
    case 1: {
      const half = radius * (0.14 + 0.14 * form.thickness);
      return Math.abs(disc(px, y, radius - half)) - half;
    }
    case 2:
      return box(px, y, radius * 0.84);
    case 3:
      return triangle(px, y + radius * 0.15, radius * 1.25);
    case 4:
      return cross(px, y, radius * 1.05, radius * (0.22 + 0.14 * form.thickness));
    case 5:
      return star(px, y, radius * 1.25, radius * (0.44 + 0.12 * form.thickness));
    default:
      if (form.patch === 0) return disc(px, y, radius);
      if (form.patch === 1) return box(px, y, radius * 0.9);
      return triangle(px, y + radius * 0.15, radius * 1.3);
  }
}

/** Position within a repeating pattern, 0 to 1. */
function cycle(value: number, period: number): number {
  const turns = value / period;
  return turns - Math.floor(turns);
}

/** A soft step from 0 to 1 around the middle of a period: the edge of a stripe, about a pixel wide. */
function softSquare(position: number, period: number): number {
  const fromMiddle = (Math.abs(position - 0.5) - 0.25) * period;
  return Math.min(1, Math.max(0, 0.5 - fromMiddle));
}

/** How much of the second colour shows at a point of the surface of kind `label`, 0 to 1 (0 on plain figures). */
export function pattern(label: number, form: FigureForm, x: number, y: number): number {
  const { period } = form;
  switch (label) {
    case 6:
      return softSquare(cycle(x + form.phaseX, period), period);
    case 7: {
      const a = softSquare(cycle(x + form.phaseX, period), period);
      const b = softSquare(cycle(y + form.phaseY, period), period);
      return a + b - 2 * a * b;
    }
    case 8: {
      const u = (cycle(x + form.phaseX, period) - 0.5) * period;
      const v = (cycle(y + form.phaseY, period) - 0.5) * period;
      return Math.min(1, Math.max(0, period * 0.32 - Math.sqrt(u * u + v * v) + 0.5));
    }
    case 9:
      return softSquare(cycle(Math.sqrt(x * x + y * y) + form.phaseX * 0.3, period), period);
    default:
      return 0;
  }
}

/** Lightness added by the form of the body itself (a ball's shading), about -0.3 to 0.3. */
export function shading(label: number, form: FigureForm, x: number, y: number): number {
  if (label !== 0) return 0;
  const u = x / form.radius - form.lightX * 0.45;
  const v = y / form.radius - form.lightY * 0.45;
  return 0.35 - 0.55 * Math.min(1.2, Math.sqrt(u * u + v * v));
}
