/** A network namespace of its own: loopback, and no way to anywhere else. */
import { spawn } from 'node:child_process';
import { networkInterfaces } from 'node:os';

/** Set in what runs inside. */
export const insideEnvironment: Readonly<Record<string, string>> = { LLMATIC_TEST_WITHOUT_NETWORK: '1' };

export function isInside(): boolean {
  return process.env.LLMATIC_TEST_WITHOUT_NETWORK === '1';
}

/** Runs a file with this Node in a namespace without a route; resolves with what it printed. Root, or a kernel that lets users make namespaces. */
export async function runInside(file: string, words: readonly string[] = []): Promise<string> {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const script = 'ip link set lo up && exec "$@"';
  const child = spawn(
    'unshare',
    [
      ...user,
      '--net',
      '--',
      'sh',
      '-c',
      script,
      'sh',
      process.execPath,
      '--disable-warning=ExperimentalWarning',
    ].concat(file, words),
    { env: { ...process.env, ...insideEnvironment }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let printed = '';
  child.stdout.on('data', (chunk) => {
    printed += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`unshare (util-linux) cannot be run: ${error.message}`)));
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`${file} ended with ${code} in its namespace. It needs unshare, ip and strace.`);
  return printed;
}

/** Names of the interfaces that are up; loopback alone inside. */
export function interfacesUp(): string[] {
  return Object.keys(networkInterfaces());
}
