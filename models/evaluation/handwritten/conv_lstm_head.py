import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.cnn = nn.Sequential(
            nn.Conv2d(3, 16, 5, padding=2),
            nn.LeakyReLU(0.1),
            nn.MaxPool2d(4),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.LeakyReLU(0.1),
        )
        self.lstm = nn.LSTM(32, 48, bidirectional=True, batch_first=True)
        self.out = nn.Linear(96, 10)

    def forward(self, x):
        maps = self.cnn(x)                       # N, 32, 8, 8
        steps = maps.mean(dim=2).transpose(1, 2)  # N, 8, 32
        seq, _ = self.lstm(steps)
        return self.out(seq.mean(dim=1))
