import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self, hidden=64, classes=10):
        super().__init__()
        width = 12
        self.c1 = nn.Conv2d(3, width, 5, padding=2)
        self.c2 = nn.Conv2d(width, 2 * width, 5, padding=2)
        self.hidden = nn.Linear(2 * width * 8 * 8, hidden)
        self.output = nn.Linear(hidden, classes)

    def forward(self, images):
        maps = F.max_pool2d(torch.tanh(self.c1(images)), 2)
        maps = F.max_pool2d(torch.tanh(self.c2(maps)), 2)
        flat = maps.reshape(maps.size(0), -1)
        return self.output(torch.tanh(self.hidden(flat)))
