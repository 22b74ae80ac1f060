"""Overlapping pools and local response normalisation (Krizhevsky et al. 2012)."""
from collections import OrderedDict

import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(OrderedDict([
            ("conv1", nn.Conv2d(3, 12, 5, stride=2, padding=2)),
            ("relu1", nn.ReLU()),
            ("norm1", nn.LocalResponseNorm(5, alpha=1e-2, beta=0.75, k=2)),
            ("pool1", nn.MaxPool2d(3, 2)),
            ("conv2", nn.Conv2d(12, 24, 3, padding=1, groups=2)),
            ("relu2", nn.ReLU()),
            ("norm2", nn.LocalResponseNorm(3)),
            ("pool2", nn.MaxPool2d(3, 2)),
        ]))
        self.classifier = nn.Sequential(nn.Dropout(), nn.Linear(24 * 3 * 3, 48), nn.ReLU(), nn.Dropout(), nn.Linear(48, 10))

    def forward(self, x):
        x = self.features(x)
        x = x.view(x.shape[0], 24 * 3 * 3)
        return self.classifier(x)
