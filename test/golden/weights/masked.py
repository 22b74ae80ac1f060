import torch
import torch.nn as nn


class Net(nn.Module):
    """A buffer of booleans, and one layer under two names."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mask", torch.tril(torch.ones(4, 4)).bool())
        self.first = nn.Linear(4, 4)
        self.second = self.first
        self.head = nn.Linear(12, 5)

    def forward(self, x):
        x = self.second(self.first(x.flatten(2)))
        return self.head((x @ torch.ones(4, 4).masked_fill(~self.mask, 0.0)).flatten(1))
