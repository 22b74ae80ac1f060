import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        channels = 3
        for i in range(3):
            layers.append(nn.Conv2d(channels, 16 * (i + 1), 3, padding=1))
            layers.append(nn.ELU())
            layers.append(nn.MaxPool2d(2))
            channels = 16 * (i + 1)
        self.body = nn.Sequential(*layers)
        self.fc = nn.Linear(channels * 4 * 4, 10)

    def forward(self, x):
        x = self.body(x)
        return self.fc(torch.flatten(x, 1))
