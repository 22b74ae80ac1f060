# PyTorch 2.13 accepts.
import copy
import torch
import torch.nn as nn


class EMA:
    def __init__(self, model, decay=0.999):
        self.decay = decay
        self.shadow = {name: p.clone().detach() for name, p in model.named_parameters() if p.requires_grad}

    def update(self, model):
        for name, p in model.named_parameters():
            self.shadow[name].mul_(self.decay).add_(p.data, alpha=1 - self.decay)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.online = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten())
        self.target = copy.deepcopy(self.online)
        for p in self.target.parameters():
            p.requires_grad = False
        self.momentum = 0.99
        self.head = nn.Linear(128, 10)
        self.ema = EMA(self)

    @torch.no_grad()
    def _update_target(self):
        for po, pt in zip(self.online.parameters(), self.target.parameters()):
            pt.data = pt.data * self.momentum + po.data * (1.0 - self.momentum)

    def forward(self, x):
        f = self.online(x)
        with torch.no_grad():
            t = self.target(x)
        return self.head(f + 0.1 * t)
