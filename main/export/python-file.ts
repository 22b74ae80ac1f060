/** net.py of an export: the network's source with what a person needs to load it. */
import { networkClass } from './class-name.ts';

export interface PythonFileContent {
  readonly network: string;
  readonly source: string;
  /** [C, H, W] of one image. */
  readonly input: readonly number[];
}

/** The file's text; running it loads the weights beside it and prints the shape of the logits of one empty image. */
export function pythonFile({ network, source, input }: PythonFileContent): string {
  const name = networkClass(source);
  return `# Network ${network}, designed by LLMatic. How to load it:
#     from safetensors.torch import load_file
#     net = ${name}()
#     net.load_state_dict(load_file("weights.safetensors"))
#     net.eval()
# It takes images [N, ${input.join(', ')}], normalised as README.md says, and returns logits.

${source.trim()}


if __name__ == "__main__":
    import pathlib

    import torch
    from safetensors.torch import load_file

    net = ${name}()
    net.load_state_dict(load_file(pathlib.Path(__file__).with_name("weights.safetensors")))
    net.eval()
    print(tuple(net(torch.zeros(1, ${input.join(', ')})).shape))
`;
}
