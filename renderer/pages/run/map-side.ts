/** How large a map can be so that it fits with all that stands around it. CSS pixels. */

/** Head, legend and axes, the leaning names of the prompts counted. */
const around = { width: 92, height: 208 };

/** Fits a window 800 high with a line about the run's state above. */
const smallest = 200;

export function mapSide(width: number, height: number): number {
  return Math.round(Math.max(smallest, Math.min(640, width - around.width, height - around.height)));
}
