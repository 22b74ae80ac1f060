"""Training checkpoint -> a CodeGen checkpoint folder as transformers reads it (config.json, model.safetensors, vocab, merges, added tokens)."""
import argparse
import json
import os

import torch
from safetensors.torch import save_file

BLOCKS = 4      # CodeGen's fused projection is stored as four slices of [query, value, key]


def interleaved(weight, heads, rotary):
    """Rows of a query or key matrix from halves paired (i, i + rotary / 2) to neighbours paired (2 i, 2 i + 1)."""
    d = weight.shape[0] // heads
    order = torch.arange(d)
    order[0:rotary:2] = torch.arange(rotary // 2)
    order[1:rotary:2] = torch.arange(rotary // 2) + rotary // 2
    return weight.view(heads, d, -1)[:, order].reshape(weight.shape)


def codegen_tensors(state, config):
    width, heads, rotary = config['width'], config['heads'], config['rotary']
    out = {'transformer.wte.weight': state['embed.weight'], 'transformer.ln_f.weight': state['norm.weight'],
           'transformer.ln_f.bias': state['norm.bias'], 'lm_head.weight': state['head.weight'], 'lm_head.bias': state['head.bias']}
    for i in range(config['layers']):
        a, b = f'blocks.{i}.', f'transformer.h.{i}.'
        q, k, v = state[a + 'qkv.weight'].chunk(3)
        q, k = interleaved(q, heads, rotary), interleaved(k, heads, rotary)
        n = width // BLOCKS
        out[b + 'attn.qkv_proj.weight'] = torch.cat([m[j * n:(j + 1) * n] for j in range(BLOCKS) for m in (q, v, k)])
        out[b + 'attn.out_proj.weight'] = state[a + 'out.weight']
        for mine, theirs in (('norm', 'ln_1'), ('up', 'mlp.fc_in'), ('down', 'mlp.fc_out')):
            for kind in ('weight', 'bias'):
                out[f'{b}{theirs}.{kind}'] = state[f'{a}{mine}.{kind}']
    return {k: v.contiguous().float() for k, v in out.items()}


def export(checkpoint, tokenizer_file, folder):
    state = torch.load(checkpoint, weights_only=True)
    c = state['config']
    os.makedirs(folder, exist_ok=True)
    save_file(codegen_tensors(state['model'], c), os.path.join(folder, 'model.safetensors'), metadata={'format': 'pt'})
    with open(tokenizer_file, encoding='utf8') as f:
        tokenizer = json.load(f)
    added = {t['content']: t['id'] for t in tokenizer['added_tokens']}
    end = added['<|endoftext|>']
    config = {'architectures': ['CodeGenForCausalLM'], 'model_type': 'codegen', 'vocab_size': c['vocabulary'], 'n_positions': c['context'],
              'n_ctx': c['context'], 'n_embd': c['width'], 'n_layer': c['layers'], 'n_head': c['heads'], 'rotary_dim': c['rotary'],
              'n_inner': None, 'activation_function': 'gelu_new', 'layer_norm_epsilon': 1e-5, 'bos_token_id': end, 'eos_token_id': end,
              'tie_word_embeddings': False, 'attn_pdrop': 0.0, 'embd_pdrop': 0.0, 'resid_pdrop': 0.0, 'torch_dtype': 'float32'}
    files = {'config.json': config, 'vocab.json': tokenizer['model']['vocab'], 'added_tokens.json': added, 'tokenizer.json': tokenizer,
             'tokenizer_config.json': {'tokenizer_class': 'CodeGenTokenizer', 'eos_token': '<|endoftext|>', 'bos_token': '<|endoftext|>',
                                       'unk_token': '<|endoftext|>', 'add_prefix_space': False, 'model_max_length': c['context']}}
    for name, content in files.items():
        with open(os.path.join(folder, name), 'w', encoding='utf8') as f:
            json.dump(content, f, ensure_ascii=False)
    with open(os.path.join(folder, 'merges.txt'), 'w', encoding='utf8') as f:
        f.write('#version: 0.2\n')
        for m in tokenizer['model']['merges']:
            f.write((m if isinstance(m, str) else ' '.join(m)) + '\n')


if __name__ == '__main__':
    p = argparse.ArgumentParser()
    p.add_argument('checkpoint')
    p.add_argument('--tokenizer', required=True)
    p.add_argument('--out', required=True)
    a = p.parse_args()
    export(a.checkpoint, a.tokenizer, a.out)
