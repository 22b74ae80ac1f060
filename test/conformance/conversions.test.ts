// A checkpoint converted through every door: begun, watched by another client, cancelled, refused, found as a model.
// The oracle of the bytes is the gguf package's own file of the same checkpoint.
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ContractEvent } from '../../core/contract/events.ts';
import { contractEventSchema } from '../../core/contract/events.ts';
import type { ConversionRow } from '../../core/contract/models.ts';
import { hashFile } from '../../main/llm/model-file.ts';
import { golden } from '../main/llm/convert/golden.ts';
import { makeLargeCheckpoint } from '../main/llm/convert/large-checkpoint.ts';
import { asked, refused } from './asking.ts';
import { doors, type OpenDoor } from './doors.ts';
import { listening } from './listening.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-conversions-'));
const tiny = join(import.meta.dirname, '..', 'golden', 'llm', 'codegen', 'tiny');
const homeBefore = process.env.LLMATIC_HOME;
let large: string;
beforeAll(() => {
  const sizes = { n_embd: 2048, n_head: 16, rotary_dim: 64, n_layer: 8 };
  large = makeLargeCheckpoint(tiny, join(folder, 'large'), sizes).folder;
});
afterAll(() => {
  if (homeBefore === undefined) delete process.env.LLMATIC_HOME;
  else process.env.LLMATIC_HOME = homeBefore;
  rmSync(folder, { recursive: true });
});

const isAs = (id: string, state: ConversionRow['state']) => (event: ContractEvent) =>
  event.type === 'conversion-changed' && event.conversion.id === id && event.conversion.state === state;

describe.each(doors)('$name', (door) => {
  const home = join(folder, door.name.replaceAll(' ', '-'));
  const models = join(home, 'models');
  let open: OpenDoor;
  beforeAll(async () => {
    process.env.LLMATIC_HOME = home;
    open = await door.open(join(home, 'runs'), [folder, tiny]);
  });
  afterAll(() => open.close());

  it('says what a checkpoint could become, and converts it to the bytes of the gguf package', async () => {
    const checkpoint = await asked(open.first, 'conversions.check', { path: tiny });
    const planned = checkpoint.types.find(({ type }) => type === 'q8_0');
    expect(planned).toMatchObject({ file: join(models, `${checkpoint.name}-q8_0.gguf`), exists: false });
    const ear = listening(open.second);
    const { conversion } = await asked(open.first, 'conversions.start', { path: tiny, type: 'q8_0' });
    expect(conversion).toMatchObject({ folder: tiny, file: planned?.file, bytes: planned?.bytes, type: 'q8_0' });
    await expect
      .poll(async () => (await asked(open.second, 'conversions.list', {})).conversions[0]?.state)
      .toBe('finished');
    const [row] = (await asked(open.second, 'conversions.list', {})).conversions;
    expect(row).toMatchObject({ id: conversion.id, made: { sha256: golden.sha256.q8_0, name: checkpoint.name } });
    expect(await hashFile(conversion.file)).toBe(golden.sha256.q8_0);
    await expect.poll(() => ear.events.some(isAs(conversion.id, 'finished'))).toBe(true);
    for (const event of ear.events) expect(contractEventSchema.parse(event)).toStrictEqual(event);
    const { models: rows } = await asked(open.first, 'models.list', {});
    expect(rows.map(({ file }) => file)).toEqual([null, conversion.file]);
    expect(await asked(open.first, 'models.inspect', { file: conversion.file })).toMatchObject({
      architecture: 'phi2',
      quantization: 'Q8_0',
      problems: [],
    });

    // The same again: refused, unless it may be replaced.
    const failure = await refused(open.first, 'conversions.start', { path: tiny, type: 'q8_0' });
    expect(failure).toMatchObject({ code: 'usage', message: expect.stringContaining(conversion.file) });
    await asked(open.first, 'conversions.forget', { conversion: conversion.id });
    expect((await asked(open.first, 'conversions.list', {})).conversions).toEqual([]);
    await expect.poll(() => ear.events.at(-1)).toEqual({ type: 'conversion-removed', conversion: conversion.id });
    ear.end();
  }, 60_000);

  it('is watched and cancelled by another client than began it, and leaves nothing', async () => {
    const ear = listening(open.second);
    const { conversion } = await asked(open.first, 'conversions.start', { path: large, type: 'q4_0' });
    const { id, file } = conversion;
    expect(await refused(open.second, 'conversions.forget', { conversion: id })).toMatchObject({ code: 'state' });
    expect(await refused(open.second, 'conversions.start', { path: large, type: 'q4_0' })).toMatchObject({
      code: 'usage',
      message: expect.stringContaining('another conversion'),
    });
    await expect
      .poll(() => ear.events.some((event) => event.type === 'conversion-changed' && event.conversion.written > 0))
      .toBe(true);
    const cancelled = await asked(open.second, 'conversions.cancel', { conversion: id });
    expect(cancelled.conversion).toMatchObject({ id, state: 'cancelled', problem: null, made: null });
    expect(readdirSync(models).filter((name) => name.startsWith('large'))).toEqual([]);
    expect(await refused(open.first, 'conversions.cancel', { conversion: id })).toMatchObject({ code: 'state' });
    expect(existsSync(file)).toBe(false);
    ear.end();
  }, 60_000);

  it('keeps the reason of one that failed on the way', async () => {
    const broken = makeLargeCheckpoint(tiny, join(home, 'broken'), {
      n_embd: 64,
      n_head: 4,
      rotary_dim: 8,
      n_layer: 2,
    });
    // The last numbers of the file are infinite, which is found when they are read.
    const weights = join(broken.folder, 'model.safetensors');
    truncateSync(weights, statSync(weights).size - 4);
    appendFileSync(weights, new Uint8Array(Float32Array.of(Number.POSITIVE_INFINITY).buffer));
    const { conversion } = await asked(open.first, 'conversions.start', { path: broken.folder, type: 'f16' });
    await expect
      .poll(async () => (await asked(open.second, 'conversions.list', {})).conversions[0])
      .toMatchObject({
        id: conversion.id,
        state: 'failed',
        problem: { code: 'checkpoint', message: expect.stringContaining('infinite') },
      });
    expect(existsSync(conversion.file)).toBe(false);
  }, 60_000);
});
