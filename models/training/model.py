"""A CodeGen transformer (GPT-J block: one layer norm, attention and MLP in parallel, rotary positions) of small size.

Training works on groups: a prefix and several continuations that each see the prefix and themselves. Linear layers run on the flat
list of real tokens; only attention works on padded rows. export.py writes the weights in CodeGen's own layout.
"""
import math
from dataclasses import asdict, dataclass

import torch
from torch import nn
from torch.nn import functional as F


@dataclass
class Config:
    vocabulary: int = 1024
    width: int = 192
    layers: int = 4
    heads: int = 4
    rotary: int = 32
    context: int = 2048


class Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.norm = nn.LayerNorm(c.width)
        self.qkv = nn.Linear(c.width, 3 * c.width, bias=False)
        self.out = nn.Linear(c.width, c.width, bias=False)
        self.up = nn.Linear(c.width, 4 * c.width)
        self.down = nn.Linear(4 * c.width, c.width)


def rotate(x, cos, sin, n):
    """x: [T, heads, d]; the first n dimensions turn, halves paired (llama.cpp's "neox" order)."""
    a, b, rest = x[..., :n // 2], x[..., n // 2:n], x[..., n:]
    return torch.cat((a * cos - b * sin, b * cos + a * sin, rest), -1)


def attention(q, k, v, mask):
    """q: [R, S, heads, d], k and v: [R, T, heads, d], mask broadcast to [R, heads, S, T]. Returns [R * S, heads * d].

    On a CPU in bfloat16 three times as fast, backward included, as scaled_dot_product_attention.
    """
    R, S, heads, d = q.shape
    T = k.shape[1]
    q, k, v = ((x * scale if scale != 1 else x).transpose(1, 2).reshape(R * heads, -1, d) for x, scale in ((q, d ** -0.5), (k, 1), (v, 1)))
    scores = torch.bmm(q, k.transpose(1, 2)).view(R, heads, S, T) + mask
    out = torch.bmm(scores.softmax(-1).view(R * heads, S, T), v)
    return out.view(R, heads, S, d).transpose(1, 2).reshape(R * S, heads * d)


def gelu(x, bias):
    """GELU by tanh of x + bias, as CodeGen's gelu_new; in this form torch.compile makes one fast pass of it."""
    x = x + bias
    return x * torch.sigmoid(1.5957691216057308 * (x + 0.044715 * x * x * x))


compiled_gelu = torch.compile(gelu, dynamic=True)


class Model(nn.Module):
    def __init__(self, c):
        super().__init__()
        self.c = c
        self.embed = nn.Embedding(c.vocabulary, c.width)
        self.blocks = nn.ModuleList(Block(c) for _ in range(c.layers))
        self.norm = nn.LayerNorm(c.width)
        self.head = nn.Linear(c.width, c.vocabulary)
        for name, p in self.named_parameters():
            if p.dim() == 2:
                nn.init.normal_(p, std=0.02 if 'embed' in name else 1 / math.sqrt(p.shape[1]))
                if name.endswith(('out.weight', 'down.weight', 'head.weight')):
                    p.data.mul_(0.3 / math.sqrt(2 * c.layers) if 'head' not in name else 0.1)
            elif name.endswith('bias'):
                nn.init.zeros_(p)
        turn = 1.0 / 10000 ** (torch.arange(0, c.rotary, 2).float() / c.rotary)
        angle = torch.outer(torch.arange(c.context).float(), turn)
        self.register_buffer('cos', angle.cos(), persistent=False)
        self.register_buffer('sin', angle.sin(), persistent=False)

    def forward(self, b):
        """b: batch of groups (see batches.py), whose masks have the type to compute in. Returns logits of the tokens whose next token counts."""
        c, dtype = self.c, b.mask.dtype
        heads, d = c.heads, c.width // c.heads
        x = self.embed(b.tokens)
        cos, sin = self.cos[b.positions].unsqueeze(1).to(dtype), self.sin[b.positions].unsqueeze(1).to(dtype)
        n_prefix = b.prefix_tokens
        for i, block in enumerate(self.blocks):
            last = i == len(self.blocks) - 1
            h = block.norm(x).to(dtype)
            qkv = F.linear(h, block.qkv.weight.to(dtype))
            q, k, v = qkv.view(-1, 3, heads, d).unbind(1)
            q, k = rotate(q, cos, sin, c.rotary), rotate(k, cos, sin, c.rotary)
            flat = h.shape[0]
            kv = torch.cat((k.reshape(flat, -1), v.reshape(flat, -1)), 1)
            rows = F.embedding(b.key_index, kv).view(*b.key_index.shape, 2, heads, d)
            queries = F.embedding(b.query_index, q.reshape(flat, -1)).view(*b.query_index.shape, heads, d)
            attended = attention(queries, rows[:, :, 0], rows[:, :, 1], b.mask).index_select(0, b.query_back)
            if last:
                x, h = x[n_prefix:], h[n_prefix:]
            else:
                queries = F.embedding(b.prefix_index, q.reshape(flat, -1)).view(*b.prefix_index.shape, heads, d)
                rows = F.embedding(b.prefix_index, kv).view(*b.prefix_index.shape, 2, heads, d)
                own = attention(queries, rows[:, :, 0], rows[:, :, 1], b.prefix_mask).index_select(0, b.prefix_back)
                attended = torch.cat((own, attended))
            # biases stand apart: with a bias the bfloat16 product is three times as slow
            mlp = F.linear(compiled_gelu(F.linear(h, block.up.weight.to(dtype)), block.up.bias.to(dtype)), block.down.weight.to(dtype))
            x = x + (F.linear(attended, block.out.weight.to(dtype)) + mlp) + block.down.bias
        h = self.norm(x[b.counted]).to(dtype)
        return F.linear(h, self.head.weight.to(dtype)) + self.head.bias

    @torch.no_grad()
    def generate(self, prompts, temperature, end, longest=700, seed=0, top=None):
        """prompts: lists of token ids. Returns lists of new ids, end not included. Float32, with a cache of keys and values."""
        c = self.c
        heads, d = c.heads, c.width // c.heads
        n, width = len(prompts), max(map(len, prompts))
        total = min(c.context, width + longest)
        generator = torch.Generator().manual_seed(seed)
        ids = torch.zeros(n, width, dtype=torch.long)
        pad = torch.tensor([width - len(p) for p in prompts])
        for i, p in enumerate(prompts):
            ids[i, width - len(p):] = torch.tensor(p)
        cache = [(torch.zeros(n, heads, total, d), torch.zeros(n, heads, total, d)) for _ in self.blocks]
        out = [[] for _ in prompts]
        alive = torch.arange(n)
        at = 0
        while True:
            t = ids.shape[1]
            positions = (torch.arange(at, at + t).unsqueeze(0) - pad.unsqueeze(1)).clamp(min=0)
            cos, sin = self.cos[positions].unsqueeze(2), self.sin[positions].unsqueeze(2)
            column = torch.arange(at + t)
            mask = (column >= pad[:, None, None, None]) & (column <= torch.arange(at, at + t)[:, None])
            mask = mask | (column == torch.arange(at, at + t)[:, None])
            x = self.embed(ids)
            for block, (ck, cv) in zip(self.blocks, cache):
                h = block.norm(x)
                q, k, v = block.qkv(h).view(len(alive), t, 3, heads, d).unbind(2)
                q, k = rotate(q, cos, sin, c.rotary), rotate(k, cos, sin, c.rotary)
                ck[:, :, at:at + t], cv[:, :, at:at + t] = k.transpose(1, 2), v.transpose(1, 2)
                a = F.scaled_dot_product_attention(q.transpose(1, 2), ck[:, :, :at + t], cv[:, :, :at + t], attn_mask=mask)
                x = x + block.out(a.transpose(1, 2).reshape(len(alive), t, -1)) + block.down(F.gelu(block.up(h), approximate='tanh'))
            logits = self.head(self.norm(x[:, -1]))
            if temperature > 0:
                choice = torch.multinomial((logits / temperature).softmax(-1), 1, generator=generator)[:, 0]
            else:
                choice = logits.argmax(-1)
            at += t
            keep = choice != end
            for i, token in zip(alive[keep].tolist(), choice[keep].tolist()):
                out[i].append(token)
            if at >= total or not keep.any():
                return out
            if not keep.all():
                alive, choice, pad = alive[keep], choice[keep], pad[keep]
                cache = [(k[keep], v[keep]) for k, v in cache]
            ids = choice.unsqueeze(1)

    def config(self):
        return asdict(self.c)
