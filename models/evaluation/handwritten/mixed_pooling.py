import torch
import torch.nn as nn
import torch.nn.functional as F

class MixedPool(nn.Module):
    """max and average pooling, weighted by a learned number"""
    def __init__(self):
        super().__init__()
        self.alpha = nn.Parameter(torch.tensor(0.5))

    def forward(self, x):
        return self.alpha * F.max_pool2d(x, 2) + (1 - self.alpha) * F.avg_pool2d(x, 2)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 20, 3, padding=1)
        self.pool1 = MixedPool()
        self.conv2 = nn.Conv2d(20, 40, 3, padding=1)
        self.pool2 = MixedPool()
        self.conv3 = nn.Conv2d(40, 60, 3, padding=1)
        self.pool3 = MixedPool()
        self.fc = nn.Linear(60 * 16, 10)

    def forward(self, x):
        x = self.pool1(F.leaky_relu(self.conv1(x), 0.1))
        x = self.pool2(F.leaky_relu(self.conv2(x), 0.1))
        x = self.pool3(F.leaky_relu(self.conv3(x), 0.1))
        return self.fc(x.flatten(1))
