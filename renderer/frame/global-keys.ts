/** Keys that work everywhere but in a field: / searches, ? shows the keys, Esc closes the inspector, N a new search. */
import { useEffect } from 'react';
import { runTabs } from '../address.ts';
import { go, select, useAddress } from '../state/address-bar.ts';

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

export function useGlobalKeys(onKeys: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (document.querySelector('dialog[open]') !== null || isField(event.target)) return;
      const { address } = useAddress.getState();
      if (event.key === '/') {
        const field = document.querySelector<HTMLElement>('[data-search]');
        if (field === null) return;
        field.focus();
        event.preventDefault();
      } else if (event.key === '?') {
        onKeys();
      } else if (event.key === 'n') {
        go({ page: 'new', preset: null });
      } else if (event.key === 'Escape') {
        select(null);
      } else if (address.page === 'run') {
        const tab = runTabs[Number(event.key) - 1];
        if (tab !== undefined) go({ ...address, tab });
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [onKeys]);
}
