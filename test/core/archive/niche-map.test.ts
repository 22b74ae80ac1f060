import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NicheMap } from '../../../core/archive/niche-map.ts';

/** Niches on both sides of where the tree grows by a level. */
const niche = fc.oneof(fc.nat(70), fc.integer({ min: 1000, max: 1100 }), fc.integer({ min: 32_700, max: 40_000 }));

describe('niche map', () => {
  test('holds what a Map holds, in order of the niches, in every state it went through', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(niche, fc.nat(9)), { maxLength: 60 }), (changes) => {
        const expected = new Map<number, number>();
        const states: { map: NicheMap<number>; entries: [number, number][] }[] = [];
        let map = NicheMap.empty<number>();
        for (const [at, value] of changes) {
          map = map.with(at, value);
          expected.set(at, value);
          states.push({ map, entries: [...expected].sort(([a], [b]) => a - b) });
        }
        for (const { map: state, entries } of states) {
          expect([...state]).toEqual(entries);
          expect(state.size).toBe(entries.length);
          expect([...state.keys()]).toEqual(entries.map(([at]) => at));
          expect([...state.values()]).toEqual(entries.map(([, value]) => value));
          for (const [at, value] of entries) expect(state.get(at)).toBe(value);
        }
        for (const at of [0, 31, 32, 1023, 1024, 32_768, 1_000_000]) {
          expect(map.get(at)).toBe(expected.get(at));
          expect(map.has(at)).toBe(expected.has(at));
        }
      }),
    );
  });

  test('shares with the map before it all but one path', () => {
    const full = Array.from({ length: 10_000 }, (_, at) => at).reduce(
      (map, at) => map.with(at, { at }),
      NicheMap.empty<{ at: number }>(),
    );
    const next = full.with(5000, { at: -1 });
    const nodes = (map: NicheMap<unknown>): Set<unknown> => {
      const found = new Set<unknown>();
      const visit = (node: NicheMap<unknown>['root']): void => {
        if (node === undefined) return;
        found.add(node);
        if (node.kind === 'inner') for (const branch of node.branches) visit(branch);
      };
      visit(map.root);
      return found;
    };
    const before = nodes(full);
    expect([...nodes(next)].filter((node) => !before.has(node))).toHaveLength(3);
    expect(before.size).toBeGreaterThan(300);
  });

  test('refuses what is no niche', () => {
    for (const wrong of [-1, 0.5, Number.NaN, 2 ** 31]) {
      expect(() => NicheMap.empty<number>().with(wrong, 1)).toThrow(/numbered from 0/);
    }
  });
});
