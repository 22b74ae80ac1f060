/**
 * Compiles what is shipped: main/ and core/ file by file below dist/, so that the worker processes and the package's
 * folder are found as in a checkout; the preload as one CommonJS file, as Electron's sandbox wants it; the renderer.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { defineConfig } from 'electron-vite';
import type { Plugin } from 'vite';
import { bundledLicences } from './packaging/bundled-licences.ts';
import renderer from './vite.config.ts';

const root = import.meta.dirname;

/**
 * Removes what an earlier build left in these folders, once the new files are there: a process that reads them
 * meanwhile never finds nothing.
 */
function withoutLeftovers(...folders: string[]): Plugin {
  return {
    name: 'without-leftovers',
    writeBundle({ dir = 'dist' }, bundle) {
      const outDir = resolve(root, dir);
      for (const folder of folders) {
        for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
          const file = join(entry.parentPath, entry.name);
          if (entry.isFile() && !(relative(outDir, file).replaceAll(sep, '/') in bundle)) rmSync(file, { force: true });
        }
      }
    },
  };
}

// A default export, because electron-vite asks for one.
export default defineConfig({
  main: {
    plugins: [withoutLeftovers('dist/main', 'dist/core')],
    build: {
      outDir: 'dist',
      emptyOutDir: false,
      rolldownOptions: {
        input: [
          'main/centroids/reach-worker.ts',
          'main/centroids/worker.ts',
          'main/doors/cli.ts',
          'main/doors/electron.ts',
          'main/engine-process.ts',
          'main/engine/conversions/worker.ts',
          'main/engine/verification/worker.ts',
          'main/llm/worker.ts',
          'main/reading/worker.ts',
          'main/store/writing/worker.ts',
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
  renderer: {
    ...renderer,
    plugins: [...(renderer.plugins ?? []), bundledLicences('licences.txt'), withoutLeftovers('dist/renderer')],
    build: { ...renderer.build, emptyOutDir: false, rolldownOptions: { input: 'renderer/index.html' } },
  },
});
