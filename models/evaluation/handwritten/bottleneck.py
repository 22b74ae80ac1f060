import torch.nn as nn
import torch.nn.functional as F


class Bottleneck(nn.Module):
    """1x1 down, 3x3, 1x1 up, and the input added at the end."""

    def __init__(self, channels, squeeze):
        super().__init__()
        self.reduce = nn.Conv2d(channels, squeeze, 1, bias=False)
        self.bn_reduce = nn.BatchNorm2d(squeeze)
        self.spatial = nn.Conv2d(squeeze, squeeze, 3, padding=1, bias=False)
        self.bn_spatial = nn.BatchNorm2d(squeeze)
        self.expand = nn.Conv2d(squeeze, channels, 1, bias=False)
        self.bn_expand = nn.BatchNorm2d(channels)

    def forward(self, x):
        y = F.relu(self.bn_reduce(self.reduce(x)))
        y = F.relu(self.bn_spatial(self.spatial(y)))
        return F.relu(x + self.bn_expand(self.expand(y)))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 48, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(48), nn.ReLU())
        self.block1 = Bottleneck(48, 12)
        self.block2 = Bottleneck(48, 16)
        self.transition = nn.Conv2d(48, 96, 2, stride=2)
        self.block3 = Bottleneck(96, 24)
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Linear(96, 10)

    def forward(self, x):
        x = self.stem(x)
        x = self.block2(self.block1(x))
        x = self.block3(self.transition(x))
        return self.classifier(self.pool(x).flatten(1))
