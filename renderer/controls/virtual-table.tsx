/** A table of any length: only the rows in view are drawn. Columns can sort it; arrows move the selection. */
import './virtual-table.css';
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Order } from '../state/run-order.ts';
import { Icon } from './icon.tsx';

export interface Column<T, C extends string> {
  readonly id: C;
  readonly title: string;
  /** Pixels; the columns without one share what is left. */
  readonly width?: number;
  /** Pixels that the whole table needs to have room for it; below that it is left out. */
  readonly room?: number;
  readonly align?: 'start' | 'end';
  readonly cell: (row: T) => ReactNode;
  readonly sorts?: boolean;
  /** Explains the title. */
  readonly tip?: string;
}

interface VirtualTableProps<T, C extends string> {
  readonly label: string;
  readonly columns: readonly Column<T, C>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly selected?: string | null;
  readonly onSelect?: (row: T) => void;
  /** Opens a row; the link in its first cell does the same for the keyboard. */
  readonly onOpen?: (row: T) => void;
  readonly order?: Order<C>;
  readonly onOrder?: (order: Order<C>) => void;
  /** Shown in place of rows. */
  readonly empty?: ReactNode;
}

const rowHeight = 28;
/** The least pixels of a column without a width; a table that is narrower still scrolls sideways. */
const leastWidth = 140;
/** Rows drawn beyond the edges, so that quick scrolling shows no gaps. */
const beyond = 8;

export function VirtualTable<T, C extends string>({
  label,
  columns: all,
  rows,
  keyOf,
  selected = null,
  onSelect,
  onOpen,
  order,
  onOrder,
  empty,
}: VirtualTableProps<T, C>) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600, width: Number.POSITIVE_INFINITY });

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = (): void => {
      setView({ top: element.scrollTop, height: element.clientHeight, width: element.clientWidth });
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, []);

  const columns = all.filter(({ room = 0 }) => view.width >= room);
  const minWidth = columns.reduce((sum, { width = leastWidth }) => sum + width, 0);
  const at = selected === null ? -1 : rows.findIndex((row) => keyOf(row) === selected);
  const first = Math.max(0, Math.floor(view.top / rowHeight) - beyond);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + beyond);

  const bringIntoView = (index: number): void => {
    const element = box.current;
    if (element === null) return;
    const head = rowHeight;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight - head) {
      element.scrollTop = top + rowHeight - element.clientHeight + head;
    }
  };

  const moves: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at < 0 ? 0 : at - 1,
    PageDown: at + 10,
    PageUp: at - 10,
    Home: 0,
    End: rows.length - 1,
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const to = moves[event.key];
    if (to === undefined || onSelect === undefined || rows.length === 0) return;
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const index = Math.max(0, Math.min(rows.length - 1, to));
    const row = rows[index];
    if (row === undefined) return;
    onSelect(row);
    bringIntoView(index);
  };

  const heading = ({ id, title, align = 'start', sorts = false, tip }: Column<T, C>): ReactNode => {
    const active = order?.column === id;
    const direction = order?.descending === true ? 'descending' : 'ascending';
    return (
      <th key={id} scope="col" className={`align-${align}`} aria-sort={active ? direction : undefined} title={tip}>
        {sorts && onOrder !== undefined ? (
          <button type="button" onClick={() => onOrder({ column: id, descending: active ? !order.descending : false })}>
            {title}
            {active && <Icon name={order.descending ? 'down' : 'up'} size={12} />}
          </button>
        ) : (
          title
        )}
      </th>
    );
  };

  return (
    <div className="virtual-table" ref={box}>
      <div className="virtual-table-rows" style={{ height: (rows.length + 1) * rowHeight }}>
        <table
          aria-label={label}
          aria-rowcount={rows.length + 1}
          tabIndex={onSelect === undefined ? undefined : 0}
          onKeyDown={onKeyDown}
          style={{ marginTop: first * rowHeight, minWidth }}
        >
          <colgroup>
            {columns.map(({ id, width }) => (
              <col key={id} style={width === undefined ? undefined : { width }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={1}>{columns.map(heading)}</tr>
          </thead>
          <tbody>
            {rows.slice(first, last).map((row, index) => {
              const key = keyOf(row);
              return (
                <tr
                  key={key}
                  aria-rowindex={first + index + 2}
                  aria-current={key === selected ? 'true' : undefined}
                  className={onSelect === undefined && onOpen === undefined ? undefined : 'virtual-table-choosable'}
                  onClick={onSelect === undefined ? undefined : () => onSelect(row)}
                  onDoubleClick={onOpen === undefined ? undefined : () => onOpen(row)}
                >
                  {columns.map(({ id, align = 'start', cell }, place) =>
                    place === 0 ? (
                      <th key={id} scope="row" className={`align-${align}`}>
                        {cell(row)}
                      </th>
                    ) : (
                      <td key={id} className={`align-${align}`}>
                        {cell(row)}
                      </td>
                    ),
                  )}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      {rows.length === 0 && empty !== undefined && <div className="virtual-table-empty">{empty}</div>}
    </div>
  );
}
