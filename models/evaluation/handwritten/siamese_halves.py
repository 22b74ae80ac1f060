import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    # the upper and the lower half of the picture go through the same layers
    def __init__(self):
        super().__init__()
        self.shared = nn.Sequential(
            nn.Conv2d(3, 16, 3, padding=1),
            nn.Mish(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 3, padding=1),
            nn.Mish(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(32 * 4 * 8, 40),
        )
        self.compare = nn.Linear(80, 10)

    def forward(self, x):
        top, bottom = x[:, :, :16, :], x[:, :, 16:, :]
        top = self.shared(top)
        bottom = self.shared(bottom)
        return self.compare(F.relu(torch.cat([top, bottom], dim=1)))
