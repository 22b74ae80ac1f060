# PyTorch 2.13 accepts.
import torch
import torch.nn as nn
from abc import ABC, abstractmethod

MODELS = {}


def register(name=None):
    def wrapper(cls):
        key = name or cls.__name__.lower()
        if key in MODELS:
            raise KeyError(f"{key} is already registered")
        MODELS[key] = cls
        return cls
    return wrapper


class Backbone(nn.Module, ABC):
    @abstractmethod
    def out_channels(self) -> int:
        ...

    @property
    @abstractmethod
    def name(self):
        pass


@register("tiny")
class Tiny(Backbone):
    name = "tiny"

    def __init__(self, width=16):
        super().__init__()
        self.width = width
        self.net = nn.Sequential(nn.Conv2d(3, width, 3, 2, 1), nn.ReLU(), nn.Conv2d(width, width * 2, 3, 2, 1), nn.ReLU())

    def out_channels(self):
        return self.width * 2

    def forward(self, x):
        return self.net(x)


class Pool(nn.Module):
    _registry = {}

    def __init_subclass__(cls, kind=None, **kwargs):
        super().__init_subclass__(**kwargs)
        Pool._registry[kind] = cls

    @classmethod
    def create(cls, kind, *args):
        return cls._registry[kind](*args)


class GeM(Pool, kind="gem"):
    def __init__(self, p=3.0, eps=1e-6):
        super().__init__()
        self.p = nn.Parameter(torch.ones(1) * p)
        self.eps = eps

    def forward(self, x):
        return nn.functional.avg_pool2d(x.clamp(min=self.eps).pow(self.p), (x.size(-2), x.size(-1))).pow(1.0 / self.p)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone = MODELS["tiny"](width=12)
        self.pool = Pool.create("gem")
        self.head = nn.Linear(self.backbone.out_channels(), 10)

    def forward(self, x):
        return self.head(self.pool(self.backbone(x)).flatten(1))
