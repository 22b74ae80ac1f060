import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, addressOfRun, formatAddress, parseAddress, runTabs } from '../../renderer/address.ts';

describe('an address', () => {
  it('names a run, its tab, the selection and the generation', () => {
    expect(parseAddress('#/run/demo-1/archives?selection=g003-017&generation=4')).toEqual({
      page: 'run',
      run: 'demo-1',
      tab: 'archives',
      selection: 'g003-017',
      generation: 4,
    });
  });

  it('opens the same view again, whatever the run is called', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.isWellFormed());
    const run = fc.record({
      page: fc.constant('run' as const),
      run: name,
      tab: fc.constantFrom(...runTabs),
      selection: fc.option(name),
      generation: fc.option(fc.integer({ min: -1, max: 1e6 })),
    });
    const fresh = fc.record({ page: fc.constant('new' as const), preset: fc.option(name) });
    const plain = fc.record({ page: fc.constantFrom('runs' as const, 'models' as const, 'data' as const) });
    fc.assert(
      fc.property(fc.oneof(run, fresh, plain), (address: Address) => {
        // The browser's own reading of the address.
        const { hash } = new URL(`http://localhost/${formatAddress(address)}`);
        expect(parseAddress(hash)).toEqual(address);
      }),
    );
  });

  it('keeps a path as the name of a run in one piece', () => {
    const address = formatAddress(addressOfRun('C:\\runs\\a b', 'g000-001'));
    expect(address).toBe('#/run/C%3A%5Cruns%5Ca%20b/live?selection=g000-001');
    expect(parseAddress(address)).toMatchObject({ run: 'C:\\runs\\a b', selection: 'g000-001' });
  });

  it.each(['', '#', '#/', '#/nowhere', '#/run', '#/run/', '#/run/%E0%A4%A'])(
    'that names nothing opens the runs: %j',
    (hash) => {
      expect(parseAddress(hash)).toEqual({ page: 'runs' });
    },
  );

  it.each(['x', '1.5', '-2', '1e3', ''])('with the generation %j follows the latest', (text) => {
    expect(parseAddress(`#/run/a/live?generation=${text}`)).toMatchObject({ generation: null });
  });

  it('with an unknown tab opens the live one', () => {
    expect(parseAddress('#/run/a/charts')).toMatchObject({ run: 'a', tab: 'live' });
  });
});
