from collections import OrderedDict

import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(OrderedDict([
            ('conv1', nn.Conv2d(3, 20, 5)),
            ('relu1', nn.ReLU()),
            ('pool1', nn.MaxPool2d(2)),
            ('conv2', nn.Conv2d(20, 40, 5)),
            ('relu2', nn.ReLU()),
            ('pool2', nn.MaxPool2d(2)),
        ]))
        self.decoder = nn.Sequential(OrderedDict([
            ('fc1', nn.Linear(40 * 5 * 5, 100)),
            ('relu3', nn.ReLU()),
            ('fc2', nn.Linear(100, 10)),
        ]))

    def forward(self, x):
        x = self.encoder(x)
        return self.decoder(torch.flatten(x, 1))
