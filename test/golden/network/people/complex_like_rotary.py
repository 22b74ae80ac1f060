# PyTorch 2.13 accepts.
import torch
import torch.nn as nn


def rotate_half(x):
    x1, x2 = x[..., : x.shape[-1] // 2], x[..., x.shape[-1] // 2:]
    return torch.cat((-x2, x1), dim=-1)


class RotaryEmbedding(nn.Module):
    def __init__(self, dim, base=10000, max_len=64):
        super().__init__()
        inv_freq = 1.0 / (base ** (torch.arange(0, dim, 2).float() / dim))
        self.register_buffer("inv_freq", inv_freq, persistent=False)
        t = torch.arange(max_len, dtype=self.inv_freq.dtype)
        freqs = torch.outer(t, inv_freq)
        emb = torch.cat((freqs, freqs), dim=-1)
        self.register_buffer("cos_cached", emb.cos()[None, None, :, :], persistent=False)
        self.register_buffer("sin_cached", emb.sin()[None, None, :, :], persistent=False)

    def forward(self, q, k):
        n = q.shape[-2]
        cos, sin = self.cos_cached[:, :, :n], self.sin_cached[:, :, :n]
        return q * cos + rotate_half(q) * sin, k * cos + rotate_half(k) * sin


class RMSNorm(nn.Module):
    def __init__(self, dim, eps=1e-6):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(dim))
        self.eps = eps

    def forward(self, x):
        dtype = x.dtype
        x = x.float()
        x = x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps)
        return self.weight * x.to(dtype)


class Attention(nn.Module):
    def __init__(self, dim, heads, kv_heads):
        super().__init__()
        self.h, self.kv, self.d = heads, kv_heads, dim // heads
        self.wq = nn.Linear(dim, heads * self.d, bias=False)
        self.wk = nn.Linear(dim, kv_heads * self.d, bias=False)
        self.wv = nn.Linear(dim, kv_heads * self.d, bias=False)
        self.wo = nn.Linear(dim, dim, bias=False)
        self.rotary = RotaryEmbedding(self.d)

    def forward(self, x):
        b, n, _ = x.shape
        q = self.wq(x).view(b, n, self.h, self.d).transpose(1, 2)
        k = self.wk(x).view(b, n, self.kv, self.d).transpose(1, 2)
        v = self.wv(x).view(b, n, self.kv, self.d).transpose(1, 2)
        q, k = self.rotary(q, k)
        k = k.repeat_interleave(self.h // self.kv, dim=1)
        v = torch.repeat_interleave(v, self.h // self.kv, dim=1)
        mask = torch.triu(torch.full((n, n), float("-inf"), device=x.device), diagonal=1)
        a = torch.softmax((q @ k.transpose(2, 3)) * self.d ** -0.5 + mask, dim=-1)
        return self.wo((a @ v).transpose(1, 2).reshape(b, n, -1))


class SwiGLU(nn.Module):
    def __init__(self, dim):
        super().__init__()
        hidden = 16 * ((int(2 * dim * 4 / 3) + 15) // 16)
        self.w1, self.w2, self.w3 = nn.Linear(dim, hidden, bias=False), nn.Linear(hidden, dim, bias=False), nn.Linear(dim, hidden, bias=False)

    def forward(self, x):
        return self.w2(nn.functional.silu(self.w1(x)) * self.w3(x))


class Net(nn.Module):
    def __init__(self, dim=32):
        super().__init__()
        self.patch = nn.Unfold(4, stride=4)
        self.embed = nn.Linear(48, dim)
        self.attn, self.ff = Attention(dim, 4, 2), SwiGLU(dim)
        self.n1, self.n2, self.n3 = [RMSNorm(dim) for _ in range(3)]
        self.head = nn.Linear(dim, 10)

    def forward(self, x):
        x = self.embed(self.patch(x).permute(0, 2, 1))
        x = x + self.attn(self.n1(x))
        x = x + self.ff(self.n2(x))
        return self.head(self.n3(x)[:, -1])
