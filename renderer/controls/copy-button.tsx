/** Copies a text, and says that it did. */
import './copy-button.css';
import { type ReactNode, useEffect, useState } from 'react';
import { tell } from '../state/notices.ts';
import { Icon } from './icon.tsx';

export function CopyButton({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => tell('bad', 'Nothing was copied', `This page may not write to the clipboard. The text is: ${text}`),
    );
  };
  return (
    <button type="button" className="copy-button" onClick={copy}>
      <Icon name={copied ? 'check' : 'copy'} size={14} />
      <span aria-live="polite">{copied ? 'Copied' : children}</span>
    </button>
  );
}
