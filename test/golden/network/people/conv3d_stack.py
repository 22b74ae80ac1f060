# PyTorch 2.13 accepts.
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv3d = nn.Conv3d(1, 4, kernel_size=(3, 3, 3), padding=(0, 1, 1))
        self.bn = nn.BatchNorm3d(4)
        self.pool = nn.MaxPool3d((1, 2, 2))
        self.fc = nn.Linear(4 * 16 * 16, 10)

    def forward(self, x):
        x = x.unsqueeze(1)
        x = self.pool(torch.relu(self.bn(self.conv3d(x))))
        return self.fc(x.flatten(1))
