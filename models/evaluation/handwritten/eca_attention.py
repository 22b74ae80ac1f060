import torch
import torch.nn as nn
import torch.nn.functional as F


class ECA(nn.Module):
    """Efficient channel attention: a 1-d convolution over the channel means."""

    def __init__(self, k=3):
        super().__init__()
        self.conv = nn.Conv1d(1, 1, k, padding=k // 2, bias=False)

    def forward(self, x):
        y = x.mean(dim=(2, 3)).unsqueeze(1)
        y = torch.sigmoid(self.conv(y)).squeeze(1)
        return x * y[:, :, None, None]


class EcaBlock(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(channels)
        self.eca = ECA()

    def forward(self, x):
        return F.relu(x + self.eca(self.bn(self.conv(x))))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 3, stride=2, padding=1)
        self.blocks = nn.Sequential(EcaBlock(32), nn.MaxPool2d(2), EcaBlock(32))
        self.fc = nn.Linear(32 * 8 * 8, 10)

    def forward(self, x):
        x = self.blocks(F.relu(self.stem(x)))
        return self.fc(x.flatten(1))
