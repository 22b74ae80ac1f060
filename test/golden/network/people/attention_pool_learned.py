# PyTorch 2.13 accepts.
import torch
from torch import nn
from torch.nn.parameter import Parameter
from torch.nn import init, Module, Sequential, Linear, Conv2d, LayerNorm, ModuleList


class AttentionPool(Module):
    def __init__(self, dim, heads=2, queries=1):
        super().__init__()
        self.query = Parameter(torch.empty(1, queries, dim))
        init.xavier_normal_(self.query)
        self.attn = nn.MultiheadAttention(dim, heads, batch_first=True, dropout=0.0)
        self.ln = LayerNorm(dim)

    def forward(self, x):
        q = self.query.repeat(x.shape[0], 1, 1)
        out, weights = self.attn(q, x, x, need_weights=True)
        return self.ln(out + q).squeeze(dim=1)


class Net(Module):
    def __init__(self):
        super().__init__()
        self.patch = Conv2d(3, 24, 8, 8)
        layer = nn.TransformerEncoderLayer(d_model=24, nhead=4, dim_feedforward=48, dropout=0.1, activation="gelu", batch_first=True, norm_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=2, norm=LayerNorm(24), enable_nested_tensor=False)
        self.pos = Parameter(torch.randn(1, 16, 24) * 0.02)
        self.pool = AttentionPool(24)
        self.head = Linear(24, 10)

    def forward(self, x):
        x = self.patch(x).flatten(2).mT
        x = self.encoder(x + self.pos)
        return self.head(self.pool(x))
