# PyTorch 2.13 accepts.
import torch
import torch.nn as nn
import torch.nn.functional as F


class LinearAttention(nn.Module):
    def __init__(self, dim, heads=4):
        super().__init__()
        self.heads = heads
        self.to_qkv = nn.Conv2d(dim, dim * 3, 1, bias=False)
        self.to_out = nn.Sequential(nn.Conv2d(dim, dim, 1), nn.GroupNorm(1, dim))

    def forward(self, x):
        b, c, h, w = x.shape
        q, k, v = map(lambda t: t.reshape(b, self.heads, -1, h * w), self.to_qkv(x).chunk(3, dim=1))
        q = F.elu(q) + 1
        k = F.elu(k) + 1
        context = torch.einsum('bhdn,bhen->bhde', k, v)
        z = 1 / (torch.einsum('bhdn,bhd->bhn', q, k.sum(dim=-1)) + 1e-6)
        out = torch.einsum('bhde,bhdn,bhn->bhen', context, q, z)
        return self.to_out(out.reshape(b, -1, h, w))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 4, 4)
        self.attn = LinearAttention(16)
        self.ff = nn.Sequential(nn.PixelShuffle(2), nn.Conv2d(4, 16, 3, padding=1), nn.PReLU(16), nn.PixelUnshuffle(2), nn.Conv2d(64, 16, 1))
        self.fc = nn.Linear(16, 10)

    def forward(self, x):
        x = self.stem(x)
        x = x + self.attn(x)
        x = x + self.ff(x)
        return self.fc(x.flatten(2).mean(2))
