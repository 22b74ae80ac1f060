import torch
import torch.nn as nn


class NiN(nn.Module):
    """Network in network: no fully connected layer at all."""

    def __init__(self):
        super(NiN, self).__init__()
        self.net = nn.Sequential(
            self.nin_block(3, 32, kernel_size=5, stride=1, padding=2),
            nn.MaxPool2d(3, stride=2, padding=1),
            self.nin_block(32, 48, kernel_size=5, stride=1, padding=2),
            nn.MaxPool2d(3, stride=2, padding=1),
            nn.Dropout(0.5),
            self.nin_block(48, 10, kernel_size=3, stride=1, padding=1),
            nn.AdaptiveAvgPool2d((1, 1)),
            nn.Flatten())

    @staticmethod
    def nin_block(in_channels, out_channels, kernel_size, stride, padding):
        return nn.Sequential(
            nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding), nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, kernel_size=1), nn.ReLU(),
            nn.Conv2d(out_channels, out_channels, kernel_size=1), nn.ReLU())

    def forward(self, x):
        return self.net(x)
