import torch
import torch.nn as nn
import torch.nn.functional as F

class ResidualMLPBlock(nn.Module):
    def __init__(self, dim, hidden):
        super().__init__()
        self.ln = nn.LayerNorm(dim)
        self.up = nn.Linear(dim, hidden)
        self.down = nn.Linear(hidden, dim)

    def forward(self, x):
        return x + self.down(F.silu(self.up(self.ln(x))))

class Net(nn.Module):
    def __init__(self, dim=96, hidden=192, n_blocks=4):
        super().__init__()
        self.inp = nn.Linear(3 * 32 * 32, dim)
        self.blocks = nn.Sequential(*(ResidualMLPBlock(dim, hidden) for _ in range(n_blocks)))
        self.out = nn.Linear(dim, 10)

    def forward(self, x):
        b = x.size(0)
        x = self.inp(x.view(b, -1))
        x = self.blocks(x)
        return self.out(x)
