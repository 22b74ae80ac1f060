# PyTorch 2.13 refuses: SyntaxError: assignment expression within a comprehension ca.
import torch
import torch.nn as nn
import itertools
import operator
from functools import reduce, lru_cache, wraps


def log_call(fn):
    @wraps(fn)
    def inner(self, *args, **kwargs):
        self.calls = getattr(self, "calls", 0) + 1
        return fn(self, *args, **kwargs)
    return inner


@lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


class Net(nn.Module):
    widths = [w for n in range(5, 9) if (w := fib(n) * 2) > 10]

    def __init__(self, classes: int = 10, /, *, bias: bool = True):
        super().__init__()
        pairs = itertools.pairwise([3, *self.widths])
        self.layers = nn.Sequential(*(nn.Conv2d(a, b, 3, 1 + (i & 1), 1, bias=bias) for i, (a, b) in enumerate(pairs)))
        self.size = reduce(operator.mul, [2, 2, self.widths[-1]], 1)
        self.out = nn.Linear(self.size, classes)

    @log_call
    def forward(self, x):
        for i, layer in enumerate(self.layers):
            x = torch.nn.functional.leaky_relu(layer(x), negative_slope=0.01)
        while (s := x.shape[-1]) > 2:
            x = torch.nn.functional.avg_pool2d(x, 2)
        return self.out(x.reshape(-1, self.size))
