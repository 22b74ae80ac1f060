/** The size of an element as it is laid out now. */
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

export interface BoxSize {
  /** CSS pixels within the padding; 0 until it is laid out. */
  readonly width: number;
  readonly height: number;
}

export function useBox<T extends HTMLElement>(): readonly [RefObject<T | null>, BoxSize] {
  const ref = useRef<T>(null);
  const [size, setSize] = useState<BoxSize>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSize({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
