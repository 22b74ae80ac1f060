"""Attention to channels, then to places, by means and maxima (Woo et al. 2018)."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class CBAM(nn.Module):
    def __init__(self, channels, ratio=4):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(channels, channels // ratio), nn.ReLU(), nn.Linear(channels // ratio, channels))
        self.spatial = nn.Conv2d(2, 1, 7, padding=3)

    def forward(self, x):
        average = self.mlp(F.adaptive_avg_pool2d(x, 1).flatten(1))
        largest = self.mlp(F.adaptive_max_pool2d(x, 1).flatten(1))
        x = x * torch.sigmoid(average + largest)[:, :, None, None]
        places = torch.cat([x.mean(1, keepdim=True), torch.max(x, dim=1, keepdim=True)[0]], dim=1)
        return x * torch.sigmoid(self.spatial(places))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 12, 3, stride=2, padding=1)
        self.cbam1 = CBAM(12)
        self.conv2 = nn.Conv2d(12, 24, 3, stride=2, padding=1)
        self.cbam2 = CBAM(24)
        self.pool = nn.MaxPool2d(2)
        self.fc = nn.Linear(24 * 4 * 4, 10)

    def forward(self, x):
        x = self.cbam1(F.softplus(self.conv1(x)))
        x = self.pool(self.cbam2(F.softplus(self.conv2(x))))
        return self.fc(x.flatten(1))
