/**
 * ArchiveMap: any archive as a map of its niches. NetworkArchiveMap and PromptArchiveMap are made of it.
 * Props: {@link ArchiveMapProps}. Arrows move between neighbouring niches, Shift and an arrow to the next filled one;
 * a filled niche is selected as it is reached; Escape clears the selection.
 */
import { type KeyboardEvent, type PointerEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type { Archives } from '../../core/contract/archives.ts';
import { ChartFrame } from '../charts/chart-frame.tsx';
import type { Column } from '../charts/data-table.tsx';
import { Tooltip } from '../charts/tooltip.tsx';
import { useWidth } from '../charts/use-width.ts';
import { whole } from '../words/numbers.ts';
import { AxesChoice } from './axes-choice.tsx';
import { readingAt } from './axis-ticks.ts';
import type { Colouring } from './colourings.ts';
import { Legend } from './legend.tsx';
import { MapDrawing } from './map-drawing.tsx';
import { mapLayout, pathOfCells } from './map-layout.ts';
import { planeOf, type ShownAxes, shownElites } from './plane.ts';
import { useColours } from './use-colours.ts';
import { useNewest } from './use-newest.ts';
import {
  type Box,
  type Direction,
  neighbourTowards,
  nextTowards,
  type Point,
  type VoronoiMap,
  voronoiMap,
} from './voronoi.ts';
import './archives.css';

export interface PlacedElite {
  readonly niche: number;
  readonly id: string;
  readonly generation: number;
  readonly fitness: number;
  readonly place: readonly number[];
}

type ArchiveView<E> = Omit<Archives['prompts'], 'elites'> & { readonly elites: readonly E[] };

export interface ArchiveMapProps<E extends PlacedElite> {
  readonly title: string;
  readonly archive: ArchiveView<E>;
  /** The run, so that another one is not taken for a change. */
  readonly run: string;
  readonly generation: number;
  readonly colourings: readonly Colouring<E>[];
  /** Id of the selected candidate, wherever it was selected. */
  readonly selected: string | null;
  onSelect(id: string | null): void;
  /** Exact values of an elite. */
  describe(elite: E): readonly (readonly [label: string, value: string])[];
  readonly columns: readonly Column<E>[];
  /** Name of exported files, without ending. */
  readonly fileName: string;
  /** Largest side of the plot in CSS pixels. */
  readonly maxSide?: number;
}

/** The same centroids as before are the same object, so that their cells are made once. */
function useSameCentroids(centroids: readonly Point[]): readonly Point[] {
  const [kept, keep] = useState(centroids);
  const isSame =
    kept === centroids ||
    (kept.length === centroids.length &&
      kept.every(([x, y], niche) => x === centroids[niche]?.[0] && y === centroids[niche]?.[1]));
  if (!isSame) keep(centroids);
  return isSame ? kept : centroids;
}

/** Maps that were made before: a view that is opened again shows the same centroids. */
const madeMaps = new WeakMap<readonly Point[], VoronoiMap>();

/** @param box follows from the centroids */
function mapOf(centroids: readonly Point[], box: Box): VoronoiMap {
  const known = madeMaps.get(centroids);
  if (known !== undefined) return known;
  const map = voronoiMap(centroids, box);
  madeMaps.set(centroids, map);
  return map;
}

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

const nothing: ReadonlySet<number> = new Set();
const firstTwo: ShownAxes = [0, 1];

function titleOf(elite: PlacedElite | undefined, cell: number, isWhole: boolean): string {
  if (elite !== undefined) return `${elite.id}, niche ${elite.niche}`;
  return isWhole ? `Niche ${cell}, empty` : 'Nothing found here';
}

export function ArchiveMap<E extends PlacedElite>(props: ArchiveMapProps<E>) {
  const { title, archive, run, generation, colourings, selected, onSelect, describe, columns, fileName } = props;
  const { maxSide = 640 } = props;
  /** The axes that are drawn: a person's choice, or the first two. */
  const [chosen, setChosen] = useState(firstTwo);
  const shown = chosen.some((axis) => axis >= archive.axes.length) ? firstTwo : chosen;
  const [frame, width] = useWidth<HTMLDivElement>();
  /** The niche under the pointer or reached by arrows. */
  const [cursor, setCursor] = useState<{ niche: number; x: number; y: number; byKey: boolean } | null>(null);
  const plot = useRef<HTMLDivElement>(null);
  const help = useId();

  const plane = useMemo(() => planeOf(archive, shown), [archive, shown]);
  const { axes, box, isWhole } = plane;
  const centroids = useSameCentroids(plane.cells);
  const { left: boxLeft, right: boxRight, low: boxLow, high: boxHigh } = box;
  const map = useMemo(
    () => mapOf(centroids, { left: boxLeft, right: boxRight, low: boxLow, high: boxHigh }),
    [centroids, boxLeft, boxRight, boxLow, boxHigh],
  );
  const layout = useMemo(() => mapLayout(axes, map.box, width, maxSide), [axes, map, width, maxSide]);
  const unreachable = useMemo(
    () => (isWhole && archive.unreachable !== null ? new Set(archive.unreachable.niches) : nothing),
    [archive.unreachable, isWhole],
  );
  const unreachableNote = archive.unreachable?.why ?? '';
  /** By cell. */
  const elites = useMemo(() => shownElites(plane, archive.elites), [plane, archive.elites]);
  const inCells = useMemo(() => [...elites].map(([niche, elite]) => ({ ...elite, niche })), [elites]);
  const newest = useNewest(`${run} ${title} ${shown.join()}`, generation, inCells);

  const colour = useColours(colourings, inCells);

  const selectedElite = archive.elites.find(({ id }) => id === selected);
  const selectedNiche = selectedElite === undefined ? null : plane.cellOf(selectedElite);
  // What was reached by arrows is left when something else is selected elsewhere.
  useEffect(() => {
    if (selected !== null) setCursor((now) => (now?.byKey === true && now.niche !== selectedNiche ? null : now));
  }, [selected, selectedNiche]);

  const reach = (niche: number): void => {
    const [x, y] = layout.toDrawing(centroids[niche] ?? [0, 0]);
    setCursor({ niche, x, y, byKey: true });
    const elite = elites.get(niche);
    if (elite !== undefined) onSelect(elite.id);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      setCursor(null);
      onSelect(null);
      return;
    }
    const direction = directions[event.key];
    if (direction === undefined || event.altKey || event.ctrlKey || event.metaKey || centroids.length === 0) return;
    event.preventDefault();
    const from = cursor?.niche ?? selectedNiche;
    if (from === null) {
      reach(inCells[0]?.niche ?? map.find(...layout.toMap(layout.left, layout.top)));
      return;
    }
    const next = event.shiftKey
      ? nextTowards(map, from, elites.keys(), direction)
      : neighbourTowards(map, from, direction);
    if (next !== null) reach(next);
  };
  const nicheAt = (event: PointerEvent | React.MouseEvent): { niche: number; x: number; y: number } | null => {
    const box = plot.current?.getBoundingClientRect();
    if (box === undefined) return null;
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const { left, top, side } = layout;
    if (x < left || x > left + side || y < top || y > top + side) return null;
    const niche = map.find(...layout.toMap(x, y));
    return niche < 0 ? null : { niche, x, y };
  };

  const cursorElite = cursor === null ? undefined : elites.get(cursor.niche);
  const centre = cursor === null ? undefined : centroids[cursor.niche];
  const placeIn = (axis: 0 | 1, place: number): string => {
    const { left, right, low, high } = map.box;
    const [from, to] = axis === 0 ? [left, right] : [low, high];
    return readingAt(axes[axis], (place - from) / (to - from));
  };
  const tip =
    cursor === null || centre === undefined
      ? null
      : {
          title: titleOf(cursorElite, cursor.niche, isWhole),
          rows:
            cursorElite !== undefined
              ? describe(cursorElite)
              : ([
                  [axes[0].label, `about ${placeIn(0, centre[0])}`],
                  [axes[1].label, `about ${placeIn(1, centre[1])}`],
                ] as const),
          note: cursorElite === undefined && unreachable.has(cursor.niche) ? unreachableNote : undefined,
        };
  const said =
    tip === null
      ? ''
      : [tip.title, ...tip.rows.map(([label, value]) => `${label} ${value}`), tip.note ?? ''].join(', ');

  const filled = `${whole(archive.elites.length)} of ${whole(archive.centroids.length)} niches`;
  const note = [
    filled,
    ...(archive.normalised ? [] : ['raw measures, not scaled']),
    ...(isWhole ? [] : ['each cell the best of those on the other axes']),
  ].join(', ');
  return (
    <ChartFrame
      title={title}
      note={note}
      fileName={fileName}
      tableHeight={layout.height}
      table={{
        columns,
        rows: archive.elites,
        rowKey: (elite) => elite.id,
        selectedKey: selected,
        onSelect: (elite) => onSelect(elite.id),
        emptyText: 'No niche is filled yet.',
      }}
    >
      <div ref={frame}>
        {width > 0 && (
          <div
            ref={plot}
            className="map-plot"
            role="application"
            aria-roledescription="map of niches"
            aria-label={`${title}: ${note}`}
            aria-describedby={help}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: arrows move through an application
            tabIndex={0}
            style={{ width: layout.width, height: layout.height }}
            onKeyDown={onKeyDown}
            onBlur={() => setCursor(null)}
            onPointerMove={(event) => {
              const at = nicheAt(event);
              setCursor(at === null ? null : { ...at, byKey: false });
            }}
            onPointerLeave={() => setCursor((now) => (now?.byKey === true ? now : null))}
            onClick={(event) => {
              const at = nicheAt(event);
              const elite = at === null ? undefined : elites.get(at.niche);
              if (elite !== undefined) onSelect(elite.id);
            }}
          >
            <MapDrawing
              map={map}
              layout={layout}
              axes={axes}
              colours={colour.colours}
              unreachable={unreachable}
              legend={colour.legend}
            />
            <svg className="map-overlay" width={layout.width} height={layout.height} aria-hidden="true">
              {newest.length > 0 && (
                <g className="map-newest">
                  <path d={pathOfCells(map, newest, layout)} className="map-ring-outer" />
                  <path d={pathOfCells(map, newest, layout)} className="map-newest-line" />
                </g>
              )}
              {cursor !== null && cursor.niche !== selectedNiche && (
                <g className={cursor.byKey ? 'map-cursor is-by-key' : 'map-cursor'}>
                  <path d={pathOfCells(map, [cursor.niche], layout)} className="map-cursor-outer" />
                  <path d={pathOfCells(map, [cursor.niche], layout)} className="map-cursor-line" />
                </g>
              )}
              {selectedNiche !== null && (
                <g data-niche={selectedNiche} className="map-selected">
                  <path d={pathOfCells(map, [selectedNiche], layout)} className="map-ring-outer" />
                  <path d={pathOfCells(map, [selectedNiche], layout)} className="map-ring-line" />
                </g>
              )}
            </svg>
            {tip !== null && cursor !== null && <Tooltip x={cursor.x} y={cursor.y} width={layout.width} {...tip} />}
            <p id={help} className="visually-hidden">
              Arrows move between neighbouring niches, Shift and an arrow to the next filled one. Escape clears the
              selection. The table lists every filled niche.
            </p>
            <p aria-live="polite" className="visually-hidden">
              {cursor?.byKey === true ? said : ''}
            </p>
          </div>
        )}
        {archive.axes.length > 2 && <AxesChoice axes={archive.axes} shown={shown} onShown={setChosen} />}
        {colour.colouring !== undefined && (
          <Legend
            colourings={colourings}
            colouring={colour.colouring}
            onColouring={colour.onColouring}
            limits={colour.limits}
            isSet={colour.isSet}
            onLimits={colour.onLimits}
            hatchNote={unreachable.size > 0 ? unreachableNote : ''}
          />
        )}
      </div>
    </ChartFrame>
  );
}
