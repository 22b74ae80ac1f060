/** `model convert`: a CodeGen checkpoint as a GGUF file that LLMatic and llama.cpp run. */
import { fail } from '../../../core/failure.ts';
import { type OutputType, outputTypes } from '../../../core/gguf/encode.ts';
import { convertCodegen } from '../../llm/convert/convert-codegen.ts';
import type { Command } from './command.ts';
import { textOption } from './options.ts';
import { shortCount } from './short-count.ts';

const defaultType: OutputType = 'f16';

function typeOf(text: string | null): OutputType {
  if (text === null) return defaultType;
  const wanted = text.toLowerCase();
  const type = outputTypes.find((each) => each === wanted);
  if (type !== undefined) return type;
  if (/^(q[2-8]_k|iq\d|mxfp4|tq\d|nvfp4)/.test(wanted)) {
    return fail(
      'usage',
      `--type ${text} needs llama.cpp's own quantizer, which is not part of LLMatic. Take q5_1, q5_0 or q4_0, or convert to f16 and run llama.cpp's llama-quantize on the file.`,
    );
  }
  return fail('usage', `--type takes one of ${outputTypes.join(', ')}, not ${text}.`);
}

export const modelConvertCommand: Command = {
  name: 'model convert',
  summary: 'Convert a CodeGen checkpoint to a GGUF file.',
  usage: `Usage: llmatic model convert CHECKPOINT_DIR --out FILE.gguf [--type TYPE] [--force] [--json]

Converts CodeGen (350M, 2B, 6B, 16B; nl, multi, mono) and CodeGen2 as they are published: a folder with config.json, the
tokenizer's files, and weights in model.safetensors or pytorch_model.bin, in one file or several with an index. Nothing
in a .bin file is executed. The result is checked before it gets its name; Ctrl-C leaves nothing behind.

  --out FILE.gguf      the file to write
  --type TYPE          numbers of the matrices: ${outputTypes.join(', ')} (default ${defaultType});
                       the output layer of a file of 4 or 5 bits is q8_0, norms and biases are f32
  --force              replace FILE.gguf if it is there`,
  options: { out: { type: 'string' }, type: { type: 'string' }, force: { type: 'boolean' } },
  async run({ options, positionals, signal, say }) {
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1) {
      return fail('usage', 'model convert takes one CHECKPOINT_DIR. See `llmatic model convert --help`.');
    }
    const out = textOption(options, 'out');
    if (out === null) return fail('usage', 'model convert needs --out FILE.gguf: the file to write.');
    const type = typeOf(textOption(options, 'type'));
    let told = -1;
    const done = await convertCodegen({
      folder,
      out,
      type,
      force: options.force === true,
      signal,
      onProgress(written, all, tensor) {
        const tenth = Math.floor((10 * written) / all);
        if (tenth === told) return;
        told = tenth;
        say(`${10 * tenth} % of ${(all / 1e6).toFixed(1)} MB: ${tensor}`);
      },
      onWritten: () => say('Reading it back.'),
    });
    const text = [
      `${done.file}: ${done.name}, ${shortCount(done.parameters)} parameters as ${done.type} in ${(done.bytes / 1e6).toFixed(1)} MB`,
      `  from           ${done.weights.join(', ')}, attention in ${done.blocks} blocks`,
      `  tokens         ${done.tokens} and ${done.padding} unused, context ${done.context}`,
      `  checked        ${done.tensors} tensors read back, SHA-256 ${done.sha256}`,
      `  took           ${done.seconds.toFixed(1)} s`,
    ];
    return { json: done, text };
  },
};
