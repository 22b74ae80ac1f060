"""The same features at several dilations, and the image's mean beside them (Chen et al. 2017)."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class ASPP(nn.Module):
    def __init__(self, in_channels, out_channels, rates):
        super().__init__()
        self.convs = nn.ModuleList([nn.Conv2d(in_channels, out_channels, 1)])
        for rate in rates:
            self.convs.append(nn.Conv2d(in_channels, out_channels, 3, padding=rate, dilation=rate))
        self.image = nn.Conv2d(in_channels, out_channels, 1)
        self.project = nn.Conv2d((len(rates) + 2) * out_channels, out_channels, 1)

    def forward(self, x):
        size = x.shape[-2:]
        found = [F.relu(conv(x)) for conv in self.convs]
        pooled = F.relu(self.image(F.adaptive_avg_pool2d(x, 1)))
        found.append(F.interpolate(pooled, size=size, mode="bilinear", align_corners=False))
        return F.relu(self.project(torch.cat(found, dim=1)))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 12, 5, stride=4, padding=2)
        self.aspp = ASPP(12, 8, rates=[1, 2, 3])
        self.fc = nn.Linear(8 * 8 * 8, 10)

    def forward(self, x):
        x = self.aspp(F.relu(self.stem(x)))
        return self.fc(x.flatten(1))
