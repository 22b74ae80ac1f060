"""Writes models/evaluation/parents.json: parents of one to twelve layers from seeds of the generator that training does not use."""
import argparse
import json
import random

from parents import make_parent
from printing import HEADER

FIRST_SEED = 1_000_001
LAYERS = range(1, 13)


def layers(net):
    """Convolutions, recurrent and linear layers."""
    return len(net.units) + bool(net.rnn) + len(net.dense) + net.linear


def unseen_parents(count):
    rows, seed = [], FIRST_SEED
    while len(rows) < count:
        net, _, source = make_parent(random.Random(seed))
        if layers(net) in LAYERS:
            rows.append({'id': f'generated-{seed - FIRST_SEED}', 'source': HEADER + source})
        seed += 1
    return rows


if __name__ == '__main__':
    p = argparse.ArgumentParser()
    p.add_argument('out')
    p.add_argument('--count', type=int, default=500)
    a = p.parse_args()
    with open(a.out, 'w') as f:
        json.dump(unseen_parents(a.count), f, indent=1)
        f.write('\n')
