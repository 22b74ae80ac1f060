/** Buttons: one primary action a view, plain ones beside it, quiet ones within other things. */
import './button.css';
import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface ButtonProps {
  readonly kind?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly icon?: IconName;
  /** While its action is under way: it cannot be pressed again. */
  readonly busy?: boolean;
  readonly disabled?: boolean;
  /** A tip, and the name where the button shows only an icon. */
  readonly tip?: string;
  readonly submit?: boolean;
  readonly children?: ReactNode;
  readonly onPress?: () => void;
}

export function Button({
  kind = 'plain',
  icon,
  busy = false,
  disabled = false,
  tip,
  submit = false,
  children,
  onPress,
}: ButtonProps) {
  const only = children === undefined;
  return (
    <button
      type={submit ? 'submit' : 'button'}
      className={`button button-${kind}${only ? ' button-icon' : ''}`}
      disabled={disabled || busy}
      aria-busy={busy}
      title={tip}
      aria-label={only ? tip : undefined}
      onClick={onPress}
    >
      {icon !== undefined && <Icon name={icon} size={14} />}
      {children}
    </button>
  );
}

/** An address that looks like a button. */
export function ButtonLink({
  kind = 'plain',
  icon,
  href,
  children,
}: Pick<ButtonProps, 'kind' | 'icon'> & { readonly href: string; readonly children: ReactNode }) {
  return (
    <a className={`button button-${kind}`} href={href}>
      {icon !== undefined && <Icon name={icon} size={14} />}
      {children}
    </a>
  );
}
