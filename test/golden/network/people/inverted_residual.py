# PyTorch 2.13 accepts.
import torch
from torch import nn
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Sequence


def _make_divisible(v, divisor=8, min_value=None):
    if min_value is None:
        min_value = divisor
    new_v = max(min_value, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v


@dataclass
class InvertedResidualConfig:
    t: int
    c: int
    n: int
    s: int
    use_hs: bool = False

    @property
    def act(self):
        return nn.Hardswish if self.use_hs else nn.ReLU6

    def scaled(self, width: float) -> int:
        return _make_divisible(self.c * width)


@dataclass
class ModelConfig:
    width_mult: float = 0.5
    num_classes: int = 10
    settings: Sequence[InvertedResidualConfig] = field(default_factory=lambda: [
        InvertedResidualConfig(1, 16, 1, 1),
        InvertedResidualConfig(6, 24, 2, 2),
        InvertedResidualConfig(6, 32, 2, 2, use_hs=True),
    ])


class ConvBNAct(nn.Sequential):
    def __init__(self, cin, cout, k=3, s=1, groups=1, act=nn.ReLU6):
        super().__init__(OrderedDict([
            ("conv", nn.Conv2d(cin, cout, k, s, (k - 1) // 2, groups=groups, bias=False)),
            ("bn", nn.BatchNorm2d(cout, eps=1e-3, momentum=0.01)),
            ("act", act(inplace=True)),
        ]))


class InvertedResidual(nn.Module):
    def __init__(self, cin, cout, stride, expand, act):
        super().__init__()
        hidden = int(round(cin * expand))
        self.use_res_connect = stride == 1 and cin == cout
        layers = []
        if expand != 1:
            layers.append(ConvBNAct(cin, hidden, k=1, act=act))
        layers += [
            ConvBNAct(hidden, hidden, s=stride, groups=hidden, act=act),
            nn.Conv2d(hidden, cout, 1, 1, 0, bias=False),
            nn.BatchNorm2d(cout),
        ]
        self.conv = nn.Sequential(*layers)

    def forward(self, x):
        if self.use_res_connect:
            return x + self.conv(x)
        return self.conv(x)


class MobileNet(nn.Module):
    def __init__(self, config: ModelConfig = None):
        super().__init__()
        config = config if config is not None else ModelConfig()
        cin = _make_divisible(32 * config.width_mult)
        features = [ConvBNAct(3, cin)]
        for cfg in config.settings:
            cout = cfg.scaled(config.width_mult)
            for i in range(cfg.n):
                features.append(InvertedResidual(cin, cout, cfg.s if i == 0 else 1, cfg.t, cfg.act))
                cin = cout
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(cin, config.num_classes))

    def forward(self, x):
        x = self.features(x)
        x = nn.functional.adaptive_avg_pool2d(x, (1, 1)).reshape(x.shape[0], -1)
        return self.classifier(x)
