import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stage1 = self.conv_bn(3, 24, stride=1)
        self.stage2 = self.conv_bn(24, 48, stride=2)
        self.stage3 = self.conv_bn(48, 72, stride=2)
        self.classifier = nn.Linear(72, 10)

    def conv_bn(self, inp, oup, stride):
        return nn.Sequential(
            nn.Conv2d(inp, oup, 3, stride, 1, bias=False),
            nn.BatchNorm2d(oup),
            nn.ReLU(inplace=True)
        )

    def forward(self, x):
        out = self.stage1(x)
        out = self.stage2(out)
        out = self.stage3(out)
        out = out.mean([2, 3])
        return self.classifier(out)
