import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.SiLU()
        self.proj = nn.Conv2d(3, 28, 2, stride=2)
        self.mid = nn.Conv2d(28, 56, 3, padding='same')
        self.down = nn.AvgPool2d(2)
        self.gap = nn.AdaptiveAvgPool2d((1, 1))
        self.drop = nn.Dropout(0.15)
        self.cls = nn.Linear(56, 10)

    def forward(self, x):
        x = self.act(self.proj(x))
        x = self.down(x)
        x = self.act(self.mid(x))
        x = self.gap(x).flatten(1)
        return self.cls(self.drop(x))
