import torch
import torch.nn as nn


class Tower(nn.Module):
    def __init__(self, kernel_size, out_channels):
        super().__init__()
        pad = kernel_size // 2
        self.net = nn.Sequential(
            nn.Conv2d(3, out_channels, kernel_size, stride=2, padding=pad),
            nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, kernel_size, stride=2, padding=pad),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(2),
            nn.Flatten(),
        )

    def forward(self, x):
        return self.net(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.small = Tower(3, 24)
        self.medium = Tower(5, 16)
        self.large = Tower(7, 8)
        self.fc = nn.Linear(4 * (24 + 16 + 8), 10)

    def forward(self, x):
        features = torch.cat((self.small(x), self.medium(x), self.large(x)), dim=-1)
        return self.fc(features)
