/** The edge of the inspector: dragging it, or arrows on it, make the inspector wider or narrower. */
import './width-handle.css';
import type { KeyboardEvent, PointerEvent } from 'react';
import { inspectorWidths } from './inspector-width.ts';

interface WidthHandleProps {
  readonly width: number;
  readonly onWidth: (width: number) => void;
}

const step = 24;

export function WidthHandle({ width, onWidth }: WidthHandleProps) {
  const drag = (event: PointerEvent<HTMLHRElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) onWidth(window.innerWidth - event.clientX);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const change = { ArrowLeft: step, ArrowRight: -step }[event.key];
    if (change === undefined) return;
    event.preventDefault();
    onWidth(width + change);
  };
  return (
    <hr
      className="width-handle"
      aria-label="Width of the inspector"
      aria-orientation="vertical"
      aria-valuemin={inspectorWidths.least}
      aria-valuemax={inspectorWidths.most}
      aria-valuenow={width}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={onKeyDown}
    />
  );
}
