import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { channelStatistics, type Split } from '../../../main/datasets/dataset.ts';
import { importDataset } from '../../../main/datasets/importers/import-dataset.ts';
import { listDatasets, openDataset } from '../../../main/datasets/registry.ts';
import { readTar } from '../../../main/datasets/tar-reader.ts';
import expected from '../../golden/datasets/tiny.json' with { type: 'json' };
import { goldenFolder, refusal, temporaryFolder } from './temporary-home.ts';

const home = temporaryFolder();
const work = temporaryFolder();
const tiny = join(goldenFolder, 'tiny.tar.gz');
const packed = readFileSync(tiny);
const unpackedTar = gunzipSync(packed);
const records = 3073;

/** A new folder with files. */
let folders = 0;
function folderOf(files: Record<string, Uint8Array>): string {
  const folder = join(work, `folder-${folders++}`);
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

function file(name: string, content: Uint8Array): string {
  const path = join(work, name);
  writeFileSync(path, content);
  return path;
}

function sums(split: Split): number[] {
  const totals = [0, 0, 0];
  split.images.forEach((value, i) => {
    totals[Math.floor(i / 1024) % 3]! += value;
  });
  return totals;
}

function batch(count: number, label = 3): Uint8Array {
  const bytes = new Uint8Array(count * records).fill(128);
  for (let i = 0; i < count; i++) bytes[i * records] = label;
  return bytes;
}

describe('importing CIFAR-10', () => {
  it.each(['tiny', 'tiny-gnu', 'tiny-pax'])(
    'reads %s as numpy does, batches in the order of their numbers',
    async (name) => {
      const { manifest } = await importDataset(join(goldenFolder, `${name}.tar.gz`), { home, name });
      const dataset = await openDataset(name, home);
      expect(manifest.source.notes[0]).toBe('Not there: data_batch_3.bin, data_batch_4.bin, data_batch_5.bin.');
      expect(dataset.classes).toEqual(expected.classes);
      for (const part of ['train', 'test'] as const) {
        const split = dataset[part];
        expect([...split.labels]).toEqual(expected[part].labels);
        expect(sums(split)).toEqual(expected[part].sums);
        const first = Array.from({ length: split.count }, (_, i) => [...split.images.subarray(i * 3072, i * 3072 + 3)]);
        expect(first).toEqual(expected[part].firstPixels);
        const { mean, deviation } = channelStatistics(split, dataset.shape);
        for (let channel = 0; channel < 3; channel++) {
          expect(mean[channel]).toBeCloseTo(expected[part].mean[channel]!, 12);
          expect(deviation[channel]).toBeCloseTo(expected[part].deviation[channel]!, 12);
        }
      }
    },
  );

  it('gives equal content equal hashes, from a folder, a .tar.gz and a .tar', async () => {
    const tar = file('tiny.tar', unpackedTar);
    const files: Record<string, Uint8Array> = {};
    const chunks = Readable.from([unpackedTar]);
    for await (const { path, content } of readTar(chunks, 'tiny.tar', () => unpackedTar.length)) {
      if (content !== null) files[basename(path)] = content;
    }
    expect(Object.keys(files)).toHaveLength(4);
    const folder = folderOf(files);
    const all = [
      await importDataset(tiny, { home, name: 'same' }),
      await importDataset(tar, { home, name: 'same' }),
      await importDataset(folder, { home, name: 'same' }),
    ];
    expect(new Set(all.map(({ manifest }) => manifest.hash)).size).toBe(1);
    expect(all.map(({ already }) => already)).toEqual([false, true, true]);
  });

  it('writes nothing outside the home folder, whatever paths an archive names, and leaves nothing behind', async () => {
    const own = temporaryFolder();
    await importDataset(join(goldenFolder, 'tiny-pax.tar.gz'), { home: own });
    const deep = readdirSync(own, { recursive: true }).map(String).sort();
    expect(deep).toEqual([
      'datasets',
      join('datasets', 'cifar10'),
      join('datasets', 'cifar10', 'data.bin'),
      join('datasets', 'cifar10', 'manifest.json'),
    ]);
  });

  it('refuses a .tar.gz cut off at any byte, naming the byte', async () => {
    const own = temporaryFolder();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: packed.length - 1 }), async (length) => {
        const message = await refusal(importDataset(file('cut.tar.gz', packed.subarray(0, length)), { home: own }));
        expect(message).toContain(`byte ${length}`);
        expect(message).toContain('Download it again');
      }),
      { numRuns: 60, examples: [[1], [2], [10], [packed.length - 1], [packed.length - 8]] },
    );
    expect(readdirSync(own)).toEqual([]);
  });

  it('refuses a .tar cut off before its end mark, naming the byte', async () => {
    const own = temporaryFolder();
    // The end mark: the first two blocks of zeros after the last entry, within the zeros that pad the archive.
    let content = unpackedTar.length;
    while (unpackedTar[content - 1] === 0) content--;
    const end = Math.ceil(content / 512) * 512 + 1024;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 512, max: end - 1 }), async (length) => {
        const message = await refusal(importDataset(file('cut.tar', unpackedTar.subarray(0, length)), { home: own }));
        expect(message).toContain(`byte ${length}`);
      }),
      { numRuns: 60, examples: [[512], [513], [end - 1], [end - 512], [end - 1024]] },
    );
  });

  it('never takes a .tar.gz with a changed byte for other images', async () => {
    const own = temporaryFolder();
    const { manifest } = await importDataset(tiny, { home: own, name: 'whole' });
    await fc.assert(
      fc.asyncProperty(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Uint8Array.from(packed);
        changed[at]! ^= flip;
        const name = 'changed';
        rmSync(join(own, 'datasets', name), { recursive: true, force: true });
        const hash = await importDataset(file('changed.tar.gz', changed), { home: own, name }).then(
          (imported) => imported.manifest.hash,
          async (error) => {
            await refusal(Promise.reject(error));
            return 'refused';
          },
        );
        // A byte of the gzip header (time, system) may differ without harm.
        expect(['refused', manifest.hash]).toContain(hash);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses a batch cut off at any byte inside a record, naming the byte and the record', async () => {
    const whole = batch(3);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: whole.length }).filter((n) => n % records !== 0),
        async (length) => {
          const folder = folderOf({ 'data_batch_1.bin': whole.subarray(0, length), 'test_batch.bin': batch(1) });
          const message = await refusal(importDataset(folder, { home }));
          expect(message).toContain('data_batch_1.bin');
          expect(message).toContain(`ends at byte ${length}, inside record ${Math.floor(length / records)}`);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('refuses any label above 9, naming file, byte and value', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('data_batch_1.bin', 'test_batch.bin'),
        fc.nat(3),
        fc.integer({ min: 10, max: 255 }),
        async (name, record, label) => {
          const files = { 'data_batch_1.bin': batch(4), 'test_batch.bin': batch(4) };
          files[name][record * records] = label;
          const message = await refusal(importDataset(folderOf(files), { home }));
          expect(message).toContain(name);
          expect(message).toContain(`byte ${record * records} `);
          expect(message).toContain(`is ${label}:`);
        },
      ),
      { numRuns: 40 },
    );
  });

  it.each([
    ['foreign-python', 'Python (pickle) version'],
    ['foreign-matlab', 'MATLAB version'],
    ['foreign-cifar100', 'is CIFAR-100'],
    ['foreign-other', 'holds no dataset that is read (found: readme.txt, list.csv)'],
  ])('recognises %s and says what to download', async (name, said) => {
    const message = await refusal(importDataset(join(goldenFolder, `${name}.tar.gz`), { home }));
    expect(message).toContain(said);
    expect(message).toContain('cifar-10-binary.tar.gz');
  });

  it('refuses what is empty, missing, incomplete or no archive', async () => {
    const from = (path: string): Promise<string> => refusal(importDataset(path, { home, name: 'refused' }));
    expect(await from(file('empty.tar.gz', new Uint8Array(0)))).toContain('is empty (0 bytes)');
    expect(await from(join(work, 'absent'))).toContain('does not exist');
    expect(await from(folderOf({}))).toContain('it is empty');
    expect(await from(folderOf({ 'data_batch_1.bin': batch(1) }))).toContain('no test_batch.bin');
    expect(await from(folderOf({ 'test_batch.bin': batch(1) }))).toContain('no data_batch_1.bin');
    const hollow = folderOf({ 'data_batch_1.bin': new Uint8Array(0), 'test_batch.bin': batch(1) });
    expect(await from(hollow)).toContain('is empty (0 bytes)');
    expect(await from(file('page.html', Buffer.from('<html>')))).toContain('neither a .tar.gz nor a .tar archive');
    expect(await from(file('data_batch_1.bin', batch(1)))).toContain('is a single batch');
    const renamed = folderOf({
      'data_batch_1.bin': batch(1),
      'test_batch.bin': batch(1),
      'batches.meta.txt': Buffer.from('one\ntwo\n'),
    });
    expect(await from(renamed)).toContain('lists 2 classes');
    expect((await listDatasets(home)).map(({ name }) => name)).not.toContain('refused');
  });

  it('refuses a name that is taken by other content, and one that cannot be a folder', async () => {
    const other = folderOf({ 'data_batch_1.bin': batch(2), 'test_batch.bin': batch(1) });
    await importDataset(tiny, { home, name: 'taken' });
    expect(await refusal(importDataset(other, { home, name: 'taken' }))).toContain('Choose another name with --name');
    for (const name of ['', '..', 'a/b', 'builtin', 'con', 'nul.x', 'Upper', '-x', 'x'.repeat(65)]) {
      expect(await refusal(importDataset(other, { home, name }))).toContain('name');
    }
  });

  it('refuses to open stored data that was changed', async () => {
    const { folder } = await importDataset(tiny, { home, name: 'touched' });
    const data = readFileSync(join(folder, 'data.bin'));
    data[5]! ^= 1;
    writeFileSync(join(folder, 'data.bin'), data);
    expect(await refusal(openDataset('touched', home))).toContain('does not have the hash');
    writeFileSync(join(folder, 'data.bin'), data.subarray(1));
    expect(await refusal(openDataset('touched', home))).toContain('bytes long');
    writeFileSync(join(folder, 'manifest.json'), '{"version": 2}');
    expect(await refusal(openDataset('touched', home))).toContain('not a dataset manifest of version 1');
    expect((await listDatasets(home)).find(({ name }) => name === 'touched')).toHaveProperty('problem');
  });

  it('stops when it is aborted, leaving nothing', async () => {
    const own = temporaryFolder();
    const reason = new Error('stopped');
    await expect(importDataset(tiny, { home: own, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(readdirSync(own)).toEqual([]);
  });
});
