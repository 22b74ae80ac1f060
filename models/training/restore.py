"""GGUF written by convert.py -> checkpoint to go on from: the weights as they were rounded, fresh optimizers, rows for new tokens.

Training goes on from a published model this way where its own checkpoint is gone, and when the vocabulary grows.
"""
import argparse

import gguf
import numpy as np
import torch
from tokenizers import Tokenizer

from model import Config, Model
from train import optimizers

NAMES = {'attn_norm': 'norm', 'attn_qkv': 'qkv', 'attn_output': 'out', 'ffn_up': 'up', 'ffn_down': 'down'}


def restore(file, vocabulary):
    reader = gguf.GGUFReader(file)
    tensors = {t.name: torch.from_numpy(np.array(t.data, dtype=np.float32)) for t in reader.tensors}

    def number(key):
        return int(reader.fields[f'phi2.{key}'].parts[-1][0])

    old, width = tensors['token_embd.weight'].shape
    config = Config(vocabulary=vocabulary, width=width, layers=number('block_count'), heads=number('attention.head_count'),
                    rotary=number('rope.dimension_count'), context=number('context_length'))
    torch.manual_seed(0)
    model = Model(config)
    state = model.state_dict()
    state['embed.weight'][:old] = tensors['token_embd.weight']
    state['head.weight'].zero_()[:old] = tensors['output.weight']
    state['head.bias'].fill_(-4.0)[:old] = tensors['output.bias']
    state['norm.weight'], state['norm.bias'] = tensors['output_norm.weight'], tensors['output_norm.bias']
    for i in range(config.layers):
        for theirs, mine in NAMES.items():
            for kind in ('weight', 'bias'):
                if f'blocks.{i}.{mine}.{kind}' in state:
                    state[f'blocks.{i}.{mine}.{kind}'] = tensors[f'blk.{i}.{theirs}.{kind}']
    model.load_state_dict(state)
    return model


if __name__ == '__main__':
    p = argparse.ArgumentParser()
    p.add_argument('file')
    p.add_argument('--tokenizer', required=True)
    p.add_argument('--out', required=True)
    a = p.parse_args()
    model = restore(a.file, Tokenizer.from_file(a.tokenizer).get_vocab_size())
    muon, adam = optimizers(model, 0.02, 3e-3)
    torch.save({'config': model.config(), 'model': model.state_dict(), 'muon': muon.state_dict(), 'adam': adam.state_dict(), 'step': 0, 'tokens': 0}, a.out)
