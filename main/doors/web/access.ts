/**
 * Who may use the web door: a request must name an address of ours (Host, against DNS rebinding) and carry the secret
 * of this start, as a cookie or in the address. Other pages of the same machine are kept from the socket by Origin.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** Name of the secret in an address. */
export const tokenParameter = 'token';

export interface Access {
  /** 256 random bits, drawn anew at each start. */
  readonly token: string;
  /** Whether the Host header is an address that this door is reached at. */
  rightHost(request: IncomingMessage): boolean;
  /** Whether a browser's page of another origin asks. What names no origin is no page. */
  foreignOrigin(request: IncomingMessage): boolean;
  hasCookie(request: IncomingMessage): boolean;
  /** Whether the address carries the secret. */
  hasToken(address: URL): boolean;
  /** The header that gives a browser the secret for this door alone: neither scripts nor other sites get at it. */
  readonly setCookie: string;
}

function sameText(given: string, expected: string): boolean {
  // Hashes have equal length, which the comparison needs, and tell nothing of how alike the texts are.
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}

/** Host and port of a Host header: `[::1]:7801`, `localhost:7801`, `localhost`. */
function splitHost(header: string): { readonly name: string; readonly port: number } | null {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]/@\s]+)(?::(\d{1,5}))?$/i.exec(header);
  if (match?.[1] === undefined) return null;
  return { name: match[1].replace(/^\[|\]$/g, '').toLowerCase(), port: Number(match[2] ?? 80) };
}

/** Whether only this machine can reach a door that listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

export function createAccess({ host, port }: { readonly host: string; readonly port: number }): Access {
  const token = randomBytes(32).toString('base64url');
  // Cookies know no ports: without it in the name, two doors of one machine would overwrite each other's.
  const cookieName = `llmatic_${port}`;
  const local = isLoopback(host);

  const isOurs = (name: string): boolean => {
    if (isLoopback(name) || name === host.toLowerCase()) return true;
    // Rebinding needs a name that its owner can point elsewhere; a bare address or this machine's own name is none.
    return !local && (isIP(name) !== 0 || name === hostname().toLowerCase());
  };

  return {
    token,
    rightHost({ headers }) {
      const given = splitHost(headers.host ?? '');
      return given !== null && given.port === port && isOurs(given.name);
    },
    foreignOrigin({ headers }) {
      return headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${headers.host}`.toLowerCase();
    },
    hasCookie({ headers }) {
      const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
      const ours = cookies.filter((cookie) => cookie.startsWith(`${cookieName}=`));
      return ours.some((cookie) => sameText(cookie.slice(cookieName.length + 1), token));
    },
    hasToken: (address) => address.searchParams.getAll(tokenParameter).some((given) => sameText(given, token)),
    setCookie: `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`,
  };
}
