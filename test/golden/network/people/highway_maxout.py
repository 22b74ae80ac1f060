# PyTorch 2.13 accepts.
import torch
import torch.nn as nn
import torch.nn.functional as F


class Highway(nn.Module):
    def __init__(self, size, num_layers=2, f=torch.tanh):
        super().__init__()
        self.num_layers = num_layers
        self.nonlinear = nn.ModuleList([nn.Linear(size, size) for _ in range(num_layers)])
        self.gate = nn.ModuleList([nn.Linear(size, size) for _ in range(num_layers)])
        self.f = f
        for g in self.gate:
            nn.init.constant_(g.bias, -2.0)

    def forward(self, x):
        for layer in range(self.num_layers):
            gate = torch.sigmoid(self.gate[layer](x))
            nonlinear = self.f(self.nonlinear[layer](x))
            x = gate * nonlinear + (1 - gate) * x
        return x


class Maxout(nn.Module):
    def __init__(self, d_in, d_out, pool_size):
        super().__init__()
        self.d_in, self.d_out, self.pool_size = d_in, d_out, pool_size
        self.lin = nn.Linear(d_in, d_out * pool_size)

    def forward(self, inputs):
        shape = list(inputs.size())
        shape[-1] = self.d_out
        shape.append(self.pool_size)
        max_dim = len(shape) - 1
        out = self.lin(inputs)
        m, i = out.view(*shape).max(max_dim)
        return m


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.maxout = Maxout(768, 64, 3)
        self.highway = Highway(64)
        self.glu = nn.Linear(64, 64)
        self.out = nn.Linear(32, 10)

    def forward(self, x):
        x = F.avg_pool2d(x, 2).flatten(1)
        x = self.highway(self.maxout(x))
        return self.out(F.glu(self.glu(x), dim=-1))
