/** The window's own address, and what may be loaded in it: the built renderer, and nothing else. */
import { contentSecurityPolicy } from '../web/page.ts';
import { staticFile } from '../web/static-files.ts';

export const pageScheme = 'app';
const pageOrigin = `${pageScheme}://llmatic`;
export const pageAddress = `${pageOrigin}/`;

export function isPageAddress(url: string): boolean {
  return url.startsWith(pageAddress);
}

/** Whether the page may load this: its own files, and what it drew itself (`blob:` of its own, `data:`). */
export function mayLoad(url: string): boolean {
  return isPageAddress(url) || url.startsWith(`blob:${pageAddress}`) || url.startsWith('data:');
}

/** Whether the page may save this to a file that the person chooses: only what it made itself. */
export function maySave(url: string): boolean {
  return mayLoad(url) && !isPageAddress(url);
}

/** Sent with every answer, a refusal too; the policy is the web door's. */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** Answers a request of the window's protocol from the folder of the built renderer. */
export async function answerPageRequest(
  folder: string,
  { method, url }: { readonly method: string; readonly url: string },
): Promise<Response> {
  const refuse = (status: number, text: string): Response =>
    new Response(text, { status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' } });
  if (method !== 'GET' && method !== 'HEAD') return refuse(405, 'Only GET is answered.');
  if (!isPageAddress(url)) return refuse(404, 'There is no such page.');
  const file = await staticFile(folder, new URL(url).pathname);
  if (file === null) return refuse(404, 'There is no such file.');
  return new Response(method === 'HEAD' ? null : new Uint8Array(file.bytes), {
    headers: { ...headers, 'content-type': file.type, 'cache-control': 'no-cache' },
  });
}
