/** Centroids as a run makes them, for tests of maps. */
import { centroidalVoronoi } from '../../../core/archive/centroids.ts';
import { randomStream } from '../../../core/random/stream.ts';
import type { Point } from '../../../renderer/archives/voronoi.ts';

export function runCentroids(count: number): Point[] {
  const points = centroidalVoronoi({
    count,
    dimensions: 2,
    samples: 5000,
    random: randomStream(1, 'centroids'),
    iterations: 10,
  });
  return points.map(([x = 0, y = 0]) => [x, y]);
}
