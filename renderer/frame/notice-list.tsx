/** Notices in the lower right corner: they stay until they are dismissed. */
import './notice-list.css';
import { Button } from '../controls/button.tsx';
import { CopyButton } from '../controls/copy-button.tsx';
import { Icon } from '../controls/icon.tsx';
import { dismiss, useNotices } from '../state/notices.ts';

export function NoticeList() {
  const { notices } = useNotices();
  return (
    <section className="notice-list" aria-live="polite" aria-label="Notices">
      {notices.map(({ id, tone, title, text, copy }) => (
        <div key={id} className={`notice notice-${tone}`} role={tone === 'bad' ? 'alert' : undefined}>
          <Icon name={tone === 'bad' ? 'warning' : 'check'} />
          <div>
            <h3>{title}</h3>
            <p>{text}</p>
            {copy !== null && <CopyButton text={copy}>Copy the folder</CopyButton>}
          </div>
          <Button kind="quiet" icon="close" tip="Dismiss" onPress={() => dismiss(id)} />
        </div>
      ))}
    </section>
  );
}
