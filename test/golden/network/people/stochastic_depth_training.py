# PyTorch 2.13 accepts.
import torch
import torch.nn as nn
import random


class Block(nn.Module):
    def __init__(self, c, p):
        super().__init__()
        self.conv = nn.Conv2d(c, c, 3, padding=1)
        self.p = p

    def forward(self, x):
        if self.training and torch.rand(1).item() < self.p:
            return x
        return x + torch.relu(self.conv(x)) * (1.0 if self.training else 1 - self.p)


class GaussianNoise(nn.Module):
    def __init__(self, std=0.05):
        super().__init__()
        self.std = std

    def forward(self, x):
        if self.training and self.std > 0:
            return x + torch.randn_like(x) * self.std
        return x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.noise = GaussianNoise()
        self.stem = nn.Conv2d(3, 8, 3, 2, 1)
        self.blocks = nn.Sequential(*[Block(8, 0.1 * i) for i in range(3)])
        self.fc = nn.Linear(8 * 256, 10)

    def forward(self, x):
        x = self.stem(self.noise(x))
        x = self.blocks(x)
        return self.fc(x.flatten(1))
