import torch
import torch.nn as nn
import torch.nn.functional as F


class GatedConv(nn.Module):
    def __init__(self, cin, cout, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(cin, 2 * cout, 3, stride=stride, padding=1)

    def forward(self, x):
        value, gate = self.conv(x).chunk(2, dim=1)
        return value * torch.sigmoid(gate)


class GatedNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.g1 = GatedConv(3, 16)
        self.g2 = GatedConv(16, 24, stride=2)
        self.g3 = GatedConv(24, 32, stride=2)
        self.g4 = GatedConv(32, 32)
        self.drop = nn.Dropout(0.25)
        self.classifier = nn.Linear(32 * 8 * 8, 10)

    def forward(self, x):
        x = self.g2(self.g1(x))
        x = self.g3(x)
        x = x + self.g4(x)
        x = self.drop(x.reshape(x.shape[0], -1))
        return self.classifier(x)
