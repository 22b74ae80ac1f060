/**
 * The built renderer as it is served, by the window's own protocol and by the page's server alike: which file a path
 * names, of which type, and the headers that keep the page to itself.
 */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** What the build writes. A file of any other kind is not served. */
const contentTypes: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.json', 'application/json; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.txt', 'text/plain; charset=utf-8'],
]);

/**
 * The page may load what is served beside it and talk to where it came from, and nothing else: no inline script or
 * style sheet, no frame in either direction, no form. `data:` and `blob:` are for pictures that the page itself draws.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Sent with every answer, a refusal too. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), bluetooth=()',
};

export interface RendererFile {
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The path's segments, or null where it names nothing that could lie in the folder. */
function segmentsOf(path: string): string[] | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return null;
  }
  const segments = (decoded === '/' ? '/index.html' : decoded).split('/').slice(1);
  // A colon is a drive or a stream on Windows; a leading dot is a way up, or a hidden file.
  const odd = (segment: string): boolean => segment === '' || segment.startsWith('.') || /[\\:\0]/.test(segment);
  return segments.length === 0 || segments.some(odd) ? null : segments;
}

/**
 * Reads the file that a URL's path names.
 * @param folder the built renderer; nothing outside it is ever read, by way of links neither
 * @param path the path as it stands in the URL, percent-encoded; `/` is the page
 * @returns null where there is no such file
 */
export async function readRendererFile(folder: string, path: string): Promise<RendererFile | null> {
  const segments = segmentsOf(path);
  const type = segments === null ? undefined : contentTypes.get(extname(segments.at(-1) ?? ''));
  if (segments === null || type === undefined) return null;
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, ...segments));
    if (!file.startsWith(root + sep)) return null;
    return { type, body: new Uint8Array(await readFile(file)) };
  } catch {
    return null;
  }
}
