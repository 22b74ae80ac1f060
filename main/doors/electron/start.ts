/**
 * `npm start`: opens the window from a checkout. It fetches Electron's binary at first start and compiles what has
 * changed; where there can be no window it says why, and offers the page.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { FailureError, fail, failureOf } from '../../../core/failure.ts';
import { packageFolder } from '../../package-folder.ts';
import { lastWritten } from '../last-written.ts';
import { sayLine as say } from '../standard-streams.ts';
import { electronBinary, electronVersion, fetchElectron, refuseWithoutScreen } from './electron-binary.ts';

const patience = 60_000;

async function binaryAtHand(): Promise<string> {
  const require = createRequire(import.meta.url);
  const electronFolder = dirname(require.resolve('electron/package.json'));
  const found = electronBinary(electronFolder);
  if (found !== null) return found;
  const version = electronVersion(electronFolder);
  say(`Electron ${version} is not here yet: fetching it, once (about 120 MB).`);
  let told = 0;
  try {
    await fetchElectron(electronFolder, {
      patience,
      onProgress(bytes) {
        if (bytes - told < 10e6) return;
        told = bytes;
        say(`  ${Math.round(bytes / 1e6)} MB`);
      },
    });
  } catch (error) {
    fail(
      'download',
      `Electron ${version} could not be fetched: ${failureOf(error).message}. Connect this machine to the internet, name a mirror in ELECTRON_MIRROR, or name a folder that holds Electron ${version} in ELECTRON_OVERRIDE_DIST_PATH; then repeat npm start.`,
    );
  }
  return (
    electronBinary(electronFolder) ?? fail('download', `Electron ${version} was fetched, but is not in its folder.`)
  );
}

const sources = ['core', 'main', 'preload', 'renderer', 'package.json', 'electron.vite.config.ts', 'vite.config.ts'];
/** One file of each part: `serve` compiles the renderer alone. */
const outputs = ['main/doors/electron.js', 'preload/preload.cjs', 'renderer/index.html'];

/** Compiles the app where something was written since it was last compiled. */
function compile(root: string): void {
  const newest = lastWritten(sources.map((name) => join(root, name)));
  if (outputs.every((name) => lastWritten([join(root, 'dist', name)]) > newest)) return;
  say('Compiling the app.');
  const script = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
  const run = spawnSync(process.execPath, [script, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (run.status !== 0) fail('build', 'The app did not compile; what was wrong stands above.');
}

async function openWindow(): Promise<number> {
  const root = packageFolder();
  const binary = await binaryAtHand();
  refuseWithoutScreen(process.platform, process.env);
  compile(root);
  const { ELECTRON_RUN_AS_NODE: _asNode, ...environment } = process.env;
  const child = spawn(binary, [root, ...process.argv.slice(2)], { stdio: 'inherit', env: environment });
  // The window answers Ctrl-C itself, since it reaches every process of the terminal: it saves, then ends.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(new FailureError({ kind: 'start', message: error.message })));
    child.on('close', resolve);
  });
  if (code === 0) return 0;
  return fail(
    'start',
    `Electron ended with ${code === null ? 'a signal' : `code ${code}`}; what it wrote stands above.`,
  );
}

try {
  process.exitCode = await openWindow();
} catch (error) {
  say(`The window cannot open. ${failureOf(error).message}`);
  say('The same app as a page in your browser: npm run -s llmatic -- serve');
  process.exitCode = 1;
}
