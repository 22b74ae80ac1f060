import torch
import torch.nn as nn

class Net(nn.Module):
    """
    Folds 2x2 pixels into channels before every convolution,
    so there is neither pooling nor stride.
    """
    def __init__(self):
        super().__init__()
        self.fold = nn.PixelUnshuffle(2)
        self.conv1 = nn.Conv2d(12, 24, 3, padding=1)
        self.conv2 = nn.Conv2d(96, 32, 3, padding=1)
        self.act = nn.ELU()
        self.fc = nn.Linear(32 * 8 * 8, 10)

    def forward(self, x):
        x = self.act(self.conv1(self.fold(x)))
        x = self.act(self.conv2(self.fold(x)))
        return self.fc(torch.flatten(x, 1))
