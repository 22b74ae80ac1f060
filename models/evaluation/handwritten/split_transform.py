import torch
import torch.nn as nn
import torch.nn.functional as F

class CSPBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        half = channels // 2
        self.conv1 = nn.Conv2d(half, half, 3, padding=1)
        self.conv2 = nn.Conv2d(half, half, 3, padding=1)

    def forward(self, x):
        left, right = torch.chunk(x, 2, dim=1)
        right = F.relu(self.conv1(right))
        right = F.relu(self.conv2(right))
        return torch.cat([left, right], dim=1)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 32, 3, padding=1)
        self.csp1 = CSPBlock(32)
        self.fuse1 = nn.Conv2d(32, 48, 1)
        self.csp2 = CSPBlock(48)
        self.fuse2 = nn.Conv2d(48, 64, 1)
        self.fc = nn.Linear(64 * 4, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv(x)), 2)
        x = F.max_pool2d(F.relu(self.fuse1(self.csp1(x))), 2)
        x = F.relu(self.fuse2(self.csp2(x)))
        x = F.adaptive_max_pool2d(x, (2, 2)).flatten(1)
        return self.fc(x)
