import torch
import torch.nn as nn


class SpatialAttention(nn.Module):
    def __init__(self, kernel_size=7):
        super(SpatialAttention, self).__init__()
        self.conv1 = nn.Conv2d(2, 1, kernel_size, padding=kernel_size // 2, bias=False)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x):
        avg_out = torch.mean(x, dim=1, keepdim=True)
        max_out, _ = torch.max(x, dim=1, keepdim=True)
        scale = torch.cat([avg_out, max_out], dim=1)
        return x * self.sigmoid(self.conv1(scale))


class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv_a = nn.Conv2d(3, 16, 3, padding=1)
        self.att_a = SpatialAttention()
        self.conv_b = nn.Conv2d(16, 32, 3, padding=1)
        self.att_b = SpatialAttention(5)
        self.pool = nn.MaxPool2d(2, 2)
        self.fc = nn.Linear(32 * 8 * 8, 10)
        self.relu = nn.ReLU()

    def forward(self, x):
        x = self.pool(self.att_a(self.relu(self.conv_a(x))))
        x = self.pool(self.att_b(self.relu(self.conv_b(x))))
        x = x.view(x.size(0), -1)
        x = self.fc(x)
        return x
