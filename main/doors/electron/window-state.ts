/** Where the window was and how large, kept between starts; never off every screen. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';
import { makePrivateFolder, privateFile } from '../../private-files.ts';

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const stateSchema = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().positive(), height: z.int().positive() }),
  maximized: z.boolean(),
});

export type WindowState = z.infer<typeof stateSchema>;

export const smallestWindow = { width: 900, height: 600 } as const;
const usualWindow = { width: 1440, height: 900 } as const;

export interface WindowPlace {
  /** Without x and y the window is centred. */
  readonly bounds: { readonly width: number; readonly height: number; readonly x?: number; readonly y?: number };
  readonly maximized: boolean;
}

/** Pixels that two stretches share. */
function overlap(start: number, length: number, otherStart: number, otherLength: number): number {
  return Math.min(start + length, otherStart + otherLength) - Math.max(start, otherStart);
}

/** The file's state, made to fit the screens that are there now; the usual size where there is none. */
export function readWindowState(file: string, screens: readonly Rectangle[]): WindowPlace {
  let state: WindowState;
  try {
    state = stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { bounds: usualWindow, maximized: false };
  }
  const { x, y, width, height } = state.bounds;
  const size = { width: Math.max(width, smallestWindow.width), height: Math.max(height, smallestWindow.height) };
  // Enough of its top edge must be in sight to take hold of.
  const visible = screens.some(
    (screen) => overlap(x, width, screen.x, screen.width) >= 100 && overlap(y, 40, screen.y, screen.height) >= 20,
  );
  return { bounds: visible ? { ...size, x, y } : size, maximized: state.maximized };
}

/** A state that cannot be kept is no reason to fail: the next window opens at the usual place. */
export function keepWindowState(file: string, state: WindowState): void {
  try {
    makePrivateFolder(dirname(file));
    writeFileSync(file, JSON.stringify(state), { mode: privateFile });
  } catch {}
}
