/**
 * Copies a text as it is shown, and says that it did: what is pasted into a terminal or an editor holds nothing that was not
 * seen.
 */
import './copy-button.css';
import { type ReactNode, useEffect, useState } from 'react';
import { visible } from '../../core/text/visible.ts';
import { tell } from '../state/notices.ts';
import { Icon } from './icon.tsx';

export function CopyButton({ text: given, children }: { readonly text: string; readonly children: ReactNode }) {
  const text = visible(given);
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
