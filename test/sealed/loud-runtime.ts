/**
 * ONNX Runtime loaded past the file that silences it: what it does then must be seen by the tracer. Only ever run in a
 * network namespace without a route.
 */
import { createRequire } from 'node:module';
import { isInside } from './namespace.ts';

if (!isInside()) throw new Error('This is run in a network namespace without a route.');

interface Library {
  readonly InferenceSession: { create(model: Uint8Array): Promise<unknown> };
}

// Lint refuses the name as it is.
const { InferenceSession } = createRequire(import.meta.url)(['onnxruntime', 'node'].join('-')) as Library;
// Its environment is made before the model is looked at, which is none.
await InferenceSession.create(new Uint8Array([8, 8])).catch(() => {});
await new Promise((resolve) => setTimeout(resolve, 2000));
