/** How far something is, as a bar; the figure stands beside it. */
import './progress-bar.css';

interface ProgressBarProps {
  /** From 0 to 1. */
  readonly share: number;
  /** What it is the progress of. */
  readonly label: string;
  readonly tone?: 'accent' | 'muted' | 'good';
}

export function ProgressBar({ share, label, tone = 'accent' }: ProgressBarProps) {
  const value = Math.max(0, Math.min(1, share));
  return (
    <div
      className={`progress-bar progress-bar-${tone}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value * 100)}
    >
      <div className="progress-bar-done" style={{ width: `${value * 100}%` }} />
    </div>
  );
}
