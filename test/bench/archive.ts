/**
 * Archives beside pyribs 0.12: making the centroids of a CVT of 100, 1,000 and 10,000 niches, with the quantization error
 * of both on points that neither saw, and inserting into each, one by one and in batches of 1,000. Processor seconds for
 * the same work, ratio ours over theirs: less is better. Prints one JSON document; minutes, most of them pyribs'.
 * Usage: node test/bench/archive.ts      LLMATIC_PYTHON names another Python than .oracle/bin/python
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { type Archive, coverageOf, emptyArchive, insert } from '../../core/archive/archive.ts';
import { centroidalVoronoi } from '../../core/archive/centroids.ts';
import { cvtNiches } from '../../core/archive/cvt-niches.ts';
import { randomStream } from '../../core/random/stream.ts';

const sizes = [
  { niches: 100, samples: 25_000 },
  { niches: 1000, samples: 50_000 },
  { niches: 10_000, samples: 100_000 },
];
/** Insertions timed one by one (theirs are slow) and in batches. */
const singles = 20_000;
const batched = 200_000;

function secondsOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function filled(centroids: readonly (readonly number[])[], inserts: number): { seconds: number; coverage: number } {
  const random = randomStream('inserts', inserts);
  const points = Array.from({ length: inserts }, () => [random.uniform(), random.uniform()]);
  const objectives = points.map(() => random.uniform());
  const ids = points.map((_, index) => String(index));
  let archive: Archive<null> = emptyArchive(cvtNiches(centroids), { clip: true });
  const seconds = secondsOf(() => {
    for (const [index, descriptors] of points.entries()) {
      const individual = { id: ids[index] ?? '', fitness: objectives[index] ?? 0, descriptors, value: null };
      archive = insert(archive, individual).archive;
    }
  });
  return { seconds, coverage: coverageOf(archive) };
}

const peerSchema = z.array(
  z.object({
    cvt: z.number(),
    errorOurs: z.number(),
    errorPeer: z.number(),
    single: z.number(),
    batched: z.number(),
  }),
);

const folder = mkdtempSync(join(tmpdir(), 'llmatic-bench-'));
try {
  const ours = sizes.map(({ niches, samples }) => {
    let centroids: number[][] = [];
    const cvt = secondsOf(() => {
      const random = randomStream(1, 'centroids', 'networkArchive');
      centroids = centroidalVoronoi({ count: niches, dimensions: 2, samples, random });
    });
    return { niches, samples, centroids, cvt };
  });
  // Whatever is compiled once is compiled before the first is timed.
  filled(ours[0]?.centroids ?? [], singles);
  const inserted = ours.map(({ centroids }) => ({
    single: filled(centroids, singles),
    batched: filled(centroids, batched),
  }));
  const question = join(folder, 'question.json');
  writeFileSync(question, JSON.stringify({ sizes: ours, singles, batched, batch: 1000 }));
  const python = process.env.LLMATIC_PYTHON ?? '.oracle/bin/python';
  const script = join(import.meta.dirname, 'archive.py');
  const peer = peerSchema.parse(JSON.parse(execFileSync(python, [script, question], { encoding: 'utf8' })));
  const results = ours.flatMap(({ niches, samples, cvt }, index) => {
    const theirs = peer[index];
    const own = inserted[index];
    if (theirs === undefined || own === undefined) throw new Error('pyribs answered for fewer sizes than asked.');
    const row = (name: string, seconds: number, peerSeconds: number, more: object) => ({
      name,
      ours: seconds,
      peer: peerSeconds,
      ratio: Number((seconds / peerSeconds).toPrecision(3)),
      ...more,
    });
    const speed = (count: number, seconds: number, peerSeconds: number) => ({
      insertsPerSecond: { ours: Math.round(count / seconds), peer: Math.round(count / peerSeconds) },
    });
    return [
      row(`CVT of ${niches} niches from ${samples} samples`, cvt, theirs.cvt, {
        quantizationError: { ours: theirs.errorOurs, peer: theirs.errorPeer },
        errorRatio: Number((theirs.errorOurs / theirs.errorPeer).toPrecision(4)),
      }),
      row(
        `${singles} inserts one by one, ${niches} niches`,
        own.single.seconds,
        theirs.single,
        speed(singles, own.single.seconds, theirs.single),
      ),
      row(
        `${batched} inserts in batches of 1000, ${niches} niches`,
        own.batched.seconds,
        theirs.batched,
        speed(batched, own.batched.seconds, theirs.batched),
      ),
    ];
  });
  const geometricMean = Math.exp(results.reduce((sum, { ratio }) => sum + Math.log(ratio), 0) / results.length);
  const peerName = 'pyribs 0.12';
  console.log(JSON.stringify({ peer: peerName, unit: 'processor seconds', results, geometricMean }, null, 2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
