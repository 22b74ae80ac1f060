/** Answers the web door's HTTP requests: refusals, the way in, and the renderer's files. */
import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Access } from './access.ts';
import { contentSecurityPolicy, refusalPage, withKey } from './page.ts';
import { staticFile } from './static-files.ts';

const safeHeaders: OutgoingHttpHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-frame-options': 'DENY',
};

export interface Answer {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: string | Buffer;
}

function html(status: number, body: string, headers: OutgoingHttpHeaders = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body,
  };
}

function refusal(status: number, title: string, sentence: string, headers: OutgoingHttpHeaders = {}): Answer {
  return html(status, refusalPage(title, sentence), headers);
}

/** The address of a request; null where it is none. */
export function addressOf(request: IncomingMessage): URL | null {
  const target = request.url ?? '';
  // Only the form that servers are asked with: no other host's address, no `*`.
  return target.startsWith('/') ? URL.parse(`http://door${target.replace(/^\/+/, '/')}`) : null;
}

/** What keeps a request out; `lets` is what it must be let in by. Null where nothing does. */
export function refusalOf(
  access: Access,
  request: IncomingMessage,
  address: URL | null,
  lets: 'mayRead' | 'maySteer',
): Answer | null {
  if (!access.rightHost(request)) {
    return refusal(
      403,
      'Wrong address',
      'This server is not reached under that name. Open the address that `llmatic serve` printed.',
    );
  }
  if (address === null) return refusal(400, 'Bad request', 'The address cannot be read.');
  if (access.foreignOrigin(request)) {
    return refusal(403, 'Another page asked', 'Only pages of this server may use it.');
  }
  if (access[lets](request, address)) return null;
  return refusal(
    401,
    'Not signed in',
    'Open the address that `llmatic serve` printed: it carries the secret of this start. One of an earlier start no longer works.',
  );
}

/** The page, for a browser that comes with the secret: with a cookie and a key instead of it. The page takes it out of its address. */
function wayIn(access: Access, request: IncomingMessage, document: Buffer): Answer {
  const { setCookie, key } = access.halvesFor(request);
  return html(200, withKey(document.toString('utf8'), key), { 'set-cookie': setCookie });
}

async function answer(access: Access, request: IncomingMessage, folder: string): Promise<Answer> {
  const address = addressOf(request);
  const refused = refusalOf(access, request, address, 'mayRead');
  if (refused !== null || address === null)
    return refused ?? refusal(400, 'Bad request', 'The address cannot be read.');
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refusal(405, 'Not allowed', 'This address can only be read.', { allow: 'GET, HEAD' });
  }
  const file = await staticFile(folder, address.pathname);
  if (file === null) return refusal(404, 'Not found', 'There is nothing at this address.');
  if (access.hasToken(address) && file.type.startsWith('text/html')) return wayIn(access, request, file.bytes);
  // Kept by the browser, but asked for each time: a newer build or an ended door is noticed.
  const headers = { 'content-type': file.type, 'cache-control': 'private, no-cache', etag: file.etag };
  const known = (request.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return known.includes(file.etag) ? { status: 304, headers, body: '' } : { status: 200, headers, body: file.bytes };
}

/** Answers one request; never rejects. */
export async function answerRequest(
  access: Access,
  folder: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let given: Answer;
  try {
    given = await answer(access, request, folder);
  } catch {
    given = refusal(500, 'Internal error', 'The request could not be answered.');
  }
  const length = given.status === 304 ? {} : { 'content-length': Buffer.byteLength(given.body) };
  response.writeHead(given.status, { ...safeHeaders, ...given.headers, ...length });
  response.end(request.method === 'HEAD' ? undefined : given.body);
}
