/**
 * ChartFrame: what stands around every chart: its title, a note, the table behind it, the export menu.
 * Props: {@link ChartFrameProps}. The drawing to export is the `svg[data-drawing]` among the children.
 */
import { type ReactNode, useId, useRef, useState } from 'react';
import { csvOf } from '../../core/text/csv.ts';
import { type Column, DataTable, type DataTableProps } from './data-table.tsx';
import { ExportMenu } from './export-menu.tsx';
import './charts.css';

export interface ChartFrameProps<Row> {
  readonly title: string;
  /** Beside the title; cut short where there is no room. */
  readonly note?: string;
  /** Name of exported files, without ending. */
  readonly fileName: string;
  readonly table: Pick<
    DataTableProps<Row>,
    'rows' | 'rowKey' | 'selectedKey' | 'onSelect' | 'sortedBy' | 'emptyText'
  > & {
    readonly columns: readonly Column<Row>[];
  };
  /** CSS pixels of the drawing. */
  readonly tableHeight?: number;
  readonly children: ReactNode;
}

export function ChartFrame<Row>(props: ChartFrameProps<Row>) {
  const { title, note, fileName, table, tableHeight, children } = props;
  const [isTable, setTable] = useState(false);
  const body = useRef<HTMLDivElement>(null);
  const heading = useId();
  const csv = (): string =>
    csvOf(
      table.columns.map((column) => column.label),
      table.rows.map((row) => table.columns.map((column) => column.value(row))),
    );
  return (
    <figure className="chart-frame" aria-labelledby={heading}>
      <header className="chart-head">
        <h3 id={heading}>{title}</h3>
        {note !== undefined && (
          <span className="chart-note" title={note}>
            {note}
          </span>
        )}
        <div className="chart-tools">
          <button type="button" className="quiet-button" aria-pressed={isTable} onClick={() => setTable(!isTable)}>
            Table
          </button>
          <ExportMenu
            title={title}
            fileName={fileName}
            drawing={() => body.current?.querySelector<SVGSVGElement>('svg[data-drawing]') ?? null}
            csv={csv}
          />
        </div>
      </header>
      <div ref={body}>
        {isTable ? (
          // As tall as the drawing that it stands in for, so that nothing around it moves.
          <div style={{ minHeight: tableHeight }}>
            <DataTable label={title} {...table} {...(tableHeight === undefined ? {} : { maxHeight: tableHeight })} />
          </div>
        ) : (
          children
        )}
      </div>
    </figure>
  );
}
