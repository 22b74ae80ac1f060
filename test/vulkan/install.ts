/**
 * Puts a software Vulkan device (Mesa's lavapipe) below .vulkan/ for the full tier of tests: WebGPU without a GPU.
 * Debian 12's own Mesa is too old for it, so the driver of its backports suite is unpacked there, beside the system's
 * packages, which bring what it depends on. Needs apt-get and the right to install packages.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const folder = join(root, '.vulkan');
const icd = join(folder, 'icd.json');
const library = join(folder, 'usr', 'lib', 'x86_64-linux-gnu', 'libvulkan_lvp.so');

function run(command: string, words: readonly string[], cwd = root): void {
  execFileSync(command, words, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
}

/** The archive that this system takes Debian 12's packages from: the backports lie beside them. */
function archive(): string {
  const words = ['indextargets', '--format', '$(REPO_URI) $(RELEASE)', 'Identifier: Packages'];
  const lines = execFileSync('apt-get', words, { encoding: 'utf8' }).split('\n');
  const found = lines.map((line) => line.split(' ')).find(([, release]) => release === 'bookworm');
  if (found?.[0] === undefined) throw new Error('This system takes no packages from Debian 12 (bookworm).');
  return found[0];
}

if (!existsSync(icd)) {
  const lists = join(folder, 'lists');
  mkdirSync(join(lists, 'partial'), { recursive: true });
  const sources = join(folder, 'backports.list');
  writeFileSync(sources, `deb ${archive()} bookworm-backports main\n`);
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-q', '-y', 'libvulkan1', 'mesa-vulkan-drivers']);
  // A list of packages of its own, so that the system keeps the suites that it has.
  const own = [
    ['-o', `Dir::Etc::SourceList=${sources}`],
    ['-o', 'Dir::Etc::SourceParts=-'],
    ['-o', `Dir::State::Lists=${lists}`],
    ['-o', 'APT::Sandbox::User=root'],
  ].flat();
  run('apt-get', [...own, 'update', '-q']);
  run('apt-get', [...own, 'download', '-q', 'mesa-vulkan-drivers'], folder);
  const driver = readdirSync(folder).find((name) => name.endsWith('.deb'));
  if (driver === undefined) throw new Error('apt-get downloaded no mesa-vulkan-drivers.');
  run('dpkg', ['-x', join(folder, driver), folder]);
  if (!existsSync(library)) throw new Error(`${driver} holds no ${library}.`);
  const description = {
    file_format_version: '1.0.0',
    ICD: { library_path: library, api_version: '1.4.305' },
  };
  writeFileSync(icd, JSON.stringify(description));
}
process.stdout.write(`${icd}\n`);
