"""Runs classes of NAS-Bench-201 cells in PyTorch beside the operations that their strings name, put together here from
the benchmark's definition: edges (0,1), (0,2), (1,2), (0,3), (1,3), (2,3); ReLU, convolution, batch normalization; average
pooling without the padding in its mean; identity; zero. Training mode, float64.

    python test/golden/benchmarks/run_cells.py CELLS.json        (PyTorch 2.13, CPU)

CELLS.json holds [{"source", "arch", "named"}]. With `named` the module of edge i to j is `edge<i><j>` and has weights of its
own; else all convolutions of one size share their weights, so that names do not matter. Prints JSON: for each cell the
largest difference, relative to the largest value (or to 1), or the error.
"""
import json
import sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F

CHANNELS = 4
EDGES = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]


def operations(arch):
    return [tuple(edge.split('~')) for node in arch.split('+') for edge in node.strip('|').split('|')]


def weight(size, edge):
    r = torch.Generator().manual_seed(100 * size + 10 * edge[0] + edge[1])
    return torch.randn(CHANNELS, CHANNELS, size, size, generator=r, dtype=torch.float64)


def by_definition(arch, x, named):
    nodes = [x]
    ops = operations(arch)
    for to in (1, 2, 3):
        total = torch.zeros_like(x)
        for edge, (name, source) in zip(EDGES, ops):
            if edge[1] != to:
                continue
            assert int(source) == edge[0]
            given = nodes[edge[0]]
            if name.startswith('nor_conv'):
                size = int(name[-1])
                y = F.conv2d(F.relu(given), weight(size, edge if named else (0, 0)), padding=size // 2)
                total = total + F.batch_norm(y, None, None, training=True)
            elif name == 'avg_pool_3x3':
                ones = F.avg_pool2d(torch.ones_like(given), 3, 1, 1)
                total = total + F.avg_pool2d(given, 3, 1, 1) / ones
            elif name == 'skip_connect':
                total = total + given
            else:
                assert name == 'none'
        nodes.append(total)
    return nodes[3]


def by_source(source, x, named):
    scope = {'torch': torch, 'nn': nn, 'F': F}
    exec(source, scope)
    given = {'C_in': CHANNELS, 'C_out': CHANNELS, 'stride': 1} if 'C_in' in source else {'channels': CHANNELS}
    module = scope['Cell'](**given).double()
    for name, layer in module.named_modules():
        if isinstance(layer, nn.Conv2d):
            edge = (int(name[4]), int(name[5])) if named else (0, 0)
            with torch.no_grad():
                layer.weight.copy_(weight(layer.kernel_size[0], edge))
                if layer.bias is not None:
                    layer.bias.zero_()
    return module(x)


def difference(row, x):
    try:
        wanted = by_definition(row['arch'], x.clone(), row['named'])
        got = by_source(row['source'], x.clone(), row['named'])
        return float((wanted - got).abs().max() / max(1.0, float(wanted.abs().max())))
    except Exception as error:
        return f'{type(error).__name__}: {error}'


if __name__ == '__main__':
    torch.set_num_threads(1)
    x = torch.randn(2, CHANNELS, 5, 5, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    rows = json.loads(Path(sys.argv[1]).read_text())
    with torch.no_grad():
        print(json.dumps([difference(row, x) for row in rows]))
