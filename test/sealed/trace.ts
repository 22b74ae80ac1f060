/**
 * What a program does with a network and with files, as the kernel sees it: strace's record of all its processes,
 * read back. strace: https://strace.io, one file for each thread, paths of descriptors resolved.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What is recorded: whatever reaches a network, whatever makes, changes or removes a file. */
const calls = [
  ...['connect', 'bind', 'sendto', 'sendmsg', 'sendmmsg'],
  ...['open', 'openat', 'openat2', 'creat', 'truncate', 'mkdir', 'mkdirat', 'mknod', 'mknodat'],
  ...['rename', 'renameat', 'renameat2', 'link', 'linkat', 'symlink', 'symlinkat'],
  ...['unlink', 'unlinkat', 'rmdir', 'chmod', 'fchmodat', 'chown', 'lchown', 'fchownat', 'utimensat'],
  ...['setxattr', 'lsetxattr', 'removexattr', 'execve', 'io_uring_setup'],
];

export interface Trace {
  readonly processes: number;
  /** Programs that were started. */
  readonly programs: readonly string[];
  /** Addresses of other machines that were spoken to, or tried: `connect 192.0.2.1:443`. */
  readonly connections: readonly string[];
  /** Signs that a name was looked up: a name server, its socket, the file of hosts. */
  readonly lookups: readonly string[];
  /** Addresses beyond loopback that were listened at. */
  readonly listening: readonly string[];
  /** Files and folders that were made, changed or removed, or tried to be, by path. */
  readonly written: readonly string[];
  /** Ways around the tracer; none is expected. */
  readonly untraced: readonly string[];
}

/** Starts a program under strace, which writes below `folder`; `ended` resolves with its exit code. */
export function startTraced(
  words: readonly string[],
  options: { readonly folder: string; readonly cwd: string; readonly env: NodeJS.ProcessEnv },
) {
  mkdirSync(options.folder, { recursive: true });
  return spawn(
    'strace',
    [
      ...['-f', '-ff', '--seccomp-bpf', '-y', '-qq', '-s', '4096', '--signal=none'],
      ...['-o', join(options.folder, 'trace'), '-e', `trace=${calls.map((call) => `?${call}`).join(',')}`],
      ...words,
    ],
    { cwd: options.cwd, env: options.env, stdio: ['ignore', 'pipe', 'pipe'] },
  );
}

function isLoopback(address: string): boolean {
  return /^127\./.test(address) || address === '::1' || /^::ffff:127\./.test(address);
}

/** A string as strace prints it. */
function unquoted(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|([0-7]{1,3})|(.))/g, (_all, hexadecimal, octal, character) => {
    if (hexadecimal !== undefined) return String.fromCharCode(Number.parseInt(hexadecimal, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return ({ n: '\n', t: '\t', r: '\r' } as Record<string, string>)[character] ?? character;
  });
}

/** Addresses in the arguments of a call: `192.0.2.1:53`. */
function addressesIn(text: string): string[] {
  const found: string[] = [];
  for (const [, port, address] of text.matchAll(/sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)/g)) {
    found.push(`${address}:${port}`);
  }
  for (const [, port, address] of text.matchAll(/sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"/g)) {
    found.push(`[${address}]:${port}`);
  }
  return found;
}

const nameOf = (address: string): string => address.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');

/** Paths in the arguments of a call, absolute: `AT_FDCWD</here>, "file"`, `"file"`, `7</folder>, "file"`. */
function pathsIn(text: string, cwd: string): string[] {
  const found: string[] = [];
  for (const [, at, quoted] of text.matchAll(/(?:(?:AT_FDCWD|\d+)<([^>]*)>, )?"((?:[^"\\]|\\.)*)"/g)) {
    found.push(resolve(at === undefined ? cwd : unquoted(at), unquoted(quoted ?? '')));
  }
  return found;
}

/** Addresses of these are read; a socket of the kernel itself (netlink) tells of interfaces and goes nowhere. */
const knownFamilies = new Set(['AF_UNIX', 'AF_LOCAL', 'AF_INET', 'AF_INET6', 'AF_NETLINK', 'AF_UNSPEC']);

const opens = new Set(['open', 'openat', 'openat2', 'creat']);
const changes = /\bO_(?:WRONLY|RDWR|CREAT|TRUNC|APPEND|TMPFILE)\b/;
/** Read when a name is looked up. (Node reads resolv.conf as soon as it loads what looks up names, a server's address too.) */
const resolvers = /^\/etc\/(?:hosts|host\.conf|gai\.conf)$/;

/** Reads the record below `folder`; `cwd`: where the program started. */
export function readTrace(folder: string, cwd: string): Trace {
  const seen = {
    programs: new Set<string>(),
    connections: new Set<string>(),
    lookups: new Set<string>(),
    listening: new Set<string>(),
    written: new Set<string>(),
    untraced: new Set<string>(),
  };
  const files = readdirSync(folder).filter((name) => name.startsWith('trace.'));
  for (const file of files) {
    for (const line of readFileSync(join(folder, file), 'utf8').split('\n')) {
      const match = /^(\w+)\((.*)$/.exec(line);
      if (match?.[1] === undefined || match[2] === undefined) continue;
      const [, call, rest] = match;
      if (call === 'io_uring_setup') {
        // Without a poller of the kernel's, libuv passes nothing but what it waits for through its rings.
        if (rest.includes('IORING_SETUP_SQPOLL')) seen.untraced.add(line);
      } else if (call === 'execve') seen.programs.add(pathsIn(rest, cwd)[0] ?? rest);
      else if (call === 'bind') {
        for (const address of addressesIn(rest)) {
          if (!isLoopback(nameOf(address))) seen.listening.add(address);
        }
        const socket = /sun_path="([^"]+)"/.exec(rest)?.[1];
        if (socket !== undefined) seen.written.add(resolve(cwd, unquoted(socket)));
      } else if (call === 'connect' || call.startsWith('send')) {
        const local = /sun_path=@?"([^"]*)"/.exec(rest)?.[1];
        if (local !== undefined && /nscd|resolve|dbus|dnsmasq/.test(local)) seen.lookups.add(`${call} ${local}`);
        for (const address of addressesIn(rest)) {
          if (/:53$/.test(address)) seen.lookups.add(`${call} ${address}`);
          if (!isLoopback(nameOf(address))) seen.connections.add(`${call} ${address}`);
        }
        const family = /sa_family=(\w+)/.exec(rest)?.[1];
        if (family !== undefined && !knownFamilies.has(family)) seen.connections.add(`${call} ${family}`);
      } else {
        const paths = pathsIn(rest.replace(/\)\s+= .*$/, ''), cwd);
        if (opens.has(call)) {
          for (const path of paths) if (resolvers.test(path)) seen.lookups.add(`read ${path}`);
          if (call !== 'creat' && !changes.test(rest)) continue;
        }
        for (const path of paths) seen.written.add(path);
      }
    }
  }
  const sorted = (set: ReadonlySet<string>): string[] => [...set].sort();
  return {
    processes: files.length,
    programs: sorted(seen.programs),
    connections: sorted(seen.connections),
    lookups: sorted(seen.lookups),
    listening: sorted(seen.listening),
    written: sorted(seen.written),
    untraced: sorted(seen.untraced),
  };
}
