/** Keys that work everywhere but in a field; keys-dialog.tsx lists them. */
import { useEffect } from 'react';
import { type Address, type RunAddress, runTabs } from '../address.ts';
import { go, select, show, useAddress } from '../state/address-bar.ts';
import { useOpenRun } from '../state/open-run.ts';
import { pauseRun, resumeRun } from '../state/run-actions.ts';
import { useRuns } from '../state/runs.ts';
import { actionsOf } from '../words/states.ts';

function isField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Pauses what runs and resumes what is paused. */
function pauseOrResume(run: string): void {
  const row = useRuns.getState().rows?.get(run);
  const [action] = row === undefined ? [] : actionsOf(row);
  if (action === 'pause') void pauseRun(run);
  if (action === 'resume') void resumeRun(run);
}

/** Shows the archives a generation earlier or later; at the end they follow the run. */
function stepGeneration(from: number | null, step: 1 | -1): void {
  const { latest } = useOpenRun.getState();
  if (latest === null) return;
  const next = Math.max(-1, (from ?? latest.latest) + step);
  show({ generation: next >= latest.latest ? null : next });
}

function keyOfRun(event: KeyboardEvent, address: RunAddress): void {
  const tab = runTabs[Number(event.key) - 1];
  if (tab !== undefined) go({ ...address, tab });
  else if (event.key === '[') stepGeneration(address.generation, -1);
  else if (event.key === ']') stepGeneration(address.generation, 1);
  else if (event.key === ' ' && event.target === document.body) {
    event.preventDefault();
    pauseOrResume(address.run);
  }
}

function searchField(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[data-search]');
}

/** The view is drawn some moments after the address has changed. */
const drawnWithin = 3000;

function focusOnceDrawn(): void {
  const drawn = new MutationObserver(() => {
    const field = searchField();
    if (field === null) return;
    field.focus();
    drawn.disconnect();
  });
  drawn.observe(document.body, { childList: true, subtree: true });
  window.setTimeout(() => drawn.disconnect(), drawnWithin);
}

/** Leads to the search of what is shown; of a run without one in its view, to that of all its networks. */
function searchHere(address: Address): void {
  const field = searchField();
  if (field !== null) field.focus();
  else if (address.page === 'run') {
    go({ ...address, tab: 'networks' });
    focusOnceDrawn();
  }
}

export function useGlobalKeys(onKeys: () => void): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (document.querySelector('dialog[open]') !== null || isField(event.target)) return;
      const { address } = useAddress.getState();
      if (event.key === '/') {
        event.preventDefault();
        searchHere(address);
      } else if (event.key === '?') {
        onKeys();
      } else if (event.key === 'n') {
        go({ page: 'new', preset: null });
      } else if (event.key === 'Escape') {
        select(null);
      } else if (address.page === 'run') {
        keyOfRun(event, address);
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [onKeys]);
}
