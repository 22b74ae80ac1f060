/** The pages that the web door writes itself: a refusal in words, and the way in after the token was taken. */
import { createHash } from 'node:crypto';

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

function page(title: string, head: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escaped(title)}</title>${head}<style>${style}</style></head>
<body>${body}</body>
</html>
`;
}

export function refusalPage(title: string, sentence: string): string {
  return page(title, '', `<h1>${escaped(title)}</h1><p>${escaped(sentence)}</p>`);
}

/**
 * Goes on to `path` by itself. A redirect would not do where a link on another site led here: the browser would still
 * take the next request for that site's, and keep the cookie back.
 */
export function forwardingPage(path: string): string {
  const to = escaped(path);
  return page(
    'LLMatic',
    `<meta http-equiv="refresh" content="0; url=${to}">`,
    `<p><a href="${to}">Open LLMatic</a></p>`,
  );
}
