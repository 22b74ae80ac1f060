/**
 * Where a file or folder lies that the person dropped on the page or chose in it. A page sees names alone; in the window the
 * preload tells the path with `window.postMessage({type: 'llmatic-path', path}, origin)`. In a browser nobody does.
 */
import * as z from 'zod';

const pathSchema = z.object({ type: z.literal('llmatic-path'), path: z.string().min(1) });

/** Whether paths are told: in the window, not in a browser. */
export const tellsPaths = window.location.protocol === 'app:';

let waiting: ((path: string) => void) | null = null;

/** Called once, when the page starts. A file that is dropped beside a place for it must not replace the page. */
export function listenForPaths(): void {
  window.addEventListener('message', ({ source, data }) => {
    const message = source === window ? pathSchema.safeParse(data) : null;
    if (message?.success !== true) return;
    waiting?.(message.data.path);
    waiting = null;
  });
  for (const type of ['dragover', 'drop']) window.addEventListener(type, (event) => event.preventDefault());
}

/** Lets the person choose a folder in a dialog of the system; its path goes to `take`. Only in the window. */
export function chooseFolder(take: (path: string) => void): void {
  awaitPath(take);
  window.postMessage('llmatic-folder-wanted', window.location.origin);
}

/** The path that is told next goes to `take`: called while a drop or a choice is being handled. */
export function awaitPath(take: (path: string) => void): void {
  waiting = take;
}
