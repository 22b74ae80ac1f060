import torch
import torch.nn as nn
import torch.nn.functional as F


class Highway(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.transform = nn.Linear(size, size)
        self.carry = nn.Linear(size, size)

    def forward(self, x):
        t = torch.sigmoid(self.carry(x))
        return t * F.relu(self.transform(x)) + (1 - t) * x


class Net(nn.Module):
    def __init__(self, size=64, layers=3):
        super().__init__()
        self.input = nn.Linear(3 * 32 * 32, size)
        self.highways = nn.ModuleList([Highway(size) for _ in range(layers)])
        self.output = nn.Linear(size, 10)

    def forward(self, x):
        x = F.relu(self.input(x.view(-1, 3072)))
        for highway in self.highways:
            x = highway(x)
        return self.output(x)
