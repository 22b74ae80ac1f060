"""Gates decide what passes unchanged (Srivastava et al. 2015); the way in is a gated linear unit (Dauphin et al. 2017)."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Highway(nn.Module):
    def __init__(self, size, num_layers, f=torch.tanh):
        super().__init__()
        self.num_layers = num_layers
        self.nonlinear = nn.ModuleList([nn.Linear(size, size) for _ in range(num_layers)])
        self.linear = nn.ModuleList([nn.Linear(size, size) for _ in range(num_layers)])
        self.gate = nn.ModuleList([nn.Linear(size, size) for _ in range(num_layers)])
        self.f = f

    def forward(self, x):
        for layer in range(self.num_layers):
            gate = torch.sigmoid(self.gate[layer](x))
            x = gate * self.f(self.nonlinear[layer](x)) + (1 - gate) * self.linear[layer](x)
        return x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 4, stride=4)
        self.inside = nn.Linear(8 * 8 * 8, 40)
        self.highway = Highway(40, 3)
        self.bn = nn.BatchNorm1d(40)
        self.out = nn.Linear(40, 10)

    def forward(self, x):
        x = F.glu(self.conv(x), dim=1)
        x = torch.relu(self.bn(self.inside(x.flatten(1))))
        return self.out(self.highway(x))
