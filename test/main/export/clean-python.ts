/**
 * What net.py may consist of, written down by hand from PyTorch's names: whatever is in a file besides is foreign. No part of
 * the printer is asked.
 */

/** Docstring and last lines are fixed but for sizes and the hash. */
const frame =
  /^"""A network as LLMatic printed it from its graph: images \[N(?:, \d+)+\], prepared as README\.md says, to logits \[N, \d+\]\.\n\n {4}from safetensors\.torch import load_file\n {4}net = Net\(\)\n {4}net\.load_state_dict\(load_file\("weights\.safetensors"\)\)\n {4}net\.eval\(\)\n\nIts hash in LLMatic: [0-9a-f]{64}\n"""\n([\s\S]*?)\n\n\nif __name__ == "__main__":\n {4}import pathlib\n\n {4}from safetensors\.torch import load_file\n\n {4}net = Net\(\)\n {4}net\.load_state_dict\(load_file\(pathlib\.Path\(__file__\)\.with_name\("weights\.safetensors"\)\)\)\n {4}net\.eval\(\)\n {4}print\(tuple\(net\(torch\.zeros\(1(?:, \d+)+\)\)\.shape\)\)\n$/;

const head =
  /^import torch\nimport torch\.nn as nn\n(?:import torch\.nn\.functional as F\n)?\n\nclass Net\(nn\.Module\):\n {4}def __init__\(self\):\n {8}super\(\).__init__\(\)\n([\s\S]*?)\n {4}def forward\(self, x\):\n([\s\S]*)$/;

/** Attributes and variables: a word of ours and a number. */
const ours =
  /^(?:(?:conv|deconv|bn|norm|prelu|dropout|fc|lstm|gru|rnn|weight|buffer|table)[1-9]\d*|x[1-9]\d*|[xyzuvwnc]|[yc][1-9]\d*|_)$/;

const words = new Set(
  `self torch nn F init return if else float True False None
  Conv1d Conv2d ConvTranspose1d ConvTranspose2d Linear BatchNorm1d BatchNorm2d LayerNorm RMSNorm GroupNorm InstanceNorm1d
  InstanceNorm2d PReLU Dropout Dropout1d Dropout2d AlphaDropout LSTM GRU RNN Parameter register_buffer
  uniform_ normal_ trunc_normal_ orthogonal_ constant_ data copy_ requires_grad
  weight bias running_mean running_var num_batches_tracked
  weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0 weight_ih_l0_reverse weight_hh_l0_reverse bias_ih_l0_reverse bias_hh_l0_reverse
  kernel_size stride padding dilation groups output_padding eps momentum affine track_running_stats elementwise_affine
  nonlinearity bidirectional persistent training ceil_mode count_include_pad divisor_override approximate beta threshold
  dim dims keepdim mode value align_corners scale_factor size min max
  conv1d conv2d conv_transpose1d conv_transpose2d linear batch_norm layer_norm rms_norm group_norm dropout max_pool2d
  avg_pool2d adaptive_avg_pool2d adaptive_max_pool2d relu leaky_relu prelu relu6 elu selu celu gelu silu mish hardswish
  hardsigmoid hardtanh sigmoid tanh softplus softsign logsigmoid hardshrink softshrink exp log sqrt abs sin cos erf clamp
  floor ceil round trunc sign softmax log_softmax reshape flatten view permute squeeze unsqueeze cat stack maximum minimum
  where mean sum amax values pad expand interpolate detach zeros ones full empty rand randn tensor long size`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

const strings = new Set(['same', 'relu', 'tanh', 'nearest', 'bilinear', 'bicubic', 'inf', '-inf', 'nan']);

const token =
  /([A-Za-z_]\w*)|((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|'([^'\\\n]*)'|(\*\*|<=|>=|==|!=|[-+*/@%&|~<>=()[\],.:])|([ \n]+)/gy;

/** Everything in the file that net.py may not hold; empty for a clean one. */
export function foreignParts(text: string): string[] {
  const found: string[] = [];
  if (/[^\n\x20-\x7e]/.test(text)) found.push('a character that is not plain ASCII');
  const framed = frame.exec(text)?.[1];
  if (framed === undefined) return [...found, 'another docstring or another end'];
  const parts = head.exec(framed);
  if (parts === null) return [...found, 'other imports, or another class than Net with __init__ and forward'];
  for (const block of [parts[1] ?? '', parts[2] ?? '']) {
    for (const line of block.split('\n')) {
      // Numbers of a table go on in lines of their own.
      // A choice by mode is an expression; a statement never begins with if.
      if (line !== '' && !/^ {8}(?!if\b)\S|^ {12}[-\d.fe]/.test(line)) found.push(`the line ${line}`);
    }
    token.lastIndex = 0;
    while (token.lastIndex < block.length) {
      const at = token.lastIndex;
      const match = token.exec(block);
      if (match === null) {
        found.push(`${JSON.stringify(block.slice(at, at + 20))}, which is no token of it`);
        break;
      }
      const [, word, , string] = match;
      if (word !== undefined && !words.has(word) && !ours.test(word)) found.push(`the name ${word}`);
      const isOwnName = string !== undefined && /^(?:buffer|table)[1-9]\d*$/.test(string);
      if (string !== undefined && !strings.has(string) && !isOwnName) found.push(`the text ${JSON.stringify(string)}`);
    }
  }
  return found;
}
