import torch
import torch.nn as nn
import torch.nn.functional as F

class MultiScale(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.k1 = nn.Conv2d(channels, channels, 1)
        self.k3 = nn.Conv2d(channels, channels, 3, padding=1)
        self.k5 = nn.Conv2d(channels, channels, 5, padding=2)

    def forward(self, x):
        return F.relu(self.k1(x) + self.k3(x) + self.k5(x))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 20, 3, stride=2, padding=1)
        self.ms1 = MultiScale(20)
        self.ms2 = MultiScale(20)
        self.bn = nn.BatchNorm2d(20)
        self.fc1 = nn.Linear(20 * 4 * 4, 64)
        self.fc2 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(self.stem(x))
        x = F.max_pool2d(self.ms1(x), 2)
        x = F.max_pool2d(self.bn(self.ms2(x)), 2)
        x = x.flatten(1)
        x = F.relu(self.fc1(x))
        return self.fc2(x)
