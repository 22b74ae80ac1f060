import math
import torch
import torch.nn as nn


def make_divisible(v, divisor=8):
    new_v = max(divisor, int(v + divisor / 2) // divisor * divisor)
    if new_v < 0.9 * v:
        new_v += divisor
    return new_v


class ScaledNet(nn.Module):
    """Widths follow from a multiplier, as in the MobileNet papers."""

    def __init__(self, width_mult=0.75, depth_mult=1.4):
        super().__init__()
        base = [(16, 1), (32, 1), (64, 2)]
        layers = []
        c_in = 3
        for c, n in base:
            c_out = make_divisible(c * width_mult)
            repeats = int(math.ceil(n * depth_mult))
            for i in range(repeats):
                stride = 2 if i == 0 else 1
                layers.append(nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False))
                layers.append(nn.BatchNorm2d(c_out))
                layers.append(nn.SiLU())
                c_in = c_out
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(c_in, 10)

    def forward(self, x):
        x = self.features(x)
        x = nn.functional.adaptive_avg_pool2d(x, 1).reshape(x.shape[0], -1)
        return self.classifier(x)
