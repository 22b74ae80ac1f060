/** The pages that the web door writes itself: a refusal in words; and what it adds to the renderer's. */
import { createHash } from 'node:crypto';
import { keyElement } from '../../../core/contract/web-socket-port.ts';

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:12vh auto;max-width:34rem;padding:0 1rem;color-scheme:light dark}' +
  'h1{font-size:1.25rem}';

const styleHash = createHash('sha256').update(style).digest('base64');

/** Everything a page of ours needs, and nothing else: no inline script, no other host, no frame around it. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  `style-src 'self' 'sha256-${styleHash}'`,
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function refusalPage(title: string, sentence: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style></head>
<body><h1>${escaped(title)}</h1><p>${escaped(sentence)}</p></body>
</html>
`;
}

/** A document with the page's half of what lets it in, which it keeps and removes (renderer/connection/key-of-the-page.ts). */
export function withKey(document: string, key: string): string {
  const element = `<meta name="${keyElement}" content="${escaped(key)}">`;
  const head = /<head>/i.exec(document) ?? /^\s*<!doctype html>/i.exec(document);
  const at = head === null ? 0 : head.index + head[0].length;
  return document.slice(0, at) + element + document.slice(at);
}
