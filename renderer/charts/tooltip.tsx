/**
 * Tooltip: exact values beside the pointer or a place of a drawing, inside the drawing's own box.
 * Props: `x`, `y` in the box, `width` of the box, `title`, `rows` of label and value, `note`.
 */
import './charts.css';

export interface TooltipProps {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly title: string;
  readonly rows: readonly (readonly [label: string, value: string])[];
  readonly note?: string | undefined;
}

export function Tooltip({ x, y, width, title, rows, note }: TooltipProps) {
  // It stands on the side where there is room, so that it never leaves the box.
  const isLeft = x > width / 2;
  const side = isLeft ? { right: width - x + 14 } : { left: x + 14 };
  return (
    <div className="tooltip" aria-hidden="true" style={{ ...side, top: Math.max(0, y - 12) }}>
      <strong>{title}</strong>
      {rows.length > 0 && (
        <dl>
          {rows.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {note !== undefined && <p>{note}</p>}
    </div>
  );
}
