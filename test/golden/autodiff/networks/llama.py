"""Attention by hand with RMS normalisation and SwiGLU (Touvron et al. 2023), over the image's rows of patches."""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class RMSNorm(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class Attention(nn.Module):
    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.wqkv = nn.Linear(dim, 3 * dim, bias=False)
        self.wo = nn.Linear(dim, dim, bias=False)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.wqkv(x).chunk(3, dim=-1)
        q, k, v = [y.view(b, t, self.heads, d // self.heads).transpose(1, 2) for y in (q, k, v)]
        scores = q @ k.transpose(-2, -1) / math.sqrt(d // self.heads)
        out = F.softmax(scores, dim=-1) @ v
        return self.wo(out.transpose(1, 2).reshape(b, t, d))


class FeedForward(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.w1 = nn.Linear(dim, hidden, bias=False)
        self.w2 = nn.Linear(hidden, dim, bias=False)
        self.w3 = nn.Linear(dim, hidden, bias=False)

    def forward(self, x):
        return self.w2(F.silu(self.w1(x)) * self.w3(x))


class Net(nn.Module):
    def __init__(self, dim=32, heads=2, layers=2):
        super().__init__()
        self.embed = nn.Linear(3 * 8 * 8, dim)
        self.layers = nn.ModuleList()
        for _ in range(layers):
            self.layers.append(nn.ModuleList([RMSNorm(dim), Attention(dim, heads), nn.RMSNorm(dim), FeedForward(dim, 48)]))
        self.norm = RMSNorm(dim)
        self.output = nn.Linear(dim, 10, bias=False)

    def forward(self, x):
        b = x.size(0)
        x = x.reshape(b, 3, 4, 8, 4, 8).permute(0, 2, 4, 1, 3, 5).reshape(b, 16, 192)
        h = self.embed(x)
        for norm1, attention, norm2, feed_forward in self.layers:
            h = h + attention(norm1(h))
            h = h + feed_forward(norm2(h))
        return self.output(self.norm(h).mean(dim=1))
