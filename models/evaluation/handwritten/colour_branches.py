import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    """One small convolution per colour channel, merged afterwards."""

    def __init__(self):
        super().__init__()
        self.red = nn.Conv2d(1, 8, 5, padding=2)
        self.green = nn.Conv2d(1, 8, 5, padding=2)
        self.blue = nn.Conv2d(1, 8, 5, padding=2)
        self.merge = nn.Conv2d(24, 32, 3, padding=1)
        self.fc = nn.Linear(32 * 8 * 8, 10)

    def forward(self, x):
        r = self.red(x[:, 0:1])
        g = self.green(x[:, 1:2])
        b = self.blue(x[:, 2:3])
        x = F.max_pool2d(F.relu(torch.cat([r, g, b], dim=1)), 2)
        x = F.max_pool2d(F.relu(self.merge(x)), 2)
        return self.fc(torch.flatten(x, 1))
