"""Training data: groups of one prefix (a parent, or the parents of a crossover) and several continuations.

A continuation is the instruction and the child it asks for. The prefix is computed once for all its continuations.
Written as flat uint16 tokens with offsets: prefix, continuation 1 ... continuation k.
"""
import argparse
import os
import random

import numpy as np

from cells import PROMPTS as CELL_PROMPTS, cell_plan, change, print_cell, random_cell
from crossover import cross
from edits import add_recurrent, add_residual, add_residuals, mutate
from instructions import MUTATIONS, PARAPHRASES, RANDOM, crossover_instruction, question
from child_printing import child_form, print_child
from parents import make_parent
from plan import crossed_plan, plan
from printing import HEADER, print_net
from networks import initial
from random_networks import random_net
from style import plain
from tokenizer import END

WEIGHTS = [{add_recurrent: 0.55, add_residual: 1.3, add_residuals: 1.3}.get(edit, 1.0) for _, edit in MUTATIONS]


def mutation_group(r, count):
    net, style, source = make_parent(r)
    children = []
    keys = sorted(range(len(MUTATIONS)), key=lambda i: r.random() ** (1 / WEIGHTS[i]), reverse=True)
    for i in keys[:count]:
        text, edit = MUTATIONS[i]
        if r.random() < 0.1:
            text = r.choice(PARAPHRASES[edit])
        child = mutate(r, net, edit)
        if child is None:
            continue
        children.append((question(text), print_child(child, child_form(r, style), plan=plan(child, net))))
    return HEADER + source, children


def crossover_group(r, count):
    parents = [make_parent(r, f'Net{i + 1}') for i in range(2 if r.random() < 0.55 else 3)]
    children = []
    for _ in range(count):
        child = cross(r, [p[0] for p in parents])
        if child is not None:
            stated = crossed_plan(child, [p[0] for p in parents])
            children.append((question(crossover_instruction(len(parents))), print_child(child, child_form(r, r.choice(parents)[1]), plan=stated)))
    return HEADER + '\n'.join(p[2] for p in parents), children


def random_group(r, count):
    children = []
    for _ in range(count):
        net = random_net(r)
        children.append((question(RANDOM), print_child(net, child_form(r, plain()), plan=plan(net))))
    return HEADER + print_net(initial(), plain()), children


def cell_group(r, count):
    cell, stated = random_cell(r), ''
    if r.random() < 0.5:            # a cell that was made from another one
        instruction, add, delete = r.choice(CELL_PROMPTS)
        child = change(r, cell, add, delete)
        if child is not None:
            cell, stated = child, cell_plan(child, cell)
    children = []
    for instruction, add, delete in r.sample(CELL_PROMPTS, count):
        child = change(r, cell, add, delete)
        if child is not None:
            children.append((question(instruction), print_cell(child, cell_plan(child, cell))))
    return HEADER + print_cell(cell, stated), children


def make_group(r):
    """Returns (prefix text, [(question, child text)])."""
    while True:
        roll = r.random()
        if roll < 0.68:
            prefix, children = mutation_group(r, r.choice([4, 5, 6, 7]))
        elif roll < 0.82:
            prefix, children = crossover_group(r, r.choice([3, 4]))
        elif roll < 0.88:
            prefix, children = random_group(r, 5)
        else:
            prefix, children = cell_group(r, 6)
        if children:
            return prefix, children


def split(prefix, children):
    """Texts to tokenize: the prefix without its last newline, then newline + question + child + end of text."""
    return [prefix[:-1]] + ['\n' + q + child + END for q, child in children]


def write(path, seed, groups, tokenizer, longest=1900):
    r = random.Random(seed)
    tokens, lengths, counts = [], [], []
    done = 0
    while done < groups:
        texts, sizes = [], []
        for _ in range(500):
            parts = split(*make_group(r))
            texts += parts
            sizes.append(len(parts))
        ids = [e.ids for e in tokenizer.encode_batch(texts)]
        at = 0
        for n in sizes:
            rows = ids[at:at + n]
            at += n
            if len(rows[0]) + max(len(x) for x in rows[1:]) > longest:
                continue
            counts.append(n)
            for row in rows:
                lengths.append(len(row))
                tokens.append(np.array(row, dtype=np.uint16))
            done += 1
    np.savez(path, tokens=np.concatenate(tokens), lengths=np.array(lengths, dtype=np.int32), counts=np.array(counts, dtype=np.int32))
    return sum(lengths), len(lengths) - len(counts)


if __name__ == '__main__':
    from tokenizers import Tokenizer

    from tokenizer import train_tokenizer
    p = argparse.ArgumentParser()
    p.add_argument('--out', required=True)
    p.add_argument('--seed', type=int, default=1)
    p.add_argument('--groups', type=int, default=20000)
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)
    file = os.path.join(a.out, 'tokenizer.json')
    if not os.path.exists(file):
        r = random.Random(-1)
        train_tokenizer([t for _ in range(6000) for t in split(*make_group(r))]).save(file)
    size, children = write(os.path.join(a.out, f'data-{a.seed}.npz'), a.seed, a.groups, Tokenizer.from_file(file))
    print(f'{a.groups} groups, {children} children, {size} tokens')
