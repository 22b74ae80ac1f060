/** Prints, one JSON line a network named, how far its gradients on the WebGPU provider are from those on the CPU. */
import { relativeError } from './golden-cases.ts';
import { gradientsOf, madeImages, readNetwork } from './whole-networks.ts';

for (const name of process.argv.slice(2)) {
  const network = await readNetwork(name);
  const cpu = await gradientsOf(network, madeImages(), 'cpu');
  const error = relativeError(await gradientsOf(network, madeImages(), 'webgpu'), cpu);
  process.stdout.write(`${JSON.stringify({ name, error })}\n`);
}
// The provider's own threads would keep the process.
process.exit(0);
