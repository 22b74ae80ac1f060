import torch
import torch.nn as nn
import torch.nn.functional as F

class DenseLayer(nn.Module):
    def __init__(self, in_channels, growth):
        super().__init__()
        self.bn = nn.BatchNorm2d(in_channels)
        self.conv = nn.Conv2d(in_channels, growth, 3, padding=1, bias=False)

    def forward(self, x):
        return torch.cat([x, self.conv(F.relu(self.bn(x)))], 1)

class Net(nn.Module):
    """A small DenseNet: growth 8, two dense blocks of three layers."""

    def __init__(self, growth=8):
        super().__init__()
        channels = 16
        self.stem = nn.Conv2d(3, channels, 3, padding=1)
        block1 = []
        for _ in range(3):
            block1.append(DenseLayer(channels, growth))
            channels += growth
        self.block1 = nn.Sequential(*block1)
        # halve the channels and the image between blocks
        self.transition = nn.Conv2d(channels, channels // 2, 1)
        channels = channels // 2
        block2 = []
        for _ in range(3):
            block2.append(DenseLayer(channels, growth))
            channels += growth
        self.block2 = nn.Sequential(*block2)
        self.norm = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, 10)

    def forward(self, x):
        x = self.block1(self.stem(x))
        x = F.avg_pool2d(self.transition(x), 2)
        x = self.block2(x)
        x = F.relu(self.norm(x))
        x = F.adaptive_avg_pool2d(x, (1, 1))
        return self.fc(torch.flatten(x, 1))
