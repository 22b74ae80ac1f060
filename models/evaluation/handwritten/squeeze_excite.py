import torch
from torch import nn


class SEBlock(nn.Module):
    def __init__(self, channels, reduction=4):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Linear(channels, channels // reduction)
        self.fc2 = nn.Linear(channels // reduction, channels)

    def forward(self, x):
        b, c, _, _ = x.shape
        s = self.pool(x).view(b, c)
        s = torch.relu(self.fc1(s))
        s = torch.sigmoid(self.fc2(s)).view(b, c, 1, 1)
        return x * s


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 24, 3, padding=1)
        self.se1 = SEBlock(24)
        self.conv2 = nn.Conv2d(24, 48, 3, padding=1)
        self.se2 = SEBlock(48)
        self.maxpool = nn.MaxPool2d(2)
        self.head = nn.Linear(48, 10)

    def forward(self, x):
        x = self.maxpool(self.se1(torch.relu(self.conv1(x))))
        x = self.maxpool(self.se2(torch.relu(self.conv2(x))))
        x = x.mean(dim=(-2, -1))
        return self.head(x)
