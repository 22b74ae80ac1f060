"""Columns of a convolution's features, read both ways by a GRU (Cho et al. 2014)."""
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.gru = nn.GRU(8 * 16, 16, bidirectional=True)
        self.fc = nn.Linear(32, 10)

    def forward(self, x):
        x = F.relu(self.conv(x))
        x = x.permute(3, 0, 1, 2).flatten(2)
        _, hidden = self.gru(x)
        return self.fc(torch.cat([hidden[0], hidden[1]], dim=1))
