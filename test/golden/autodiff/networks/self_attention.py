"""Every place of a feature map attends to all others, by a learned amount (Zhang et al. 2019)."""
import torch
import torch.nn as nn


class SelfAttention(nn.Module):
    def __init__(self, in_dim):
        super().__init__()
        self.query_conv = nn.Conv2d(in_dim, in_dim // 4, 1)
        self.key_conv = nn.Conv2d(in_dim, in_dim // 4, 1)
        self.value_conv = nn.Conv2d(in_dim, in_dim, 1)
        self.gamma = nn.Parameter(torch.zeros(1))
        self.softmax = nn.Softmax(dim=-1)

    def forward(self, x):
        n, c, width, height = x.size()
        query = self.query_conv(x).view(n, -1, width * height).permute(0, 2, 1)
        key = self.key_conv(x).view(n, -1, width * height)
        attention = self.softmax(torch.bmm(query, key))
        value = self.value_conv(x).view(n, -1, width * height)
        out = torch.bmm(value, attention.permute(0, 2, 1)).view(n, c, width, height)
        return self.gamma * out + x


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 4, 2, 1)
        self.conv2 = nn.Conv2d(8, 16, 4, 2, 1)
        self.attn = SelfAttention(16)
        self.conv3 = nn.Conv2d(16, 16, 4, 2, 1)
        self.fc = nn.Linear(16 * 4 * 4, 10)
        self.act = nn.LeakyReLU(0.1)

    def forward(self, x):
        x = self.act(self.conv1(x))
        x = self.attn(self.act(self.conv2(x)))
        x = self.act(self.conv3(x))
        return self.fc(x.reshape(-1, 256))
