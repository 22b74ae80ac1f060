import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 12, 3, stride=2, padding=1)
        self.depth1 = nn.Conv2d(12, 12, 3, padding=1, groups=12)
        self.point1 = nn.Conv2d(12, 24, 1)
        self.norm1 = nn.BatchNorm2d(24)
        self.depth2 = nn.Conv2d(24, 24, 5, stride=2, padding=2, groups=24, bias=False)
        self.point2 = nn.Conv2d(24, 32, 1)
        self.act = nn.ELU()
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        x = F.relu(self.stem(x))
        x = self.point1(F.relu(self.depth1(x)))
        x = torch.tanh(self.norm1(x))
        x = self.act(self.point2(self.depth2(x)))
        x = x.mean([2, 3])
        return F.log_softmax(self.fc(x), dim=1)
