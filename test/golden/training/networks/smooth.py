import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    """No kink at which rounding decides: trainings of it stay together for long."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 12, 3, stride=2, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(12)
        self.conv2 = nn.Conv2d(12, 24, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(24)
        self.pool = nn.AvgPool2d(4)
        self.fc1 = nn.Linear(24 * 4 * 4, 32)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, x):
        x = F.silu(self.norm1(self.conv1(x)))
        x = self.pool(F.silu(self.norm2(self.conv2(x))))
        return self.fc2(F.gelu(self.fc1(x.flatten(1))))
