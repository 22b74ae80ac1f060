/** The body of a page that is not a run: a title, actions beside it, and what it shows. */
import './page.css';
import { type ReactNode, useEffect } from 'react';
import { visibleLine } from '../../core/text/visible.ts';

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** What the window or tab is called. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${visibleLine(title)} · LLMatic`;
  }, [title]);
}

export function Page({ title, lead, actions, children }: PageProps) {
  useTitle(title);
  return (
    <main className="page">
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          {lead !== undefined && <p>{lead}</p>}
        </div>
        {actions !== undefined && <div className="page-actions">{actions}</div>}
      </header>
      <div className="page-body">{children}</div>
    </main>
  );
}
