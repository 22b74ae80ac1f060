import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()

        # first block
        self.conv1 = nn.Conv2d(in_channels=3, out_channels=32, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
        self.norm1 = nn.BatchNorm2d(num_features=32)
        # second block
        self.conv2 = nn.Conv2d(in_channels=32, out_channels=64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))
        self.norm2 = nn.BatchNorm2d(num_features=64)
        # classifier
        self.dropout = nn.Dropout(p=0.5)
        self.fc = nn.Linear(in_features=64 * 8 * 8, out_features=10)

    def forward(self, x):
        # block one: 32x32 -> 16x16
        x = self.conv1(x)
        x = self.norm1(x)
        x = F.leaky_relu(x)
        x = F.max_pool2d(x, kernel_size=2)
        # block two: 16x16 -> 8x8
        x = self.conv2(x)
        x = self.norm2(x)
        x = F.leaky_relu(x)
        x = F.max_pool2d(x, kernel_size=2)
        x = x.view(x.size(0), -1)
        x = self.dropout(x)
        return self.fc(x)
