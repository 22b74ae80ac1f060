"""The embedded model in transformers: its GGUF's weights turned back into CodeGen, its tokenizer in the tokenizers library.

usage: embedded.py MODEL.gguf TOKENIZER.json TEXTS.json OUT.json
TEXTS.json: {"texts": [...], "prompts": [...]}. Writes token ids of all texts, and of each prompt 60 greedy tokens with the
margin of each choice (difference of the two largest logits).
"""
import json
import sys

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import CodeGenConfig, CodeGenForCausalLM

BLOCKS = 4
STEPS = 60


def neighbours(weight, heads, rotary):
    """Rows of a query or key matrix from halves paired (i, i + rotary / 2) to neighbours paired (2 i, 2 i + 1)."""
    d = weight.shape[0] // heads
    order = np.arange(d)
    order[0:rotary:2], order[1:rotary:2] = np.arange(rotary // 2), np.arange(rotary // 2, rotary)
    return weight.reshape(heads, d, -1)[:, order].reshape(weight.shape)


def load(file):
    reader = gguf.GGUFReader(file)
    t = {x.name: np.array(x.data, dtype=np.float32) for x in reader.tensors}

    def number(key):
        return int(reader.fields[f'phi2.{key}'].parts[-1][0])

    vocabulary, width = t['token_embd.weight'].shape
    layers, heads, rotary = number('block_count'), number('attention.head_count'), number('rope.dimension_count')
    config = CodeGenConfig(vocab_size=vocabulary, n_positions=number('context_length'), n_ctx=number('context_length'), n_embd=width,
                           n_layer=layers, n_head=heads, rotary_dim=rotary, activation_function='gelu_new', tie_word_embeddings=False)
    state = {'transformer.wte.weight': t['token_embd.weight'], 'transformer.ln_f.weight': t['output_norm.weight'],
             'transformer.ln_f.bias': t['output_norm.bias'], 'lm_head.weight': t['output.weight'], 'lm_head.bias': t['output.bias']}
    for i in range(layers):
        a, b = f'blk.{i}.', f'transformer.h.{i}.'
        q, k, v = np.split(t[a + 'attn_qkv.weight'], 3)
        q, k = neighbours(q, heads, rotary), neighbours(k, heads, rotary)
        n = width // BLOCKS
        state[b + 'attn.qkv_proj.weight'] = np.concatenate([m[j * n:(j + 1) * n] for j in range(BLOCKS) for m in (q, v, k)])
        state[b + 'attn.out_proj.weight'] = t[a + 'attn_output.weight']
        for mine, theirs in (('attn_norm', 'ln_1'), ('ffn_up', 'mlp.fc_in'), ('ffn_down', 'mlp.fc_out')):
            for kind in ('weight', 'bias'):
                state[f'{b}{theirs}.{kind}'] = t[f'{a}{mine}.{kind}']
    model = CodeGenForCausalLM(config).eval()
    missing, unexpected = model.load_state_dict({k: torch.from_numpy(np.ascontiguousarray(v)) for k, v in state.items()}, strict=False)
    if unexpected or any('causal_mask' not in name and 'embed_positions' not in name for name in missing):
        raise ValueError(f'{missing} {unexpected}')
    return model


@torch.no_grad()
def greedy(model, ids):
    out, margins, past = [], [], None
    for _ in range(STEPS):
        step = model(torch.tensor([out[-1:] or ids]), past_key_values=past, use_cache=True)
        past, best = step.past_key_values, step.logits[0, -1].topk(2)
        out.append(int(best.indices[0]))
        margins.append(float(best.values[0] - best.values[1]))
    return {'ids': out, 'margins': margins}


if __name__ == '__main__':
    file, tokenizer_file, texts_file, out_file = sys.argv[1:]
    torch.set_num_threads(1)
    tokenizer = Tokenizer.from_file(tokenizer_file)
    with open(texts_file, encoding='utf8') as f:
        given = json.load(f)
    model = load(file)
    answer = {'texts': [tokenizer.encode(text).ids for text in given['texts']],
              'greedy': [greedy(model, tokenizer.encode(prompt).ids) for prompt in given['prompts']]}
    with open(out_file, 'w', encoding='utf8') as f:
        json.dump(answer, f)
