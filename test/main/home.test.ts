import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { homeFolder } from '../../main/home.ts';

it('puts data where LLMATIC_HOME says, else where each platform keeps it', () => {
  expect(homeFolder({ LLMATIC_HOME: '/data/x', XDG_DATA_HOME: '/xdg' }, 'linux')).toBe('/data/x');
  expect(homeFolder({ XDG_DATA_HOME: '/xdg' }, 'linux')).toBe(join('/xdg', 'llmatic'));
  expect(homeFolder({ LLMATIC_HOME: '' }, 'linux')).toBe(join(homedir(), '.local', 'share', 'llmatic'));
  expect(homeFolder({}, 'darwin')).toBe(join(homedir(), 'Library', 'Application Support', 'LLMatic'));
  expect(homeFolder({ APPDATA: '/roaming' }, 'win32')).toBe(join('/roaming', 'LLMatic'));
});
