import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, width=16):
        super().__init__()
        self.conv1 = nn.Conv2d(3, width, 3, padding=1)
        self.gn1 = nn.GroupNorm(4, width)
        self.conv2 = nn.Conv2d(width, width * 2, 3, padding=1)
        self.gn2 = nn.GroupNorm(8, width * 2)
        self.conv3 = nn.Conv2d(width * 2, width * 4, 3, padding=1)
        self.gn3 = nn.GroupNorm(8, width * 4)
        self.fc = nn.Linear(width * 4, 10)

    def forward(self, x):
        x = F.silu(self.gn1(self.conv1(x)))
        x = F.max_pool2d(x, 2)
        x = F.silu(self.gn2(self.conv2(x)))
        x = F.max_pool2d(x, 2)
        x = F.silu(self.gn3(self.conv3(x)))
        x = torch.mean(x, dim=[2, 3])
        return self.fc(x)
