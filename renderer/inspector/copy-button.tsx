/** CopyButton: puts a text on the clipboard and says so. Props: `text`, `label`, `onCopy` (called once it is there). */
import { useEffect, useState } from 'react';

export interface CopyButtonProps {
  readonly text: string;
  readonly label: string;
  onCopy?(text: string): void;
}

export function CopyButton({ text, label, onCopy }: CopyButtonProps) {
  const [said, setSaid] = useState('');
  useEffect(() => {
    if (said === '') return;
    const end = setTimeout(() => setSaid(''), 1600);
    return () => clearTimeout(end);
  }, [said]);
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => {
        setSaid('Copied');
        onCopy?.(text);
      },
      () => setSaid('Not allowed here: select and copy'),
    );
  };
  return (
    <button type="button" className="quiet-button" onClick={copy} aria-label={label}>
      <span aria-live="polite">{said === '' ? 'Copy' : said}</span>
    </button>
  );
}
