# PyTorch 2.13 accepts.
import math
import torch
from torch import nn, Tensor
from typing import Optional, Callable, List, Type


class SEModule(nn.Module):
    """Squeeze-and-Excitation."""

    def __init__(self, channels: int, reduction: int = 4) -> None:
        super().__init__()
        self.squeeze = nn.AdaptiveAvgPool2d(1)
        mid = max(1, channels // reduction)
        self.excitation = nn.Sequential(
            nn.Linear(channels, mid, bias=False),
            nn.ReLU(inplace=True),
            nn.Linear(mid, channels, bias=False),
            nn.Sigmoid(),
        )

    def forward(self, x: Tensor) -> Tensor:
        b, c, _, _ = x.size()
        y = self.squeeze(x).view(b, c)
        y = self.excitation(y).view(b, c, 1, 1)
        return x * y.expand_as(x)


class SEBottleneck(nn.Module):
    expansion: int = 2

    def __init__(self, inplanes: int, planes: int, groups: int = 4, stride: int = 1) -> None:
        super().__init__()
        width = int(planes * (4 / 4.0)) * 1
        self.body = nn.Sequential(
            nn.Conv2d(inplanes, width, 1, bias=False), nn.BatchNorm2d(width), nn.SiLU(),
            nn.Conv2d(width, width, 3, stride=stride, padding=1, groups=groups, bias=False), nn.BatchNorm2d(width), nn.SiLU(),
            nn.Conv2d(width, planes * self.expansion, 1, bias=False), nn.BatchNorm2d(planes * self.expansion),
        )
        self.se = SEModule(planes * self.expansion)
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or inplanes != planes * self.expansion:
            self.shortcut = nn.Sequential(nn.Conv2d(inplanes, planes * self.expansion, 1, stride, bias=False),
                                          nn.BatchNorm2d(planes * self.expansion))

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.se(self.body(x)) + self.shortcut(x))


class Net(nn.Module):
    def __init__(self, block: Type[SEBottleneck] = SEBottleneck, layers: Optional[List[int]] = None, num_classes: int = 10) -> None:
        super().__init__()
        layers = layers or [1, 1, 1]
        self.conv = nn.Conv2d(3, 16, 3, 1, 1, bias=False)
        c = 16
        stages = []
        for i, n in enumerate(layers):
            planes = 16 * 2 ** i
            for j in range(n):
                stages.append(block(c, planes, stride=2 if (j == 0 and i > 0) else 1))
                c = planes * block.expansion
        self.stages = nn.Sequential(*stages)
        self.head = nn.Linear(c, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stages(self.conv(x))
        return self.head(x.mean(dim=[2, 3]))
