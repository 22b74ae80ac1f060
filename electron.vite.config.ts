/**
 * Compiles what is shipped: main/ and core/ file by file below dist/, so that the worker processes and the package's
 * folder are found as in a checkout; the preload as one CommonJS file, as Electron's sandbox wants it; the renderer.
 */
import { defineConfig } from 'electron-vite';
import renderer from './vite.config.ts';

const root = import.meta.dirname;

// A default export, because electron-vite asks for one.
export default defineConfig({
  main: {
    build: {
      outDir: 'dist',
      // Built first: whatever an earlier build left goes, the other two then write beside it.
      emptyOutDir: true,
      rolldownOptions: {
        input: [
          'main/doors/cli.ts',
          'main/doors/electron.ts',
          'main/engine-process.ts',
          'main/llm/worker.ts',
          'main/training/worker.ts',
        ],
        output: {
          format: 'es',
          preserveModules: true,
          preserveModulesRoot: root,
          entryFileNames: '[name].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: 'dist/preload',
      rolldownOptions: {
        input: 'preload/preload.ts',
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: { ...renderer, build: { ...renderer.build, rolldownOptions: { input: 'renderer/index.html' } } },
});
