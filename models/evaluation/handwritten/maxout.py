import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    # maxout units: the larger of two convolutions
    def __init__(self):
        super().__init__()
        self.conv1a = nn.Conv2d(3, 24, 5, padding=2)
        self.conv1b = nn.Conv2d(3, 24, 5, padding=2)
        self.conv2a = nn.Conv2d(24, 48, 3, padding=1)
        self.conv2b = nn.Conv2d(24, 48, 3, padding=1)
        self.drop = nn.Dropout(0.3)
        self.out = nn.Linear(48 * 8 * 8, 10)

    def forward(self, x):
        x = torch.maximum(self.conv1a(x), self.conv1b(x))
        x = F.max_pool2d(x, 2)
        x = torch.maximum(self.conv2a(x), self.conv2b(x))
        x = F.max_pool2d(x, 2)
        x = self.drop(x.flatten(1))
        return self.out(x)
