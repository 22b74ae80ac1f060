# PyTorch 2.13 accepts.
import math
import numpy as np
import torch
import torch.nn as nn


class FourierFeatures(nn.Module):
    def __init__(self, in_features, mapping_size=16, scale=2.0):
        super().__init__()
        B = torch.randn(in_features, mapping_size) * scale
        self.register_buffer("B", B)

    def forward(self, x):
        x_proj = 2 * np.pi * x @ self.B
        return torch.cat([torch.sin(x_proj), torch.cos(x_proj)], dim=-1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        ys, xs = torch.meshgrid(torch.linspace(-1, 1, 32), torch.linspace(-1, 1, 32), indexing="ij")
        coords = torch.stack([xs, ys], dim=-1)
        self.register_buffer("coords", coords.unsqueeze(0), persistent=False)
        freqs = 2.0 ** torch.arange(4).float() * math.pi
        self.register_buffer("freqs", freqs)
        self.conv = nn.Conv2d(3 + 16, 16, 3, padding=1)
        self.head = nn.Linear(16, 10)

    def encode(self):
        angles = self.coords.unsqueeze(-1) * self.freqs
        enc = torch.cat([angles.sin(), angles.cos()], dim=-1)
        return enc.flatten(-2)

    def forward(self, x):
        pe = self.encode().permute(0, 3, 1, 2).expand(x.size(0), -1, -1, -1)
        x = torch.cat([x, pe], dim=1)
        x = torch.relu(self.conv(x))
        return self.head(x.amax(dim=(2, 3)))
