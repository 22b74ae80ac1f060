"""Trains from random initialisation, or goes on from a checkpoint.

The learning rate warms up, stays, and falls linearly to nothing over the last --decay share; where the end lies is a wall-clock time or
a number of steps, read again from RUN/control.json during the run, so the fall can be started at any moment:
{"decay_start": STEP, "decay_steps": N}. Checkpoints hold everything needed to go on.
"""
import argparse
import json
import os
import time

import torch
from torch.nn import functional as F
from tokenizers import Tokenizer

from batches import Data
from model import Config, Model
from optimizer import Muon


def rate(step, warmup, control):
    scale = min(1.0, (step + 1) / warmup)
    if control and step >= control['decay_start']:
        scale *= max(0.0, 1 - (step - control['decay_start']) / control['decay_steps'])
    return scale


def optimizers(model, lr, adam_lr):
    """Muon for the matrices inside the blocks, AdamW for everything else."""
    named = list(model.named_parameters())
    inner = [q for n, q in named if q.dim() == 2 and n.startswith('blocks')]
    outer = [q for n, q in named if not (q.dim() == 2 and n.startswith('blocks'))]
    return Muon(inner, lr, decay=0.01), torch.optim.AdamW(outer, lr=adam_lr, betas=(0.9, 0.97), weight_decay=0.0)


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--run', required=True, help='folder for checkpoints, log and control.json')
    p.add_argument('--data', nargs='+', required=True, help='files written by dataset.py')
    p.add_argument('--tokenizer', required=True)
    p.add_argument('--resume', help='checkpoint to go on from')
    p.add_argument('--layers', type=int, default=4)
    p.add_argument('--width', type=int, default=192)
    p.add_argument('--batch', type=int, default=3500, help='tokens')
    p.add_argument('--lr', type=float, default=0.02, help='of Muon')
    p.add_argument('--adam-lr', type=float, default=3e-3)
    p.add_argument('--steps', type=int, default=10 ** 9)
    p.add_argument('--save-seconds', type=float, default=240)
    p.add_argument('--seed', type=int, default=1)
    a = p.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(a.seed)
    os.makedirs(a.run, exist_ok=True)
    tokenizer = Tokenizer.from_file(a.tokenizer)
    data = Data(a.data, tokenizer.token_to_id('"""\n\n'))
    state = torch.load(a.resume, weights_only=True) if a.resume else None
    model = Model(Config(**state['config']) if state else Config(width=a.width, layers=a.layers))
    muon, adam = optimizers(model, a.lr, a.adam_lr)
    outer = adam.param_groups[0]['params']
    step = tokens = 0
    if state:
        model.load_state_dict(state['model'])
        muon.load_state_dict(state['muon'])
        adam.load_state_dict(state['adam'])
        step, tokens = state['step'], state['tokens']
    print(sum(q.numel() for q in model.parameters()), 'parameters', flush=True)
    log = open(os.path.join(a.run, 'log.jsonl'), 'a')
    control_file = os.path.join(a.run, 'control.json')

    def save(name):
        path = os.path.join(a.run, name)
        torch.save({'config': model.config(), 'model': model.state_dict(), 'muon': muon.state_dict(), 'adam': adam.state_dict(), 'step': step,
                    'tokens': tokens}, path + '.part')
        os.replace(path + '.part', path)

    began, saved, losses, control = time.time(), time.time(), [], None
    start_tokens = tokens
    for batch in data.batches(a.seed + step, a.batch):
        if step % 10 == 0 and os.path.exists(control_file):
            with open(control_file) as f:
                control = json.load(f)
        scale = rate(step, 100, control)
        if scale <= 0 or step >= a.steps:
            break
        for group in muon.param_groups:
            group['lr'] = a.lr * scale
        for group in adam.param_groups:
            group['lr'] = a.adam_lr * scale
        loss = F.cross_entropy(model(batch), batch.targets)
        muon.zero_grad()
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(outer, 1.0)
        muon.step()
        adam.step()
        step += 1
        tokens += len(batch.tokens)
        losses.append(loss.item())
        if step % 50 == 0:
            row = {'step': step, 'tokens': tokens, 'loss': sum(losses) / len(losses), 'scale': scale, 'seconds': round(time.time() - began),
                   'tokens_per_second': round((tokens - start_tokens) / (time.time() - began))}
            losses = []
            print(json.dumps(row), flush=True)
            log.write(json.dumps(row) + '\n')
            log.flush()
        if time.time() - saved > a.save_seconds:
            save('latest.pt')
            saved = time.time()
    save('final.pt')


if __name__ == '__main__':
    main()
