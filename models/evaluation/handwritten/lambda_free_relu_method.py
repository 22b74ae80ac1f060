import torch
import torch.nn as nn

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.c0 = nn.Conv2d(3, 16, 3, 1, 1)
        self.c1 = nn.Conv2d(16, 16, 3, 2, 1)
        self.c2 = nn.Conv2d(16, 32, 3, 2, 1)
        self.c3 = nn.Conv2d(32, 32, 3, 2, 1)
        self.f = nn.Linear(32 * 4 * 4, 10)

    def forward(self, x):
        for i in range(4):
            x = getattr(self, f'c{i}')(x).relu()
        return self.f(x.flatten(1))
