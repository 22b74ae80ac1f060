import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()

        def unit(i, o):
            return nn.Sequential(nn.Conv2d(i, o, 3, padding=1), nn.Hardswish(), nn.BatchNorm2d(o))

        self.stages = nn.Sequential(
            nn.Sequential(unit(3, 16), unit(16, 16)),
            nn.AvgPool2d(2),
            nn.Sequential(unit(16, 32), unit(32, 32)),
            nn.AvgPool2d(2),
            nn.Sequential(unit(32, 48)),
        )
        self.readout = nn.Sequential(nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(48, 10))

    def forward(self, x):
        for stage in self.stages:
            x = stage(x)
        return self.readout(x)
