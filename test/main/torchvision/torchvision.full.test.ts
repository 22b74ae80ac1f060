import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { logitsError, outlineOf, readModel, torchvisionModels } from './models.ts';
import { downloadTorchvision } from './package.ts';

const folder = mkdtempSync(join(tmpdir(), 'torchvision-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const root = downloadTorchvision(folder);

const models = torchvisionModels();
/** The smallest model of every file of the package, and all that are small; `test/bench/torchvision.ts` runs the rest. */
const run = models.filter(
  ({ file, parameters }) =>
    parameters < 30e6 || models.every((other) => other.file !== file || other.parameters >= parameters),
);

describe("torchvision's classification models", () => {
  test('are 80, of every family', () => {
    expect(models.length).toBe(80);
    expect(new Set(run.map(({ file }) => file))).toEqual(new Set(models.map(({ file }) => file)));
  });

  test.each(models)('$name has the state_dict and the parameters of PyTorch', async (model) => {
    const { network, measures } = await readModel(root, model);
    expect(network.parameters.length + network.buffers.length).toBe(model.entries);
    expect(outlineOf(network)).toBe(model.outline);
    expect(measures.params).toBe(model.parameters);
    expect(network.nodes.at(-1)?.shape).toEqual([{ batch: 1 }, 1000]);
  });

  test.each(run)('$name gives the logits of PyTorch', async (model) => {
    const { network } = await readModel(root, model);
    expect(await logitsError(network, model)).toBeLessThan(1e-4);
  });
});
