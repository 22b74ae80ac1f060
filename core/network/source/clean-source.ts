/** The source of a network, handed out only once it was read back to the same network. */
import { fail } from '../../failure.ts';
import type { EndableInterpreter, Interpretation } from '../../search/ports.ts';
import type { Network } from '../ir.ts';
import { printNetwork } from './source.ts';

export interface CleanNetwork {
  /** One class `Net`. */
  readonly source: string;
  /** What the source is read as: the same network under the source's names. */
  readonly network: Network;
  /** By name of `network`: the parameter or buffer of the network that was printed. */
  readonly origins: ReadonlyMap<string, string>;
}

/**
 * Clean PyTorch source of a network that was read.
 * @param interpreter for images and classes as the network has them
 * @throws FailureError of kind `verification` where the source does not read back to the same hash; as the interpreter
 */
export async function cleanNetwork(
  { network, hash }: Interpretation,
  interpreter: EndableInterpreter,
): Promise<CleanNetwork> {
  const { source, origins } = printNetwork(network);
  const again = await interpreter(source);
  if (again.ok && again.value.hash === hash) return { source, network: again.value.network, origins };
  const why = again.ok ? `it reads back to another network, ${again.value.hash}` : again.reason.message;
  return fail(
    'verification',
    `The source written for the network ${hash} is not given out, because it does not read back: ${why}. This is a fault of LLMatic: please report it with the network's own source.`,
  );
}

/** The text alone. @throws FailureError as `cleanNetwork` */
export async function cleanSource(interpretation: Interpretation, interpreter: EndableInterpreter): Promise<string> {
  return (await cleanNetwork(interpretation, interpreter)).source;
}
