import torch
import torch.nn as nn
import torch.nn.functional as F


class Inception(nn.Module):
    def __init__(self, inside, c1, c3, c5, cp):
        super().__init__()
        self.branch1 = nn.Conv2d(inside, c1, 1)
        self.branch3a = nn.Conv2d(inside, 6, 1)
        self.branch3b = nn.Conv2d(6, c3, 3, padding=1)
        self.branch5 = nn.Conv2d(inside, c5, 5, padding=2)
        self.pooled = nn.Conv2d(inside, cp, 1)

    def forward(self, x):
        a = F.relu(self.branch1(x))
        b = F.relu(self.branch3b(F.relu(self.branch3a(x))))
        c = torch.sigmoid(self.branch5(x))
        d = F.relu(self.pooled(F.avg_pool2d(x, 3, stride=1, padding=1)))
        return torch.cat([a, b, c, d], 1)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 10, 3, padding=1)
        self.block1 = Inception(10, 4, 6, 3, 5)
        self.block2 = Inception(18, 6, 8, 4, 6)
        self.pool = nn.AvgPool2d(2, 2)
        self.fc1 = nn.Linear(24 * 8 * 8, 20)
        self.fc2 = nn.Linear(20, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv(x)))
        x = self.block1(x)
        x = self.pool(x)
        x = self.block2(x)
        x = torch.flatten(x, 1)
        return self.fc2(F.relu(self.fc1(x)))
