/** The parser with its two WebAssembly files, for tests. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadPythonParser } from '../../../core/python/syntax/parser.ts';

const require = createRequire(import.meta.url);

export const parser = await loadPythonParser(
  readFileSync(require.resolve('web-tree-sitter/web-tree-sitter.wasm')),
  readFileSync(require.resolve('tree-sitter-python/tree-sitter-python.wasm')),
);
