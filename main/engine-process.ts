/**
 * The engine's process under Electron: started by the window's process as a utilityProcess, with the runs folder as its
 * only argument. A crash here costs no window: the process is started again and runs go on where they were recorded.
 */
import { serveEngine } from './doors/electron/engine-service.ts';
import { createEngine } from './engine.ts';

const [runsFolder] = process.argv.slice(2);

// Ctrl-C in a terminal reaches every process of the app; the window's process decides what becomes of the searches.
process.on('SIGINT', () => {});

serveEngine({
  parent: process.parentPort,
  create: () =>
    createEngine({
      ...(runsFolder === undefined ? {} : { runsFolder }),
      opened: { folders: [], remedy: () => 'Choose it with the button beside the field, or drop it there.' },
    }),
  exit: (code) => process.exit(code),
});
