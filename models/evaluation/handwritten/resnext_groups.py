from torch import nn


def grouped(c_in, c_out, groups, stride=1):
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, 1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU(),
        nn.Conv2d(c_out, c_out, 3, stride=stride, padding=1, groups=groups, bias=False), nn.BatchNorm2d(c_out), nn.ReLU(),
        nn.Conv2d(c_out, c_out, 1, bias=False), nn.BatchNorm2d(c_out),
    )


class ResNeXtBlock(nn.Module):
    def __init__(self, c_in, c_out, groups=4, stride=1):
        super().__init__()
        self.main = grouped(c_in, c_out, groups, stride)
        self.skip = nn.Conv2d(c_in, c_out, 1, stride=stride)
        self.act = nn.ReLU()

    def forward(self, x):
        return self.act(self.main(x) + self.skip(x))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(ResNeXtBlock(3, 32), ResNeXtBlock(32, 64, stride=2), ResNeXtBlock(64, 64, groups=8, stride=2))
        self.tail = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))

    def forward(self, x):
        return self.tail(self.body(x))
