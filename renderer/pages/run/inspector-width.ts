/** How wide the inspector is, as the person set it; remembered on this machine. CSS pixels. */
import { useState } from 'react';

export const inspectorWidths = { least: 320, most: 900 } as const;
const key = 'llmatic.inspector-width';

function within(width: number): number {
  const roomLeft = Math.max(inspectorWidths.least, window.innerWidth - 620);
  return Math.round(Math.max(inspectorWidths.least, Math.min(inspectorWidths.most, roomLeft, width)));
}

function remembered(): number {
  try {
    const stored = Number(localStorage.getItem(key) ?? '');
    if (stored > 0) return within(stored);
  } catch {
    // Then it has its usual width.
  }
  return within(window.innerWidth * 0.29);
}

export function useInspectorWidth(): readonly [number, (width: number) => void] {
  const [width, setWidth] = useState(remembered);
  const change = (next: number): void => {
    const kept = within(next);
    setWidth(kept);
    try {
      localStorage.setItem(key, String(kept));
    } catch {
      // Then it holds until the page is closed.
    }
  };
  return [width, change];
}
