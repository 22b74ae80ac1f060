/** The width of an element as it is laid out now. */
import { type RefCallback, useCallback, useState } from 'react';

/** A ref for the element, and its width in whole CSS pixels: 0 until it is laid out, the last one while it is away. */
export function useWidth<T extends HTMLElement>(): readonly [RefCallback<T>, number] {
  const [width, setWidth] = useState(0);
  const ref = useCallback((element: T | null) => {
    if (element === null) return;
    const measure = (): void => {
      const { width: now } = element.getBoundingClientRect();
      if (now > 0) setWidth(Math.floor(now));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, width];
}
