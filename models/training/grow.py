"""A checkpoint -> one with more layers that computes the same: the new blocks add nothing until they are trained.

Each new block is a copy of the one before it, its two outputs set to zero; the optimizers start anew.
"""
import argparse
import re

import torch

from model import Config, Model
from train import optimizers


def grown(state, after):
    """after: numbers of the blocks, from 0, behind each of which a new one is put. Returns a Model."""
    order = [i for block in range(state['config']['layers']) for i in [block] + [None] * (block in after)]
    model = Model(Config(**{**state['config'], 'layers': len(order)}))
    weights = {name: tensor for name, tensor in state['model'].items() if not name.startswith('blocks.')}
    last = 0
    for new, old in enumerate(order):
        last = last if old is None else old
        for name, tensor in state['model'].items():
            match = re.fullmatch(rf'blocks\.{last}\.(.+)', name)
            if match:
                silent = old is None and match[1].split('.')[0] in ('out', 'down')
                weights[f'blocks.{new}.{match[1]}'] = torch.zeros_like(tensor) if silent else tensor.clone()
    model.load_state_dict(weights)
    return model


if __name__ == '__main__':
    p = argparse.ArgumentParser()
    p.add_argument('checkpoint')
    p.add_argument('--after', type=int, nargs='+', required=True)
    p.add_argument('--out', required=True)
    a = p.parse_args()
    state = torch.load(a.checkpoint, weights_only=True)
    model = grown(state, a.after)
    muon, adam = optimizers(model, 0.02, 3e-3)
    torch.save({'config': model.config(), 'model': model.state_dict(), 'muon': muon.state_dict(), 'adam': adam.state_dict(), 'step': 0,
                'tokens': state['tokens']}, a.out)
