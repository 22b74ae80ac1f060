"""The PyTorch side of training-step.ts: prints each network as IR and PyTorch's processor seconds a step, as JSON."""
import json
import pathlib
import sys
import time

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "golden" / "autodiff"))
from network import Builder  # noqa: E402

MAX = {"kernel": [2, 2], "stride": [2, 2], "padding": [0, 0], "ceilMode": False, "dilation": [1, 1]}
SAME = dict(kernel=(3, 3), padding=(1, 1, 1, 1))


class Initial(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 1, 1)
        self.fc1 = nn.Linear(1024, 10)

    def forward(self, x):
        return torch.relu(self.fc1(torch.flatten(self.conv1(x), 1)))


def initial():
    b = Builder((3, 32, 32))
    b.node("relu", [b.linear(b.flatten(b.conv(0, 3, 1, (1, 1), "conv1")), 1024, 10, "fc1")])
    return b.finish()


def convolutional_module():
    def block(cin, cout, pool):
        layers = [nn.Conv2d(cin, cout, 3, padding=1), nn.BatchNorm2d(cout), nn.ReLU()]
        return layers + ([nn.MaxPool2d(2)] if pool else [])
    return nn.Sequential(*block(3, 16, False), *block(16, 32, True), *block(32, 32, True), *block(32, 64, True),
                         nn.Flatten(), nn.Linear(1024, 10))


def convolutional():
    b, x = Builder((3, 32, 32)), 0
    for i, (cin, cout, pooled) in enumerate([(3, 16, False), (16, 32, True), (32, 32, True), (32, 64, True)]):
        x = b.node("relu", [b.batch_norm(b.conv(x, cin, cout, name=f"conv{i}", **SAME), cout, f"bn{i}")])
        if pooled:
            x = b.node("maxPool2d", [x], MAX)
    b.linear(b.flatten(x), 1024, 10, "fc")
    return b.finish()


def plain_module():
    return nn.Sequential(nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(),
                         nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4096, 64), nn.ReLU(), nn.Linear(64, 10))


def plain():
    b = Builder((3, 32, 32))
    x = b.node("maxPool2d", [b.node("relu", [b.conv(0, 3, 32, name="conv1", **SAME)])], MAX)
    x = b.node("maxPool2d", [b.node("relu", [b.conv(x, 32, 64, name="conv2", **SAME)])], MAX)
    b.linear(b.node("relu", [b.linear(b.flatten(x), 4096, 64, "fc1")]), 64, 10, "fc2")
    return b.finish()


class Separable(nn.Module):
    def __init__(self):
        super().__init__()
        def block(cin, cout, stride):
            return [nn.Conv2d(cin, cin, 3, stride, 1, groups=cin), nn.BatchNorm2d(cin), nn.ReLU6(),
                    nn.Conv2d(cin, cout, 1), nn.BatchNorm2d(cout), nn.ReLU6()]
        self.body = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), *block(16, 32, 2), *block(32, 64, 2),
                                  nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))

    def forward(self, x):
        return self.body(x)


def separable():
    b = Builder((3, 32, 32))
    x = b.conv(0, 3, 16, name="stem", **SAME)
    for i, (cin, cout) in enumerate([(16, 32), (32, 64)]):
        x = b.conv(x, cin, cin, (3, 3), f"depth{i}", (2, 2), (1, 1, 1, 1), groups=cin)
        x = b.node("relu6", [b.batch_norm(x, cin, f"bna{i}")])
        x = b.node("relu6", [b.batch_norm(b.conv(x, cin, cout, (1, 1), f"point{i}"), cout, f"bnb{i}")])
    x = b.flatten(b.node("adaptiveAvgPool2d", [x], {"output": [1, 1]}))
    b.linear(x, 64, 10, "fc")
    return b.finish()


def residual_module():
    class Block(nn.Module):
        def __init__(self, c):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(c, c, 3, padding=1, bias=False), nn.BatchNorm2d(c)
            self.conv2, self.bn2 = nn.Conv2d(c, c, 3, padding=1, bias=False), nn.BatchNorm2d(c)

        def forward(self, x):
            y = torch.relu(self.bn1(self.conv1(x)))
            return torch.relu(self.bn2(self.conv2(y)) + x)
    return nn.Sequential(nn.Conv2d(3, 16, 3, 2, 1), nn.BatchNorm2d(16), nn.ReLU(), Block(16), nn.Conv2d(16, 32, 3, 2, 1), Block(32),
                         nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 10))


def residual():
    b = Builder((3, 32, 32))

    def block(x, c, name):
        y = b.node("relu", [b.batch_norm(b.conv(x, c, c, name=f"{name}.conv1", bias=False, **SAME), c, f"{name}.bn1")])
        y = b.batch_norm(b.conv(y, c, c, name=f"{name}.conv2", bias=False, **SAME), c, f"{name}.bn2")
        return b.node("relu", [b.node("add", [y, x])])

    x = b.conv(0, 3, 16, (3, 3), "stem", (2, 2), (1, 1, 1, 1))
    x = block(b.node("relu", [b.batch_norm(x, 16, "bn")]), 16, "block1")
    x = block(b.conv(x, 16, 32, (3, 3), "down", (2, 2), (1, 1, 1, 1)), 32, "block2")
    b.linear(b.flatten(b.node("adaptiveAvgPool2d", [x], {"output": [1, 1]})), 32, 10, "fc")
    return b.finish()


NETWORKS = {"initial network": (Initial, initial), "4 convolutions with batch norm": (convolutional_module, convolutional),
            "2 convolutions, 2 dense": (plain_module, plain), "residual": (residual_module, residual),
            "depthwise separable": (Separable, separable)}


def seconds_per_step(module, batch, budget):
    torch.manual_seed(0)
    images, labels = torch.randn(batch, 3, 32, 32), torch.arange(batch) % 10
    optimizer, loss_of = torch.optim.SGD(module.parameters(), lr=0.01, momentum=0.9), nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss_of(module(images), labels).backward()
        optimizer.step()

    for _ in range(3):
        step()
    times, start = [], time.perf_counter()
    while len(times) < 10 or time.perf_counter() - start < budget:
        before = time.process_time()
        step()
        times.append(time.process_time() - before)
    return sorted(times)[len(times) // 2]


if __name__ == "__main__":
    batch, threads, budget = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    torch.set_num_threads(threads)
    print(json.dumps([{"name": name, "network": ir(), "pytorch": seconds_per_step(module(), batch, budget)}
                      for name, (module, ir) in NETWORKS.items()]))
