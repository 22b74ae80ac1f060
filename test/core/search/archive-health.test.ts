import { describe, expect, test } from 'vitest';
import { cvtNiches } from '../../../core/archive/cvt-niches.ts';
import { gridNiches } from '../../../core/archive/grid-niches.ts';
import { reachedFrom } from '../../../core/archive/niches.ts';
import { archiveHealth, type HealthQuestion } from '../../../core/search/archive-health.ts';
import { axesOf } from '../../../core/search/descriptors/axes.ts';
import { limitsOf } from '../../../core/search/descriptors/limits.ts';
import { presets } from '../../../core/search/presets.ts';
import { limitedAxes, limitReasons, networkBox, promptBoxes } from '../../../core/search/reachable.ts';
import { applySettings } from '../../../core/search/setting-paths.ts';
import { paperPrompts } from './paper-prompts.ts';

const { paper, demo } = presets;

function question(changes: Partial<HealthQuestion>): HealthQuestion {
  const axes = changes.axes ?? paper.networkArchive.axes;
  return {
    settings: paper,
    axes,
    tried: 26,
    clipped: axes.map(() => ({ below: 0, above: 0 })),
    extents: axes.map(() => ({ least: 1, most: 2 })),
    elites: [],
    niches: 100,
    unreachable: 0,
    ...changes,
  };
}

describe('what the budget allows', () => {
  test('is the smaller of the budgets that limit a measure, and names its setting', () => {
    expect(limitsOf(demo)).toEqual({
      params: { value: 2e6, setting: 'budget.params' },
      flops: { value: 6e6, setting: 'budget.flops' },
      activationBytes: { value: 2 ** 28 / 32, setting: 'budget.activationBytes' },
    });
    const dear = applySettings(demo, ['budget.trainingFlops=3e10']);
    // 3 passes x 5,000 images x 2 epochs
    expect(limitsOf(dear).flops).toEqual({ value: 1e6, setting: 'budget.trainingFlops' });
  });

  test('ends an axis where the budget ends, and no other', () => {
    const limited = limitedAxes(demo.networkArchive.axes, demo);
    expect(limited.map(({ axis, most }) => [axis.descriptor, most])).toEqual([['flops', (Math.log10(6e6) - 4) / 5]]);
    expect(limitReasons(demo.networkArchive.axes, demo)).toBe('beyond budget.flops');
    expect(limitedAxes(paper.networkArchive.axes, paper)).toEqual([]);
    const axes = axesOf(['depth', 'width', 'params', 'activationBytes']);
    expect(networkBox(axes, demo)).toEqual({
      low: [0, 0, 0, 0],
      high: [1, 1, (Math.log10(2e6) - 3) / 5, (Math.log10(2 ** 23) - 4) / 4],
    });
  });

  test('leaves of a grid exactly the bins below it', () => {
    const reached = reachedFrom(gridNiches([2, 5]), [networkBox(demo.networkArchive.axes, demo)]);
    // 6 M FLOPs lie at 0.556 of the axis: in the third of five bins.
    expect([...reached].sort((a, b) => a - b)).toEqual([0, 1, 2, 5, 6, 7]);
  });

  test('a budget below the whole axis leaves its lower end, to which all is clipped', () => {
    const tiny = applySettings(demo, ['budget.flops=1000']);
    const box = networkBox(tiny.networkArchive.axes, tiny);
    expect(box.high).toEqual([1, 0]);
    const niches = cvtNiches([
      [0.5, 0.1],
      [0.5, 0.9],
    ]);
    expect([...reachedFrom(niches, [box])]).toEqual([0]);
  });

  test('prompts reach one line each, at the temperatures that there can be', () => {
    const boxes = promptBoxes(demo, paperPrompts);
    expect(boxes).toHaveLength(13);
    expect(boxes[2]).toEqual({ low: [2 / 13, 0], high: [2 / 13, 1] });
    expect(promptBoxes(applySettings(demo, ['temperature.minimum=0.1']), paperPrompts)[2]?.low[1]).toBe(0.1);
  });
});

describe('the health of an archive', () => {
  test('says nothing of one in order', () => {
    expect(
      archiveHealth(
        question({
          clipped: [
            { below: 1, above: 0 },
            { below: 0, above: 0 },
          ],
        }),
      ).remarks,
    ).toEqual([]);
  });

  test('tells networks that all lie below the axis, and the range that would hold them', () => {
    const health = archiveHealth(
      question({
        clipped: [
          { below: 0, above: 0 },
          { below: 26, above: 0 },
        ],
        extents: [
          { least: 5, most: 80 },
          { least: 13_312, most: 4e6 },
        ],
      }),
    );
    expect(health.axes.map(({ clippedShare }) => clippedShare)).toEqual([0, 1]);
    expect(health.remarks).toEqual([
      'All 26 networks lie below 200 M FLOPs, the lower end of the axis, and were moved to it, where the archive cannot tell them apart. Take its usual range, log10 from 4 to 9 (networkArchive.axes).',
    ]);
  });

  test('tells the end to move where the usual range would not do', () => {
    const health = archiveHealth(
      question({
        settings: demo,
        axes: axesOf(['depth', 'flops']),
        clipped: [
          { below: 0, above: 9 },
          { below: 2, above: 2 },
        ],
        extents: [
          { least: 2, most: 61 },
          { least: 4000, most: 2.1e9 },
        ],
      }),
    );
    expect(health.remarks).toEqual([
      '9 of 26 networks lie above 30 depth, the upper end of the axis, and were moved to it, where the archive cannot tell them apart. Set its max to 61 (networkArchive.axes).',
      '4 of 26 networks lie outside 10 k to 1 G FLOPs, the ends of the axis, and were moved to its ends, where the archive cannot tell them apart. Set its min to 3.6 and its max to 9.4 (networkArchive.axes).',
    ]);
  });

  test('tells an axis on which all elites are alike, from three elites on', () => {
    const axes = axesOf(['depth', 'flops']);
    const elites = [
      [0.1, 0.2],
      [0.1, 0.5],
      [0.1, 0.7],
    ];
    const collapsed = archiveHealth(question({ settings: demo, axes, elites }));
    expect(collapsed.axes.map((axis) => axis.collapsed)).toEqual([3, null]);
    expect(collapsed.remarks).toEqual([
      'All 3 elites have the same depth, 3: the axis tells none of them apart. Choose another descriptor (networkArchive.axes).',
    ]);
    expect(archiveHealth(question({ axes, elites: elites.slice(1) })).remarks).toEqual([]);
  });

  test('tells niches that the budget puts out of reach, and both ways to reach them', () => {
    const health = archiveHealth(question({ settings: demo, axes: demo.networkArchive.axes, unreachable: 44 }));
    expect(health.remarks).toEqual([
      '44 of 100 niches cannot be reached: budget.flops allows 6 M (FLOPs). To use them all, set the max of the axis of FLOPs to 6.8, or raise budget.flops.',
    ]);
  });

  test('says nothing of axes that raw measures do not use', () => {
    const raw = question({
      unreachable: null,
      clipped: [
        { below: 0, above: 26 },
        { below: 26, above: 0 },
      ],
    });
    expect(archiveHealth(raw).remarks).toEqual([]);
  });
});
