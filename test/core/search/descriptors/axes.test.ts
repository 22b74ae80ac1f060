import { describe, expect, test } from 'vitest';
import { axesOf, extentsOn, measuresOn, placesOn } from '../../../../core/search/descriptors/axes.ts';
import { networkDescriptors } from '../../../../core/search/descriptors/of-networks.ts';
import { descriptorNames, descriptors } from '../../../../core/search/descriptors/table.ts';
import { nichesOf } from '../../../../core/search/niches-of-archives.ts';
import { presets } from '../../../../core/search/presets.ts';
import { applySettings, parseSettings } from '../../../../core/search/setting-paths.ts';
import type { SettingsInput } from '../../../../core/search/settings.ts';

const measures = { params: 13_402, flops: 13_312, width: 10, depth: 2, widthToDepth: 5, activationBytes: 24_576 };
const initial = { measures, result: null };

function axes(...assignments: string[]) {
  return applySettings(presets.laptop, assignments).networkArchive.axes;
}

describe('descriptors', () => {
  test.each(descriptorNames)('%s has words, a range on its scale, and a value for every network', (name) => {
    const row = descriptors[name];
    expect(row.label).not.toBe('');
    expect(row.sentence).toMatch(/^[A-Z].*\.$/);
    expect(row.axis.max).toBeGreaterThan(row.axis.min);
    expect(row.measure(initial)).toBe(measures[name]);
    expect(row.known).toBe('before training');
  });

  test('lie on the axes of the settings in their order, as the paper orders them in its own', () => {
    expect(networkDescriptors(presets.paper, initial)).toEqual([0.025, (13_312 - 200e6) / 4.8e9]);
    expect(networkDescriptors(presets['reference-code'], initial)).toEqual([5, 13_312]);
    const three = axesOf(['depth', 'params', 'width']);
    expect(measuresOn(three, initial)).toEqual([2, 13_402, 10]);
    expect(placesOn(three, initial)).toEqual([2 / 30, (Math.log10(13_402) - 3) / 5, 0.25]);
  });

  test('have their extent over some networks', () => {
    const other = { measures: { ...measures, depth: 9 }, result: null };
    expect(extentsOn(axesOf(['depth', 'width']), [initial, other])).toEqual([
      { least: 2, most: 9 },
      { least: 10, most: 10 },
    ]);
    expect(extentsOn(axesOf(['depth', 'width']), [])).toEqual([null, null]);
  });
});

describe('axes as settings', () => {
  test('are given by name, in part or whole; what is left out is as the descriptor has it', () => {
    const usual = { descriptor: 'flops', scale: 'log10', min: 4, max: 9 };
    expect(axes('networkArchive.axes=flops, depth')).toEqual([
      usual,
      { descriptor: 'depth', scale: 'linear', min: 0, max: 30 },
    ]);
    expect(axes('networkArchive.axes=["flops", {"descriptor": "depth", "max": 12}]')).toEqual([
      usual,
      { descriptor: 'depth', scale: 'linear', min: 0, max: 12 },
    ]);
    expect(
      axes('networkArchive.axes=[{"descriptor":"flops","scale":"linear"},{"descriptor":"depth","scale":"log10"}]'),
    ).toEqual([
      { descriptor: 'flops', scale: 'linear', min: 0, max: 1e9 },
      { descriptor: 'depth', scale: 'log10', min: 0, max: Math.log10(30) },
    ]);
  });

  test('one end of one axis is changed by its descriptor, also as version 0.1 named it', () => {
    const changed = axes('networkArchive.axes.flops.min=5');
    expect(changed[1]).toEqual({ descriptor: 'flops', scale: 'log10', min: 5, max: 9 });
    expect(axes('networkArchive.flops.min=5')).toEqual(changed);
    const assignments = ['networkArchive.axes=depth,flops', 'networkArchive.axes.depth.max=8'];
    expect(axes(...assignments)[0]?.max).toBe(8);
    expect(axes(...assignments.toReversed())).toEqual(axes(...assignments));
  });

  test.each([
    [['networkArchive.axes=flops'], /at least two axes/],
    [['networkArchive.axes=flops,flops'], /only once/],
    [['networkArchive.axes=flops,size'], /there is no descriptor size; there are widthToDepth, flops/],
    [['networkArchive.axes=["flops",{"descriptor":"depth","min":9,"max":3}]'], /axes\.depth\.max: max must exceed min/],
    [['networkArchive.axes=["flops",{"descriptor":"depth","scale":"log"}]'], /axes\.depth\.scale/],
    [['networkArchive.axes.depth.min=3'], /no axis of depth: its axes are widthToDepth,flops/],
    [['networkArchive.axes.flops.min=many'], /axes\.flops\.min takes a number, not "many"/],
    [['networkArchive.kind=grid', 'networkArchive.bins=[3,4,5]'], /2 axes need 2 numbers of bins/],
    [['networkArchive.kind=grid', 'networkArchive.bins=[1000,1000]'], /more than 100000 cells/],
    [['networkArchive.kind=grid', 'networkArchive.normalise=false'], /a grid needs scaled descriptors/],
    [['promptArchive.kind=categorical', 'promptArchive.normalise=false'], /rows need scaled descriptors/],
  ])('%s is refused', (assignments, message) => {
    expect(() => axes(...assignments)).toThrow(message);
  });
});

describe('settings of version 0.1', () => {
  const stored = (networkArchive: object): SettingsInput => ({ ...presets.laptop, networkArchive }) as SettingsInput;

  test('have their axes as fields, and are read with the list of them', () => {
    const { axes: _, kind: _kind, bins: _bins, ...others } = presets.laptop.networkArchive;
    const [ratio, flops] = presets.laptop.networkArchive.axes.map(({ descriptor: _name, ...axis }) => axis);
    expect(parseSettings(stored({ ...others, widthToDepth: ratio, flops }))).toEqual(presets.laptop);
  });

  test('what they left out is the paper’s', () => {
    const { axes: read } = parseSettings(stored({ flops: { scale: 'log10', min: 4, max: 9 } })).networkArchive;
    expect(read).toEqual([
      { descriptor: 'widthToDepth', scale: 'linear', min: 0, max: 200 },
      { descriptor: 'flops', scale: 'log10', min: 4, max: 9 },
    ]);
  });

  test('mixed with a list of axes they are refused, and wrong ones as before', () => {
    expect(() => parseSettings(stored({ axes: ['flops', 'depth'], flops: {} }))).toThrow(/networkArchive\.flops/);
    expect(() => parseSettings(stored({ flops: { scale: 'log10', min: 9, max: 4 } }))).toThrow(/max must exceed min/);
  });
});

describe('niches of both archives', () => {
  test('are those of the settings: centroids on as many axes, bins, a row a prompt', () => {
    const settings = applySettings(presets.laptop, [
      'networkArchive.axes=flops,depth,params',
      'networkArchive.niches=20',
      'networkArchive.samples=200',
      'promptArchive.kind=categorical',
      'promptArchive.bins=4',
    ]);
    const { networks, prompts } = nichesOf(settings);
    expect(networks.kind === 'cvt' && networks.centroids.map((centroid) => centroid.length)).toEqual(
      new Array(20).fill(3),
    );
    expect(prompts).toEqual({ kind: 'categorical', categories: 13, bins: [4] });
    const grid = applySettings(settings, ['networkArchive.kind=grid', 'networkArchive.bins=[5]']);
    expect(nichesOf(grid).networks).toEqual({ kind: 'grid', bins: [5, 5, 5] });
  });
});
