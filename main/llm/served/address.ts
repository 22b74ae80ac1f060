/** The address of a model that another program serves, `http://127.0.0.1:8080/v1#NAME`, and whether it is this machine's. */
import { BlockList, isIP, isIPv6 } from 'node:net';
import { basename } from 'node:path';
import { fail } from '../../../core/failure.ts';
import { addressParts, isServed } from '../../../core/search/served-address.ts';

export interface ServedAddress {
  /** Without the name and a slash at its end: `http://127.0.0.1:8080/v1`. */
  readonly base: string;
  /** The name behind `#`; null where the server is to have one model only. */
  readonly model: string | null;
  /** Whether its host is this machine: 127.0.0.0/8, ::1, or the name localhost. */
  readonly loopback: boolean;
}

const loopbackAddresses = new BlockList();
loopbackAddresses.addSubnet('127.0.0.0', 8, 'ipv4');
loopbackAddresses.addAddress('::1', 'ipv6');

/** Whether an IP address is one of this machine's own loopback. */
export function isLoopback(address: string): boolean {
  return loopbackAddresses.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** A model's place in a few words: the file's name, or the name behind an address, or its host. */
export function placeName(place: string): string {
  if (!isServed(place)) return basename(place);
  const { address, name } = addressParts(place);
  return name ?? (URL.canParse(address) ? new URL(address).host : address);
}

/** What a person may give, for errors. */
const example = 'Give an address such as http://127.0.0.1:8080/v1#NAME.';

/**
 * Reads an address; one without a path gets `/v1`.
 * @throws FailureError `usage` for what is none, or holds a name and password, or a query
 */
export function parseAddress(text: string): ServedAddress {
  const { address, name } = addressParts(text);
  if (!isServed(address) || !URL.canParse(address)) {
    fail('usage', `model ${text}: this is no address of a server. ${example}`);
  }
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') {
    fail(
      'usage',
      `model ${url.protocol}//${url.host}: an address is kept in the run, so it must not hold a name and password. Put the server's key into the environment variable LLMATIC_API_KEY.`,
    );
  }
  if (url.search !== '') fail('usage', `model ${text}: an address has nothing after a question mark. ${example}`);
  const path = url.pathname.replace(/\/+$/, '');
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return {
    base: `${url.protocol}//${url.host}${path === '' ? '/v1' : path}`,
    model: name,
    loopback: isIP(host) === 0 ? host.toLowerCase() === 'localhost' : isLoopback(host),
  };
}

/**
 * Refuses an address that is not this machine's without the person's word.
 * @throws FailureError `remote-address` with what would leave the machine, and how to allow it
 */
export function requireAllowed({ base, loopback }: ServedAddress, allowed: boolean): void {
  if (loopback || allowed) return;
  fail(
    'remote-address',
    `model ${base}: this address is not on this machine (127.0.0.1, ::1 or localhost): every prompt, with the networks in it, would be sent there. If that is what you want, say so with --allow-remote (the setting served.allowRemote).`,
  );
}

interface Resolved {
  readonly address: string;
  readonly family: number;
}

/** Loaded when a name is to be found, not before: loading it reads the settings for names. */
async function lookUp(host: string): Promise<Resolved[]> {
  const { lookup } = await import('node:dns/promises');
  return lookup(host, { all: true });
}

/**
 * The IP addresses of a host, asked at each connection: `localhost` may name another machine in a file of hosts.
 * @throws FailureError `remote-address` where one is not loopback, and only those are allowed
 */
export async function resolveHost(
  host: string,
  onlyLoopback: boolean,
  find: (host: string) => Promise<Resolved[]> = lookUp,
): Promise<Resolved[]> {
  const found = await find(host);
  const other = found.find(({ address }) => !isLoopback(address));
  if (onlyLoopback && other !== undefined) {
    fail(
      'remote-address',
      `model: the name ${host} stands for ${other.address}, which is not on this machine. Give 127.0.0.1 instead, or allow it with --allow-remote (the setting served.allowRemote).`,
    );
  }
  return found;
}
