/** Bundles the window and the page. Nothing is inlined, so that the page's policy needs no exception but its own files. */
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const root = join(import.meta.dirname, 'renderer');

// A default export, because Vite asks for one.
export default defineConfig({
  root,
  base: './',
  // Every element of the page is made by renderer/jsx.
  plugins: [react({ jsxImportSource: '#page' })],
  build: {
    outDir: join(import.meta.dirname, 'dist', 'renderer'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: 'chrome120',
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 2000,
  },
});
