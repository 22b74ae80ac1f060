import torch
import torch.nn as nn
import torch.nn.functional as F

class WideBasic(nn.Module):
    def __init__(self, in_planes, planes, dropout_rate, stride=1):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(in_planes)
        self.conv1 = nn.Conv2d(in_planes, planes, kernel_size=3, padding=1, bias=True)
        self.dropout = nn.Dropout(p=dropout_rate)
        self.bn2 = nn.BatchNorm2d(planes)
        self.conv2 = nn.Conv2d(planes, planes, kernel_size=3, stride=stride, padding=1, bias=True)
        self.shortcut = nn.Sequential()
        if stride != 1 or in_planes != planes:
            self.shortcut = nn.Sequential(nn.Conv2d(in_planes, planes, kernel_size=1, stride=stride, bias=True))

    def forward(self, x):
        out = self.dropout(self.conv1(F.relu(self.bn1(x))))
        out = self.conv2(F.relu(self.bn2(out)))
        out += self.shortcut(x)
        return out

class WideResNet(nn.Module):
    def __init__(self, widen_factor=2, dropout_rate=0.3):
        super().__init__()
        k = widen_factor
        stages = [8, 8 * k, 16 * k]
        self.conv1 = nn.Conv2d(3, stages[0], 3, padding=1)
        self.layer1 = WideBasic(stages[0], stages[1], dropout_rate, 2)
        self.layer2 = WideBasic(stages[1], stages[2], dropout_rate, 2)
        self.bn1 = nn.BatchNorm2d(stages[2], momentum=0.9)
        self.linear = nn.Linear(stages[2], 10)

    def forward(self, x):
        out = self.conv1(x)
        out = self.layer1(out)
        out = self.layer2(out)
        out = F.relu(self.bn1(out))
        out = F.avg_pool2d(out, 8)
        return self.linear(out.view(out.size(0), -1))
