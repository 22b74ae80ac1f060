# PyTorch 2.13 accepts.
from functools import partial
from typing import Any, Callable, Protocol, runtime_checkable
import torch
import torch.nn as nn


@runtime_checkable
class NormFactory(Protocol):
    def __call__(self, num_features: int) -> nn.Module: ...


class LayerNorm2d(nn.LayerNorm):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.permute(0, 2, 3, 1)
        x = nn.functional.layer_norm(x, self.normalized_shape, self.weight, self.bias, self.eps)
        x = x.permute(0, 3, 1, 2)
        return x


class Conv(nn.Sequential):
    def __init__(self, i: int, o: int, norm: NormFactory, act: Callable[..., nn.Module] = partial(nn.LeakyReLU, 0.2, inplace=True)) -> None:
        super().__init__(nn.Conv2d(i, o, 3, 2, 1, bias=norm is None), norm(o), act())


class Net(nn.Module):
    def __init__(self, num_classes: int = 10, norm_layer: NormFactory = partial(LayerNorm2d, eps=1e-6), **kwargs: Any) -> None:
        super().__init__()
        assert isinstance(norm_layer, NormFactory)
        self.a = Conv(3, 16, norm_layer)
        self.b = Conv(16, 32, partial(nn.BatchNorm2d, momentum=0.05), act=nn.Tanh)
        self.c = Conv(32, 32, norm=partial(nn.InstanceNorm2d, affine=True))
        self.fc = nn.Linear(32, num_classes)

    def forward(self, x: torch.Tensor, *, return_features: bool = False) -> torch.Tensor:
        f = self.c(self.b(self.a(x)))
        pooled = f.flatten(2).mean(-1)
        if return_features:
            return pooled
        return self.fc(pooled)
