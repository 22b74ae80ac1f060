"""CodeGen checkpoint folder -> GGUF of architecture phi2, which computes the same (parallel attention and MLP after one norm, partial
rotary positions). What differs is layout: the fused projection is unmixed, and rotary pairs go from neighbours to halves.
"""
import argparse
import json
import os

import gguf
import numpy as np
from safetensors.numpy import load_file

BLOCKS = 4
NORMAL, CONTROL, ADDED, UNUSED = 1, 3, 4, 5


def halves(weight, heads, rotary):
    """Rows of a query or key matrix from neighbours paired (2 i, 2 i + 1) to halves paired (i, i + rotary / 2)."""
    d = weight.shape[0] // heads
    order = np.arange(d)
    order[:rotary // 2] = np.arange(0, rotary, 2)
    order[rotary // 2:rotary] = np.arange(1, rotary, 2)
    return weight.reshape(heads, d, -1)[:, order].reshape(weight.shape)


def split_projection(fused, heads, rotary):
    width = fused.shape[1]
    n = width // BLOCKS
    parts = fused.reshape(BLOCKS, 3, n, width)
    q, v, k = (parts[:, j].reshape(width, width) for j in range(3))
    return np.concatenate([halves(q, heads, rotary), halves(k, heads, rotary), v])


def convert(folder, path, name='LLMatic small', half=True):
    def read(file):
        with open(os.path.join(folder, file), encoding='utf8') as f:
            return json.load(f)

    config, vocab, added = read('config.json'), read('vocab.json'), read('added_tokens.json')
    with open(os.path.join(folder, 'merges.txt'), encoding='utf8') as f:
        merges = [line for line in f.read().split('\n')[1:] if line]
    tensors = load_file(os.path.join(folder, 'model.safetensors'))
    heads, rotary, width = config['n_head'], config['rotary_dim'], config['n_embd']
    tokens = [f'[PAD{i}]' for i in range(config['vocab_size'])]
    types = [UNUSED] * len(tokens)
    for text, i in vocab.items():
        tokens[i], types[i] = text, NORMAL
    for text, i in added.items():
        tokens[i], types[i] = text, ADDED
    end = config['eos_token_id']
    types[end] = CONTROL

    w = gguf.GGUFWriter(path, 'phi2')
    w.add_name(name)
    w.add_license('MIT')
    w.add_context_length(config['n_positions'])
    w.add_embedding_length(width)
    w.add_block_count(config['n_layer'])
    w.add_feed_forward_length(4 * width)
    w.add_head_count(heads)
    w.add_head_count_kv(heads)
    w.add_layer_norm_eps(config['layer_norm_epsilon'])
    w.add_rope_dimension_count(rotary)
    w.add_rope_freq_base(10000.0)
    w.add_file_type(gguf.LlamaFileType.MOSTLY_F16 if half else gguf.LlamaFileType.ALL_F32)
    w.add_vocab_size(len(tokens))
    w.add_tokenizer_model('gpt2')
    w.add_tokenizer_pre('trillion')
    w.add_token_list(tokens)
    w.add_token_types(types)
    w.add_token_merges(merges)
    w.add_bos_token_id(end)
    w.add_eos_token_id(end)
    w.add_add_bos_token(False)

    def put(name, value):
        value = np.ascontiguousarray(value, dtype=np.float16 if half and value.ndim == 2 else np.float32)
        w.add_tensor(name, value)

    put('token_embd.weight', tensors['transformer.wte.weight'])
    for i in range(config['n_layer']):
        a, b = f'transformer.h.{i}.', f'blk.{i}.'
        put(b + 'attn_norm.weight', tensors[a + 'ln_1.weight'])
        put(b + 'attn_norm.bias', tensors[a + 'ln_1.bias'])
        put(b + 'attn_qkv.weight', split_projection(tensors[a + 'attn.qkv_proj.weight'], heads, rotary))
        put(b + 'attn_qkv.bias', np.zeros(3 * width, dtype=np.float32))
        put(b + 'attn_output.weight', tensors[a + 'attn.out_proj.weight'])
        put(b + 'attn_output.bias', np.zeros(width, dtype=np.float32))
        put(b + 'ffn_up.weight', tensors[a + 'mlp.fc_in.weight'])
        put(b + 'ffn_up.bias', tensors[a + 'mlp.fc_in.bias'])
        put(b + 'ffn_down.weight', tensors[a + 'mlp.fc_out.weight'])
        put(b + 'ffn_down.bias', tensors[a + 'mlp.fc_out.bias'])
    put('output_norm.weight', tensors['transformer.ln_f.weight'])
    put('output_norm.bias', tensors['transformer.ln_f.bias'])
    put('output.weight', tensors['lm_head.weight'])
    put('output.bias', tensors['lm_head.bias'])
    w.write_header_to_file()
    w.write_kv_data_to_file()
    w.write_tensors_to_file()
    w.close()


if __name__ == '__main__':
    p = argparse.ArgumentParser()
    p.add_argument('folder')
    p.add_argument('--out', required=True)
    p.add_argument('--f32', action='store_true')
    a = p.parse_args()
    convert(a.folder, a.out, half=not a.f32)
