/**
 * Who may use the web door. A request must name an address of ours (Host, against DNS rebinding). It is let in by the
 * secret of this start, in the address; or, once a browser came with that, by two halves that are worth nothing alone.
 * The one is a cookie: no script reads it, but cookies know no ports, and a browser sends it to every server of this
 * machine. The other is a key that the page keeps: its storage knows ports, and no other server hears of it. The cookie
 * opens the page's files; the socket, which steers searches, wants both. Pages of other origins are kept out by Origin.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { keyParameter } from '../../../core/contract/web-socket-port.ts';

/** Name of the secret in an address. */
export const tokenParameter = 'token';

export interface Access {
  /** 256 random bits, drawn anew at each start. */
  readonly token: string;
  /** Whether the Host header is an address that this door is reached at. */
  rightHost(request: IncomingMessage): boolean;
  /** Whether a browser's page of another origin asks. What names no origin is no page. */
  foreignOrigin(request: IncomingMessage): boolean;
  /** Whether a request may have the page's files: it carries the secret, or the cookie that was given under this Host. */
  mayRead(request: IncomingMessage, address: URL): boolean;
  /** Whether a request may have the socket: it carries the secret, or cookie and key that were given under this Host. */
  maySteer(request: IncomingMessage, address: URL): boolean;
  /** Whether the address carries the secret. */
  hasToken(address: URL): boolean;
  /** The two halves for a browser that came with the secret: a header, and what the page keeps. */
  halvesFor(request: IncomingMessage): { readonly setCookie: string; readonly key: string };
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
  // Without the port in its name, two doors of one machine would overwrite each other's.
  const cookieName = `llmatic_${port}`;
  const local = isLoopback(host);

  const isOurs = (name: string): boolean => {
    if (isLoopback(name) || name === host.toLowerCase()) return true;
    // Rebinding needs a name that its owner can point elsewhere; a bare address or this machine's own name is none.
    return !local && (isIP(name) !== 0 || name === hostname().toLowerCase());
  };
  /** What follows from the secret for one purpose under one Host; neither leads back to it, nor from one to the other. */
  const derived = (purpose: 'cookie' | 'key', { headers }: IncomingMessage): string =>
    createHmac('sha256', token).update(`${purpose} of ${headers.host?.toLowerCase()}`).digest('base64url');

  const hasToken = (address: URL): boolean =>
    address.searchParams.getAll(tokenParameter).some((given) => sameText(given, token));
  const hasCookie = (request: IncomingMessage): boolean => {
    const cookies = (request.headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
    const ours = cookies.filter((cookie) => cookie.startsWith(`${cookieName}=`));
    return ours.some((cookie) => sameText(cookie.slice(cookieName.length + 1), derived('cookie', request)));
  };
  const hasKey = (request: IncomingMessage, address: URL): boolean =>
    address.searchParams.getAll(keyParameter).some((given) => sameText(given, derived('key', request)));

  return {
    token,
    rightHost({ headers }) {
      const given = splitHost(headers.host ?? '');
      return given !== null && given.port === port && isOurs(given.name);
    },
    foreignOrigin({ headers }) {
      return headers.origin !== undefined && headers.origin.toLowerCase() !== `http://${headers.host}`.toLowerCase();
    },
    mayRead: (request, address) => hasToken(address) || hasCookie(request),
    maySteer: (request, address) => hasToken(address) || (hasCookie(request) && hasKey(request, address)),
    hasToken,
    halvesFor: (request) => ({
      setCookie: `${cookieName}=${derived('cookie', request)}; Path=/; HttpOnly; SameSite=Strict`,
      key: derived('key', request),
    }),
  };
}
