import torch
from torch import nn
import torch.nn.functional as F


class InvertedResidual(nn.Module):
    """expand -> depthwise -> project, with a skip where shapes allow"""

    def __init__(self, inp, oup, stride, expand_ratio):
        super().__init__()
        hidden = inp * expand_ratio
        self.use_res = stride == 1 and inp == oup
        self.conv = nn.Sequential(
            nn.Conv2d(inp, hidden, 1, bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU6(),
            nn.Conv2d(hidden, hidden, 3, stride, 1, groups=hidden, bias=False),
            nn.BatchNorm2d(hidden),
            nn.ReLU6(),
            nn.Conv2d(hidden, oup, 1, bias=False),
            nn.BatchNorm2d(oup),
        )

    def forward(self, x):
        if self.use_res:
            return x + self.conv(x)
        else:
            return self.conv(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3, padding=1)
        self.b1 = InvertedResidual(16, 16, 1, 2)
        self.b2 = InvertedResidual(16, 24, 2, 3)
        self.b3 = InvertedResidual(24, 24, 1, 3)
        self.b4 = InvertedResidual(24, 40, 2, 3)
        self.last = nn.Conv2d(40, 80, 1)
        self.out = nn.Linear(80, 10)

    def forward(self, x):
        x = F.relu6(self.first(x))
        x = self.b4(self.b3(self.b2(self.b1(x))))
        x = F.relu6(self.last(x))
        return self.out(F.adaptive_avg_pool2d(x, 1).flatten(1))
