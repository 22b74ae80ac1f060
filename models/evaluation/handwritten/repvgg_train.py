import torch
import torch.nn as nn


class RepVGGBlock(nn.Module):
    """3x3, 1x1 and identity in parallel: what is folded into one convolution after training."""

    def __init__(self, cin, cout, stride=1):
        super().__init__()
        self.rbr_dense = nn.Sequential(nn.Conv2d(cin, cout, 3, stride, 1, bias=False), nn.BatchNorm2d(cout))
        self.rbr_1x1 = nn.Sequential(nn.Conv2d(cin, cout, 1, stride, 0, bias=False), nn.BatchNorm2d(cout))
        self.rbr_identity = nn.BatchNorm2d(cin) if cin == cout and stride == 1 else None

    def forward(self, x):
        out = self.rbr_dense(x) + self.rbr_1x1(x)
        if self.rbr_identity is not None:
            out = out + self.rbr_identity(x)
        return torch.relu(out)


class RepNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stage0 = RepVGGBlock(3, 16)
        self.stage1 = nn.Sequential(RepVGGBlock(16, 32, stride=2), RepVGGBlock(32, 32))
        self.stage2 = nn.Sequential(RepVGGBlock(32, 64, stride=2), RepVGGBlock(64, 64))
        self.gap = nn.AdaptiveAvgPool2d(output_size=1)
        self.linear = nn.Linear(64, 10)

    def forward(self, x):
        out = self.stage2(self.stage1(self.stage0(x)))
        out = self.gap(out)
        return self.linear(out.view(out.size(0), -1))
