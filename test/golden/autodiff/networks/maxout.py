"""The largest of several linear pieces is the activation (Goodfellow et al. 2013)."""
import torch
import torch.nn as nn


class MaxoutConv(nn.Module):
    def __init__(self, inside, outside, pieces=2, **options):
        super().__init__()
        self.outside, self.pieces = outside, pieces
        self.conv = nn.Conv2d(inside, outside * pieces, **options)

    def forward(self, x):
        x = self.conv(x)
        n, _, h, w = x.shape
        return x.view(n, self.outside, self.pieces, h, w).max(dim=2).values


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block1 = MaxoutConv(3, 8, kernel_size=5, stride=2, padding=2)
        self.block2 = MaxoutConv(8, 16, pieces=3, kernel_size=3, stride=2, padding=1)
        self.fc1 = nn.Linear(16 * 4 * 4, 2 * 32)
        self.fc2 = nn.Linear(32, 10)
        self.pool = nn.MaxPool2d(2)

    def forward(self, x):
        x = self.pool(self.block2(self.block1(x)))
        x = self.fc1(x.flatten(1))
        a, b = torch.split(x, 32, dim=1)
        return self.fc2(torch.maximum(a, b))
