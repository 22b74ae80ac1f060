# PyTorch 2.13 accepts.
from collections import namedtuple
from typing import Tuple
import torch
import torch.nn as nn
import torch.nn.functional as F

GoogLeNetOutputs = namedtuple("GoogLeNetOutputs", ["logits", "aux_logits"])
GoogLeNetOutputs.__annotations__ = {"logits": torch.Tensor, "aux_logits": torch.Tensor}


class BasicConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, **kwargs):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, bias=False, **kwargs)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)


class Inception(nn.Module):
    def __init__(self, cin, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj, conv_block=None):
        super().__init__()
        if conv_block is None:
            conv_block = BasicConv2d
        self.branch1 = conv_block(cin, ch1x1, kernel_size=1)
        self.branch2 = nn.Sequential(conv_block(cin, ch3x3red, kernel_size=1), conv_block(ch3x3red, ch3x3, kernel_size=3, padding=1))
        self.branch3 = nn.Sequential(conv_block(cin, ch5x5red, kernel_size=1), conv_block(ch5x5red, ch5x5, kernel_size=3, padding=1))
        self.branch4 = nn.Sequential(nn.MaxPool2d(kernel_size=3, stride=1, padding=1, ceil_mode=True), conv_block(cin, pool_proj, kernel_size=1))

    def _forward(self, x):
        return [self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)]

    def forward(self, x):
        return torch.cat(self._forward(x), 1)


class InceptionAux(nn.Module):
    def __init__(self, cin, num_classes):
        super().__init__()
        self.conv = BasicConv2d(cin, 16, kernel_size=1)
        self.fc = nn.Linear(16 * 16, num_classes)

    def forward(self, x):
        x = F.adaptive_avg_pool2d(x, (4, 4))
        return self.fc(torch.flatten(self.conv(x), 1))


class GoogLeNet(nn.Module):
    __constants__ = ["aux_logits"]

    def __init__(self, num_classes=10, aux_logits=True):
        super().__init__()
        self.aux_logits = aux_logits
        self.conv = BasicConv2d(3, 16, kernel_size=3, padding=1)
        self.maxpool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.inception3a = Inception(16, 8, 8, 16, 4, 8, 8)
        self.inception3b = Inception(40, 16, 16, 24, 4, 8, 8)
        if aux_logits:
            self.aux1 = InceptionAux(40, num_classes)
        else:
            self.aux1 = None
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.dropout = nn.Dropout(0.2)
        self.fc = nn.Linear(56, num_classes)

    @torch.jit.unused
    def eager_outputs(self, x, aux):
        if self.training and self.aux_logits:
            return GoogLeNetOutputs(x, aux)
        return x

    def forward(self, x):
        x = self.maxpool(self.conv(x))
        x = self.inception3a(x)
        aux = None
        if self.aux1 is not None:
            if self.training:
                aux = self.aux1(x)
        x = self.inception3b(x)
        x = self.dropout(torch.flatten(self.avgpool(x), 1))
        x = self.fc(x)
        if torch.jit.is_scripting():
            return GoogLeNetOutputs(x, aux)
        return self.eager_outputs(x, aux)
