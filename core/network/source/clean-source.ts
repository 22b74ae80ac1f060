/** The source of a network, handed out only once it was read back to the same network. */
import { fail } from '../../failure.ts';
import type { Interpretation, Interpreter } from '../../search/ports.ts';
import { networkSource } from './source.ts';

/**
 * Clean PyTorch source of a network that was read, one class `Net`.
 * @param interpreter for images and classes as the network has them
 * @throws FailureError of kind `verification` where the source does not read back to the same hash
 */
export function cleanSource({ network, hash }: Interpretation, interpreter: Interpreter): string {
  const source = networkSource(network);
  const again = interpreter(source);
  if (again.ok && again.value.hash === hash) return source;
  const why = again.ok ? `it reads back to another network, ${again.value.hash}` : again.reason.message;
  return fail(
    'verification',
    `The source written for the network ${hash} is not given out, because it does not read back: ${why}. This is a fault of LLMatic: please report it with the network's own source.`,
  );
}
