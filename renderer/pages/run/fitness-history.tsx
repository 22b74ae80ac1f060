/** The search over its generations: best fitness first, the other series beside it. */
import { HistoryChart, type HistorySeries, historySeries } from '../../charts/history-chart.tsx';
import { useBox } from '../../frame/use-box.ts';
import { show } from '../../state/address-bar.ts';
import { useOpenRun } from '../../state/open-run.ts';
import { useFitnessMeasure } from '../../state/run-settings.ts';
import './fitness-history.css';

const columnWidth = 440;
/** Where one row is all there is, best fitness and QD score stand side by side from this width. */
const closeWidth = 300;
const closeSeries = 136;
/** A single row is as high as there is room for, within these. */
const rowHeights = { least: 104, most: 148 };
/** One chart with its head, by which it is decided how many there is room for. CSS pixels. */
const seriesHeight = 150;
const headHeight = 48;

export function FitnessHistory({ generation }: { readonly generation: number | null }) {
  const detail = useOpenRun((state) => state.detail);
  const fitnessMeasure = useFitnessMeasure();
  const [box, { width, height }] = useBox<HTMLDivElement>();
  const rows = Math.floor((height - headHeight) / seriesHeight);
  const isClose = width < columnWidth && width >= closeWidth && rows <= 1;
  const room = Math.max(1, rows) * (width >= columnWidth || isClose ? 2 : 1);
  const rowHeight = Math.max(rowHeights.least, Math.min(rowHeights.most, height - headHeight - 12));
  const series: readonly HistorySeries[] = historySeries.slice(0, room);
  return (
    <div className="panel fitness-history" ref={box}>
      {detail === null ? (
        <p className="muted">Reading the generations…</p>
      ) : (
        <HistoryChart
          history={detail.history}
          initial={detail.row.initial}
          niches={detail.row.niches}
          planned={detail.row.generations.planned}
          fitnessMeasure={fitnessMeasure}
          series={series}
          {...(rows <= 1 ? { seriesHeight: rowHeight } : {})}
          {...(isClose ? { seriesWidth: closeSeries } : {})}
          generation={generation}
          onGeneration={(chosen) => show({ generation: chosen >= detail.history.length - 2 ? null : chosen })}
        />
      )}
    </div>
  );
}
