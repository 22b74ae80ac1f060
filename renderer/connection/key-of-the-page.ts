/**
 * The page's half of what lets it in at the web door. The document brings it in an element when the page was opened with
 * the secret of `serve`; it is kept in the storage of this origin, which knows ports, and goes into the socket's address.
 * The other half is a cookie that no script reads (main/doors/web/access.ts).
 */
import { keyElement } from '../../core/contract/web-socket-port.ts';

const kept = 'llmatic.key';

/** A browser may keep no storage; then the key lasts as long as the page. */
let ofThisPage: string | null = null;

/** Takes key and secret out of document and address; called once, before the first connection. */
export function takeKey(): void {
  const element = document.querySelector<HTMLMetaElement>(`meta[name="${keyElement}"]`);
  if (element !== null) {
    ofThisPage = element.content;
    element.remove();
    try {
      window.localStorage.setItem(kept, ofThisPage);
    } catch {
      // Full or forbidden.
    }
  }
  const address = new URL(window.location.href);
  if (!address.searchParams.has('token')) return;
  address.searchParams.delete('token');
  window.history.replaceState(window.history.state, '', address);
}

/** Null where the page was never opened with the secret. */
export function keyOfThePage(): string | null {
  try {
    // Another tab may have been opened with the secret of a newer start.
    return window.localStorage.getItem(kept) ?? ofThisPage;
  } catch {
    return ofThisPage;
  }
}
