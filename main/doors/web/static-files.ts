/** The built renderer as files of the web door: only plain files that really lie below its folder. */
import { createHash } from 'node:crypto';
import { readFile, realpath, stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

export interface StaticFile {
  readonly bytes: Buffer;
  readonly type: string;
  /** Changes with the bytes. */
  readonly etag: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
};

/** Segments of a path of an address, decoded once; null where one could lead out of a folder. */
function segmentsOf(path: string): readonly string[] | null {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return null;
  }
  // A backslash separates and a colon names a drive or a stream on Windows; hidden files are nobody's business.
  if (/[\\:\0]/.test(decoded)) return null;
  const segments = decoded.split('/').filter((segment) => segment !== '');
  return segments.some((segment) => segment.startsWith('.')) ? null : segments;
}

async function read(folder: string, segments: readonly string[]): Promise<StaticFile | null> {
  try {
    // Where links lead is decided by where the file really lies.
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, ...segments))]);
    if (!file.startsWith(root.endsWith(sep) ? root : root + sep) || !(await stat(file)).isFile()) return null;
    const bytes = await readFile(file);
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`;
    return { bytes, type: types[extname(file).toLowerCase()] ?? 'application/octet-stream', etag };
  } catch {
    return null;
  }
}

/**
 * The file at a path of an address (`/assets/main.js`, percent-encoded). A path without an extension is a place within
 * the page, which `index.html` serves. Null where there is none.
 */
export async function staticFile(folder: string, path: string): Promise<StaticFile | null> {
  const segments = segmentsOf(path);
  if (segments === null) return null;
  const isPlace = extname(segments.at(-1) ?? '') === '';
  return (await read(folder, segments)) ?? (isPlace ? read(folder, ['index.html']) : null);
}
