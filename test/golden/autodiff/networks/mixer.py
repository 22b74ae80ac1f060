"""Patches mixed by one linear layer over places and one over channels (Tolstikhin et al. 2021)."""
import torch.nn as nn


def mlp(size, hidden):
    return nn.Sequential(nn.Linear(size, hidden), nn.GELU(approximate="tanh"), nn.Linear(hidden, size))


class MixerLayer(nn.Module):
    def __init__(self, patches, dim):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.tokens, self.channels = mlp(patches, 32), mlp(dim, 48)

    def forward(self, x):
        x = x + self.tokens(self.norm1(x).mT).mT
        return x + self.channels(self.norm2(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Unfold(kernel_size=8, stride=8)
        self.embed = nn.Linear(192, 24)
        self.layers = nn.Sequential(MixerLayer(16, 24), MixerLayer(16, 24))
        self.head = nn.Linear(24, 10)

    def forward(self, x):
        x = self.embed(self.patches(x).transpose(1, 2))
        return self.head(self.layers(x).mean(dim=1))
