/**
 * DataTable: rows of figures, sorted by any column, with only the visible rows in the document.
 * Props: {@link DataTableProps}. Every chart has one behind it; lists of candidates can use it as well.
 */
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { CellValue } from '../../core/text/csv.ts';
import './data-table.css';

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  /** The exact value: what is sorted and exported. */
  value(row: Row): CellValue;
  /** How it reads; the value itself by default. */
  show?(row: Row): ReactNode;
  /** Figures stand at the right; the default where the first value is a number. */
  readonly align?: 'left' | 'right';
}

export interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  rowKey(row: Row): string;
  readonly selectedKey?: string | null;
  /** Makes rows selectable, by click, and by the arrows and Enter. */
  readonly onSelect?: (row: Row) => void;
  readonly sortedBy?: { readonly key: string; readonly isDescending: boolean };
  /** CSS pixels; a taller table scrolls. */
  readonly maxHeight?: number;
  readonly emptyText?: string;
}

const rowHeight = 26;
const headHeight = 28;
/** Rows kept in the document above and below what is visible. */
const spare = 8;

function compare(a: CellValue, b: CellValue): number {
  if (a === b) return 0;
  // What is missing stands last in either order.
  if (a === null) return Number.POSITIVE_INFINITY;
  if (b === null) return Number.NEGATIVE_INFINITY;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', { numeric: true });
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const {
    label,
    columns,
    rows,
    rowKey,
    selectedKey = null,
    onSelect,
    maxHeight = 420,
    emptyText = 'Nothing yet.',
  } = props;
  const [sort, setSort] = useState(props.sortedBy ?? null);
  const [top, setTop] = useState(0);
  const scroller = useRef<HTMLDivElement>(null);

  const sorted = useMemo(() => {
    const column = columns.find(({ key }) => key === sort?.key);
    if (column === undefined || sort === null) return rows;
    return rows.toSorted((a, b) => {
      const order = compare(column.value(a), column.value(b));
      return Number.isFinite(order) && sort.isDescending ? -order : order;
    });
  }, [rows, columns, sort]);

  const first = Math.max(0, Math.floor(top / rowHeight) - spare);
  const last = Math.min(sorted.length, Math.ceil((top + maxHeight) / rowHeight) + spare);
  const selectedAt = selectedKey === null ? -1 : sorted.findIndex((row) => rowKey(row) === selectedKey);

  // A selection made elsewhere comes into view.
  useEffect(() => {
    const element = scroller.current;
    if (element === null || selectedAt < 0) return;
    const place = selectedAt * rowHeight;
    if (place < element.scrollTop) element.scrollTop = place;
    const room = element.clientHeight - headHeight - rowHeight;
    if (place > element.scrollTop + room) element.scrollTop = place - room;
  }, [selectedAt]);

  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined || onSelect === undefined || sorted.length === 0) return;
    event.preventDefault();
    const next = sorted[Math.max(0, Math.min(sorted.length - 1, selectedAt + step))];
    if (next !== undefined) onSelect(next);
  };
  const isRight = (column: Column<Row>): boolean => {
    const [sample] = rows;
    return (
      (column.align ?? (sample !== undefined && typeof column.value(sample) === 'number' ? 'right' : 'left')) ===
      'right'
    );
  };
  const sortBy = (key: string): void =>
    setSort(sort?.key === key ? { key, isDescending: !sort.isDescending } : { key, isDescending: isRightKey(key) });
  /** Figures are looked at from the highest down, names from A. */
  const isRightKey = (key: string): boolean => columns.some((column) => column.key === key && isRight(column));

  if (rows.length === 0) return <p className="table-empty">{emptyText}</p>;
  return (
    <section
      ref={scroller}
      className="table-scroller"
      style={{ maxHeight }}
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      onScroll={(event) => setTop(event.currentTarget.scrollTop)}
      onKeyDown={move}
    >
      <table className="data-table" aria-rowcount={sorted.length + 1}>
        <caption className="visually-hidden">{label}</caption>
        <thead>
          <tr style={{ height: headHeight }}>
            {columns.map((column) => (
              <th
                key={column.key}
                scope="col"
                className={isRight(column) ? 'is-right' : undefined}
                aria-sort={sort?.key !== column.key ? 'none' : sort.isDescending ? 'descending' : 'ascending'}
              >
                <button type="button" onClick={() => sortBy(column.key)}>
                  {!isRight(column) && column.label}
                  <span aria-hidden="true" className="sort-mark">
                    {sort?.key !== column.key ? '' : sort.isDescending ? '↓' : '↑'}
                  </span>
                  {isRight(column) && column.label}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {first > 0 && <tr style={{ height: first * rowHeight }} />}
          {sorted.slice(first, last).map((row, index) => {
            const key = rowKey(row);
            return (
              <tr
                key={key}
                style={{ height: rowHeight }}
                aria-rowindex={first + index + 2}
                aria-current={key === selectedKey ? 'true' : undefined}
                className={`${onSelect === undefined ? '' : 'is-selectable'} ${key === selectedKey ? 'is-selected' : ''}`}
                onClick={onSelect === undefined ? undefined : () => onSelect(row)}
              >
                {columns.map((column) => (
                  <td key={column.key} className={isRight(column) ? 'is-right' : undefined}>
                    {column.show === undefined ? (column.value(row) ?? '–') : column.show(row)}
                  </td>
                ))}
              </tr>
            );
          })}
          {last < sorted.length && <tr style={{ height: (sorted.length - last) * rowHeight }} />}
        </tbody>
      </table>
    </section>
  );
}
