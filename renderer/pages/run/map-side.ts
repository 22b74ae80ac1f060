/** How large a map can be so that it fits with all that stands around it. CSS pixels. */

/** Head, legend and axes, the leaning names of the prompts counted. */
const around = { width: 92, height: 208 };

export function mapSide(width: number, height: number): number {
  return Math.round(Math.max(236, Math.min(640, width - around.width, height - around.height)));
}
