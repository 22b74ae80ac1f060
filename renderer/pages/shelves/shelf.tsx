/** A table of what there is on this machine: its columns, its rows, and what it says while they are read or cannot be. */
import './shelves.css';
import type { ReactNode } from 'react';

interface ShelfProps {
  readonly columns: readonly { readonly name: string; readonly isFigure?: boolean }[];
  /** Why it could not be read. */
  readonly problem: string | null;
  /** What it says until the rows are there. */
  readonly reading: string;
  /** Rows; null until they are read. */
  readonly children: ReactNode[] | null;
}

export function Shelf({ columns, problem, reading, children }: ShelfProps) {
  return (
    <>
      {problem !== null && (
        <p className="bad" role="alert">
          {problem}
        </p>
      )}
      <div className="panel">
        <table className="shelf">
          <thead>
            <tr>
              {columns.map(({ name, isFigure = false }) => (
                <th key={name} scope="col" className={isFigure ? 'align-end' : undefined}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{children}</tbody>
        </table>
        {children === null && problem === null && <p className="shelf-empty">{reading}</p>}
      </div>
    </>
  );
}
