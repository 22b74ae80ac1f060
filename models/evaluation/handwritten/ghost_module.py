import torch
import torch.nn as nn


class GhostModule(nn.Module):
    # half of the maps come from cheap depthwise convolutions of the other half
    def __init__(self, inp, oup):
        super(GhostModule, self).__init__()
        init_channels = oup // 2
        self.primary = nn.Sequential(
            nn.Conv2d(inp, init_channels, 3, padding=1, bias=False),
            nn.BatchNorm2d(init_channels),
            nn.ReLU(inplace=True))
        self.cheap = nn.Sequential(
            nn.Conv2d(init_channels, init_channels, 3, padding=1, groups=init_channels, bias=False),
            nn.BatchNorm2d(init_channels),
            nn.ReLU(inplace=True))

    def forward(self, x):
        x1 = self.primary(x)
        x2 = self.cheap(x1)
        return torch.cat([x1, x2], dim=1)


class GhostNet(nn.Module):
    def __init__(self):
        super(GhostNet, self).__init__()
        self.stage = nn.Sequential(
            GhostModule(3, 16), nn.MaxPool2d(2),
            GhostModule(16, 32), nn.MaxPool2d(2),
            GhostModule(32, 64))
        self.squeeze = nn.AdaptiveAvgPool2d((1, 1))
        self.classifier = nn.Linear(64, 10)

    def forward(self, x):
        x = self.squeeze(self.stage(x))
        x = x.view(x.size(0), -1)
        x = self.classifier(x)
        return x
