import torch
import torch.nn as nn
import torch.nn.functional as F

class Fire(nn.Module):
    def __init__(self, inplanes, squeeze_planes, expand_planes):
        super(Fire, self).__init__()
        self.squeeze = nn.Conv2d(inplanes, squeeze_planes, kernel_size=1)
        self.expand1x1 = nn.Conv2d(squeeze_planes, expand_planes, kernel_size=1)
        self.expand3x3 = nn.Conv2d(squeeze_planes, expand_planes, kernel_size=3, padding=1)

    def forward(self, x):
        x = F.relu(self.squeeze(x))
        return torch.cat([F.relu(self.expand1x1(x)), F.relu(self.expand3x3(x))], dim=1)

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(3, 32, kernel_size=3, stride=2, padding=1)
        self.fire2 = Fire(32, 8, 24)
        self.fire3 = Fire(48, 8, 32)
        self.fire4 = Fire(64, 16, 48)
        self.conv10 = nn.Conv2d(96, 10, kernel_size=1)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = self.fire3(self.fire2(x))
        x = F.max_pool2d(x, 2)
        x = self.conv10(F.dropout(self.fire4(x), 0.3, self.training))
        return x.mean(dim=3).mean(dim=2)
