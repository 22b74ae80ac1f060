/** net.py of an export: the network as clean source with what a person needs to load it. Nothing of another's text is in it. */
import { fail } from '../../core/failure.ts';
import type { CleanNetwork } from '../../core/network/source/clean-source.ts';
import type { EndableInterpreter } from '../../core/search/ports.ts';

export interface PythonFileContent {
  readonly clean: CleanNetwork;
  readonly hash: string;
  /** Scores per image. */
  readonly classes: number;
}

/**
 * The file's text; running it loads the weights beside it and prints the shape of the logits of one empty image.
 * @param interpreter for images and classes as the network has them
 * @throws FailureError (`verification`) where the whole file does not read back to the network
 */
export async function pythonFile(
  { clean, hash, classes }: PythonFileContent,
  interpreter: EndableInterpreter,
): Promise<string> {
  const { network, source } = clean;
  const sizes = network.input.join(', ');
  const text = `"""A network as LLMatic printed it from its graph: images [N, ${sizes}], prepared as README.md says, to logits [N, ${classes}].

    from safetensors.torch import load_file
    net = Net()
    net.load_state_dict(load_file("weights.safetensors"))
    net.eval()

Its hash in LLMatic: ${hash}
"""
${source.trim()}


if __name__ == "__main__":
    import pathlib

    from safetensors.torch import load_file

    net = Net()
    net.load_state_dict(load_file(pathlib.Path(__file__).with_name("weights.safetensors")))
    net.eval()
    print(tuple(net(torch.zeros(1, ${sizes})).shape))
`;
  const again = await interpreter(text);
  if (again.ok && again.value.hash === hash) return text;
  return fail('verification', `net.py does not read back to the network ${hash}. This is a fault of LLMatic.`);
}
