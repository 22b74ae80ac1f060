import torch
from torch import nn, Tensor


class Stem(nn.Module):
    def __init__(self, out: int):
        super().__init__()
        self.conv = nn.Conv2d(3, out, 4, 2, 1)
        self.norm = nn.BatchNorm2d(out)

    def forward(self, x: Tensor) -> Tensor:
        return torch.relu(self.norm(self.conv(x)))


class Body(nn.Module):
    def __init__(self, channels: int, depth: int):
        super().__init__()
        self.layers = nn.ModuleList(nn.Conv2d(channels, channels, 3, padding=1) for _ in range(depth))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            x = x + torch.relu(layer(x))
        return x


class Head(nn.Module):
    def __init__(self, channels: int, classes: int):
        super().__init__()
        self.fc = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc(x.mean((2, 3)))


class Classifier(nn.Module):
    def __init__(self, channels: int = 32, depth: int = 3, classes: int = 10):
        super().__init__()
        self.stem = Stem(channels)
        self.body = Body(channels, depth)
        self.head = Head(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(self.stem(x)))
