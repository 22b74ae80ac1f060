"""Every layer reads all before it; transitions halve (Huang et al. 2017)."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class DenseLayer(nn.Module):
    def __init__(self, channels, growth):
        super().__init__()
        self.bn = nn.BatchNorm2d(channels)
        self.conv = nn.Conv2d(channels, growth, kernel_size=3, padding=1, bias=False)

    def forward(self, x):
        return torch.cat([x, self.conv(F.relu(self.bn(x)))], dim=1)


class Transition(nn.Module):
    def __init__(self, inside, outside):
        super().__init__()
        self.bn = nn.BatchNorm2d(inside)
        self.conv = nn.Conv2d(inside, outside, kernel_size=1, bias=False)

    def forward(self, x):
        return F.avg_pool2d(self.conv(F.relu(self.bn(x))), 2)


class Net(nn.Module):
    def __init__(self, growth_rate=6, block_layers=3, num_classes=10):
        super().__init__()
        channels = 12
        layers = [nn.Conv2d(3, channels, 3, stride=2, padding=1, bias=False)]
        for block in range(2):
            for _ in range(block_layers):
                layers.append(DenseLayer(channels, growth_rate))
                channels += growth_rate
            if block == 0:
                layers.append(Transition(channels, channels // 2))
                channels //= 2
        self.features = nn.Sequential(*layers)
        self.bn = nn.BatchNorm2d(channels)
        self.classifier = nn.Linear(channels, num_classes)

    def forward(self, x):
        out = F.relu(self.bn(self.features(x)))
        out = F.adaptive_avg_pool2d(out, (1, 1)).flatten(1)
        return self.classifier(out)
