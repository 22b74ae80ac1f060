"""Runs generated sources in PyTorch and compares output shape and parameter count with our own bookkeeping."""
import sys

import torch


def run_source(source, name='Net'):
    """Builds the class named and returns (output shape for a batch of two, parameters). Only for text from our own generator."""
    space = {}
    exec(compile(source, name, 'exec'), space)
    torch.manual_seed(0)
    with torch.no_grad():
        net = space[name]()
        return tuple(net(torch.randn(2, 3, 32, 32)).shape), sum(p.numel() for p in net.parameters())


if __name__ == '__main__':
    import random
    import collections
    from networks import trace
    from printing import HEADER, print_net
    from random_networks import random_net
    from style import random_style
    torch.set_num_threads(1)
    r = random.Random(int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    n = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    bad = collections.Counter()
    for i in range(n):
        net, style = random_net(r), random_style(r)
        source = HEADER + print_net(net, style)
        t = trace(net)
        try:
            shape, params = run_source(source)
            if shape != (2, 10):
                raise ValueError(f'shape {shape}')
            if params != t.params:
                raise ValueError(f'parameters {params} {t.params}')
        except Exception as e:
            bad[str(e)[:60]] += 1
            if sum(bad.values()) <= 3:
                print(source, net, style, e)
    print(n, 'bad', dict(bad))
