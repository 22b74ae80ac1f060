import torch
import torch.nn as nn
import torch.nn.functional as F

def sep_conv(cin, cout):
    return nn.Sequential(
        nn.Conv2d(cin, cin, 3, padding=1, groups=cin, bias=False),
        nn.Conv2d(cin, cout, 1, bias=False),
        nn.BatchNorm2d(cout),
    )

class XceptionBlock(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.sep1 = sep_conv(cin, cout)
        self.sep2 = sep_conv(cout, cout)
        self.pool = nn.MaxPool2d(3, stride=2, padding=1)
        self.skip = nn.Sequential(nn.Conv2d(cin, cout, 1, stride=2, bias=False), nn.BatchNorm2d(cout))

    def forward(self, inputs):
        x = self.sep1(F.relu(inputs))
        x = self.sep2(F.relu(x))
        return self.pool(x) + self.skip(inputs)

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.entry = nn.Conv2d(3, 16, 3, padding=1)
        self.block1 = XceptionBlock(16, 32)
        self.block2 = XceptionBlock(32, 64)
        self.block3 = XceptionBlock(64, 96)
        self.logits = nn.Linear(96, 10)

    def forward(self, x):
        x = self.entry(x)
        x = self.block3(self.block2(self.block1(x)))
        x = F.adaptive_avg_pool2d(F.relu(x), 1)
        return self.logits(torch.flatten(x, 1))
