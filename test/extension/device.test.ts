// "Add a device" of CONTRIBUTING.md, carried out in a copy of the tree: a file and a row, and every door knows it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PlantedTree, plantedTree } from './planted-tree.ts';

// A device by another name than its provider's, so that it works on every machine.
const abacus = `import type { Device } from './device.ts';

export const abacus: Device = {
  sentence: 'beads on rods',
  needs: 'a table',
  reaches: ['suanpan'],
  formulation: 'portable',
  provider: { name: 'cpu' },
  parallel: false,
  whyMissing: () => null,
};
`;

let tree: PlantedTree;
beforeAll(() => {
  tree = plantedTree();
  tree.add('core/training/devices/abacus.ts', abacus);
  tree.change('core/training/devices/table.ts', 'const table = { cpu,', 'const table = { abacus, cpu,');
  tree.change(
    'core/training/devices/table.ts',
    'import { cpu }',
    "import { abacus } from './abacus.ts';\nimport { cpu }",
  );
});
afterAll(() => tree.remove());

describe('a device that is a file and a row', () => {
  it.each([
    ['search', '--help'],
    ['network', 'train', '--help'],
    ['network', 'predict', '--help'],
    ['network', 'gradients', '--help'],
  ])('stands in the usage of %j', (...words) => {
    expect(tree.llmatic(...words).output).toMatch(/--device NAME +auto \(cpu\), abacus, cpu, webgpu/);
  });

  it('is a setting that a search takes, with its sentence', () => {
    const { status, output } = tree.llmatic('search', '--set', 'trainer.device=abacus', '--settings');
    expect(status).toBe(0);
    expect(output).toMatch(/trainer\.device="abacus"\n +Where networks are trained\..*abacus: beads on rods\./);
    expect(tree.llmatic('search', '--device', 'suanpan').output).toMatch(/abacus is beads on rods/);
  });

  it('is a choice of the form that the page shows, and passes the check of a search', () => {
    const { fields } = tree.call('search.form', {});
    const field = fields.find(({ path }) => path === 'trainer.device');
    expect(field).toMatchObject({ options: ['auto', 'abacus', 'cpu', 'webgpu'] });
    expect(field?.sentence).toContain('abacus: beads on rods.');
    const request = { preset: 'demo', changes: { 'trainer.device': 'abacus' }, name: null };
    expect(tree.call('search.check', request)).toMatchObject({
      problem: null,
      settings: { trainer: { device: 'abacus' } },
    });
  });

  it('is tried by doctor', () => {
    expect(tree.llmatic('doctor', '--help').output).toMatch(/^ {2}abacus +beads on rods$/m);
    const { checks } = tree.call('app.doctor', {});
    expect(checks).toContainEqual({ name: 'device abacus', status: 'ok', detail: 'trains networks: beads on rods' });
  });
});
