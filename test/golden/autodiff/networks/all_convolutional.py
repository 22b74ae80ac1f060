"""Strides in place of pooling, dropout between (Springenberg et al. 2015)."""
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, n_classes=10):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 12, 3, padding=1, stride=2)
        self.conv2 = nn.Conv2d(12, 16, 3, padding=1, stride=2)
        self.conv3 = nn.Conv2d(16, 24, 3, padding=1)
        self.conv4 = nn.Conv2d(24, 24, 1)
        self.class_conv = nn.Conv2d(24, n_classes, 1)
        self.drop = nn.Dropout2d(0.25)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = self.drop(F.relu(self.conv2(x)))
        x = F.dropout(F.relu(self.conv3(x)), 0.5, training=self.training)
        x = F.relu(self.conv4(x))
        x = self.class_conv(x)
        return F.adaptive_avg_pool2d(x, 1).squeeze(-1).squeeze(-1)
