// What signals mean to a command; that commands and their children heed them is seen in network-running.test.ts.
import { describe, expect, test } from 'vitest';
import { meaningOf } from '../../../main/doors/stopping.ts';

describe('a signal', () => {
  test('stops a command when it is the first, whichever it is', () => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK'] as const) {
      expect(meaningOf(signal, null)).toBe('stop');
    }
  });

  test('quits at once when it is the second', () => {
    expect(meaningOf('SIGINT', 1)).toBe('quit');
    expect(meaningOf('SIGTERM', 1000)).toBe('quit');
  });

  test('is no second one where senders repeat it: a closed terminal, timeout', () => {
    expect(meaningOf('SIGHUP', 5000)).toBe('nothing');
    expect(meaningOf('SIGTERM', 2)).toBe('nothing');
  });
});
