/** A dialog over the page: a title, a line about it, and what it asks. Escape closes it. */
import './dialog.css';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { createPortal } from 'react-dom';

interface DialogProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly onClose: () => void;
  /** For what needs most of the window. */
  readonly wide?: boolean;
  /** Its content; `close` closes the dialog, after which `onClose` is called. */
  readonly children: (close: () => void) => ReactNode;
}

export function Dialog({ title, lead, onClose, wide = false, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => dialog.current?.showModal(), []);
  // Outside of what opened it: a form within a form is none, and what is done here is not done to what lies below.
  return createPortal(
    <dialog
      className={wide ? 'dialog dialog-wide' : 'dialog'}
      ref={dialog}
      aria-labelledby={titleId}
      onClose={onClose}
      onSubmit={(event) => event.stopPropagation()}
      onDrop={(event) => event.stopPropagation()}
    >
      <h2 id={titleId}>{title}</h2>
      {lead !== undefined && <p className="muted">{lead}</p>}
      {children(() => dialog.current?.close())}
    </dialog>,
    document.body,
  );
}
