// Whose word it is that prompts may leave this machine: the one of a configuration is for the address beside it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { chosenSettings } from '../../../../main/doors/commands/search-settings.ts';

const folder = mkdtempSync(join(tmpdir(), 'llmatic-search-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const own = 'http://192.0.2.1:8080/v1#a';
const config = join(folder, 'config.json');
writeFileSync(config, JSON.stringify({ model: own, served: { allowRemote: true } }));

const word = (options: Parameters<typeof chosenSettings>[0]): boolean =>
  chosenSettings({ config, ...options }).settings.served.allowRemote;

it('keeps the word of a configuration for its own address', () => {
  expect(word({})).toBe(true);
  expect(word({ model: 'http://192.0.2.1:8080/v1#b' })).toBe(true);
  expect(word({ set: ['generations=1'] })).toBe(true);
});

it('takes it back where the command line names another model', () => {
  expect(word({ model: 'http://192.0.2.2:8080/v1#a' })).toBe(false);
  expect(word({ set: ['model=http://192.0.2.2:8080/v1#a'] })).toBe(false);
  expect(word({ model: '/models/m.gguf' })).toBe(false);
});

it('takes the word of the command line for its model', () => {
  const model = 'http://192.0.2.2:8080/v1#a';
  expect(word({ model, 'allow-remote': true })).toBe(true);
  expect(word({ set: ['served.allowRemote=true', `model=${model}`] })).toBe(true);
  expect(word({ set: ['served.allowRemote = false'] })).toBe(false);
});
