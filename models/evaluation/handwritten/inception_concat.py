import torch
import torch.nn as nn
import torch.nn.functional as F


class Inception(nn.Module):
    def __init__(self, in_planes, n1x1, n3x3, n5x5, pool_planes):
        super(Inception, self).__init__()
        # 1x1 conv branch
        self.b1 = nn.Conv2d(in_planes, n1x1, kernel_size=1)
        # 3x3 conv branch
        self.b2 = nn.Conv2d(in_planes, n3x3, kernel_size=3, padding=1)
        # 5x5 conv branch
        self.b3 = nn.Conv2d(in_planes, n5x5, kernel_size=5, padding=2)
        # 3x3 pool -> 1x1 conv branch
        self.b4_pool = nn.MaxPool2d(3, stride=1, padding=1)
        self.b4 = nn.Conv2d(in_planes, pool_planes, kernel_size=1)

    def forward(self, x):
        y1 = self.b1(x)
        y2 = self.b2(x)
        y3 = self.b3(x)
        y4 = self.b4(self.b4_pool(x))
        return F.relu(torch.cat([y1, y2, y3, y4], 1))


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.pre = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.a3 = Inception(16, 8, 12, 4, 4)
        self.b3 = Inception(28, 12, 16, 8, 4)
        self.linear = nn.Linear(40, 10)

    def forward(self, x):
        out = F.max_pool2d(F.relu(self.pre(x)), 2)
        out = F.max_pool2d(self.a3(out), 2)
        out = self.b3(out)
        out = F.avg_pool2d(out, 8)
        out = out.view(out.size(0), -1)
        return self.linear(out)
