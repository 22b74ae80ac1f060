/**
 * AxesChoice: which two axes of an archive of three or more are drawn. Props: `axes` of the archive, `shown`, `onShown`.
 * Choosing the axis that the other shows exchanges the two.
 */
import type { AxisView } from '../../core/contract/archives.ts';
import { type ShownAxes, withAxis } from './plane.ts';

export interface AxesChoiceProps {
  readonly axes: readonly AxisView[];
  readonly shown: ShownAxes;
  onShown(shown: ShownAxes): void;
}

export function AxesChoice({ axes, shown, onShown }: AxesChoiceProps) {
  const choice = (which: 'x' | 'y', label: string, value: number) => (
    <label>
      {label}
      <select
        className="map-chooser"
        value={value}
        onChange={(event) => onShown(withAxis(shown, which, Number(event.target.value)))}
      >
        {axes.map((axis, number) => (
          <option key={axis.label} value={number}>
            {axis.label}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <div className="axes-choice">
      {choice('x', 'across', shown[0])}
      {choice('y', 'up', shown[1])}
    </div>
  );
}
