/**
 * ExportMenu: the drawing as SVG or PNG, its table as CSV.
 * Props: `title`, `fileName` (without ending), `drawing` (the SVG element now, null while the table is shown), `csv`.
 */
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { pngOf, saveFile, svgText } from './image-export.ts';
import './charts.css';

export interface ExportMenuProps {
  readonly title: string;
  readonly fileName: string;
  drawing(): SVGSVGElement | null;
  csv(): string;
}

export function ExportMenu({ title, fileName, drawing, csv }: ExportMenuProps) {
  const [isOpen, setOpen] = useState(false);
  const [problem, setProblem] = useState('');
  const frame = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const list = useId();

  useEffect(() => {
    if (!isOpen) return;
    frame.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const closeOutside = (event: PointerEvent): void => {
      if (event.target instanceof Node && frame.current?.contains(event.target) !== true) setOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    return () => document.removeEventListener('pointerdown', closeOutside);
  }, [isOpen]);

  const close = (): void => {
    setOpen(false);
    opener.current?.focus();
  };
  const saveDrawing = (ending: 'svg' | 'png'): void => {
    const svg = drawing();
    close();
    if (svg === null) return;
    if (ending === 'svg') {
      saveFile(`${fileName}.svg`, new Blob([svgText(svg, title)], { type: 'image/svg+xml' }));
      return;
    }
    pngOf(svg, title).then(
      (png) => saveFile(`${fileName}.png`, png),
      (error: unknown) => setProblem(error instanceof Error ? error.message : String(error)),
    );
  };
  const saveTable = (): void => {
    saveFile(`${fileName}.csv`, new Blob([csv()], { type: 'text/csv;charset=utf-8' }));
    close();
  };
  const move = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
    if (event.key === 'Tab') setOpen(false);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const items = [...(frame.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const { activeElement } = document;
    const at = activeElement instanceof HTMLElement ? items.indexOf(activeElement) : -1;
    items[(at + step + items.length) % items.length]?.focus();
  };
  const isDrawn = isOpen && drawing() !== null;

  return (
    <div className="export-menu" ref={frame}>
      <button
        ref={opener}
        type="button"
        className="quiet-button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={isOpen ? list : undefined}
        onClick={() => {
          setProblem('');
          setOpen(!isOpen);
        }}
      >
        Export
        <span aria-hidden="true" className="export-arrow">
          ▾
        </span>
      </button>
      {isOpen && (
        <div id={list} role="menu" aria-label={`Export ${title}`} className="menu" tabIndex={-1} onKeyDown={move}>
          {isDrawn && (
            <>
              <button type="button" role="menuitem" onClick={() => saveDrawing('svg')}>
                SVG drawing
              </button>
              <button type="button" role="menuitem" onClick={() => saveDrawing('png')}>
                PNG picture
              </button>
            </>
          )}
          <button type="button" role="menuitem" onClick={saveTable}>
            CSV table
          </button>
        </div>
      )}
      {problem !== '' && (
        <p role="alert" className="export-problem">
          {problem}
        </p>
      )}
    </div>
  );
}
