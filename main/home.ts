/** The folder where LLMatic keeps what is not part of a run: imported datasets, caches. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The app's data folder: the environment variable LLMATIC_HOME where set, else the platform's usual place
 * (Linux: $XDG_DATA_HOME/llmatic or ~/.local/share/llmatic; macOS: ~/Library/Application Support/LLMatic;
 * Windows: %APPDATA%\LLMatic). It may not exist yet: who writes into it creates it.
 */
export function homeFolder(environment: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  const chosen = environment.LLMATIC_HOME;
  if (chosen !== undefined && chosen !== '') return chosen;
  if (platform === 'win32') {
    const roaming = environment.APPDATA;
    return join(roaming !== undefined && roaming !== '' ? roaming : join(homedir(), 'AppData', 'Roaming'), 'LLMatic');
  }
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'LLMatic');
  const data = environment.XDG_DATA_HOME;
  return join(data !== undefined && data !== '' ? data : join(homedir(), '.local', 'share'), 'llmatic');
}
