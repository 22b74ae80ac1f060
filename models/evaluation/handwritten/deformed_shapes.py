import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.pad = nn.ZeroPad2d(1)
        self.conv1 = nn.Conv2d(3, 8, 3, bias=False)
        self.conv2 = nn.Conv2d(8, 16, 3, bias=False)
        self.conv3 = nn.Conv2d(16, 32, 3, bias=False)
        self.bn = nn.BatchNorm2d(32, eps=1e-3, momentum=0.03)
        self.w = nn.Linear(32 * 5 * 5, 10)

    def forward(self, x):
        x = F.softplus(self.conv1(self.pad(x)))[:, :, ::2, ::2]
        x = F.softplus(self.conv2(self.pad(x)))
        x = F.interpolate(x, size=(10, 10), mode='nearest')
        x = F.softplus(self.bn(self.conv3(self.pad(x))))
        x = F.max_pool2d(x, 2)
        return self.w(x.flatten(1))
