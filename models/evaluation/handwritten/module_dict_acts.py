import torch
import torch.nn as nn

class Net(nn.Module):
    def __init__(self, act='lrelu'):
        super().__init__()
        self.activations = nn.ModuleDict({
            'lrelu': nn.LeakyReLU(0.2),
            'relu': nn.ReLU(),
        })
        self.act = act
        self.conv = nn.Sequential(
            nn.Conv2d(3, 32, 3, stride=2), nn.BatchNorm2d(32), self.activations[act],
            nn.Conv2d(32, 32, 3, stride=2), nn.BatchNorm2d(32), self.activations[act],
            nn.Conv2d(32, 64, 3, stride=2), nn.BatchNorm2d(64),
        )
        self.fc = nn.Linear(64 * 3 * 3, 10)

    def forward(self, x):
        x = self.activations[self.act](self.conv(x))
        return self.fc(x.flatten(1))
