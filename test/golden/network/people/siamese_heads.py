# PyTorch 2.13 accepts.
import torch
import torch.nn as nn


class MultiHead(nn.Module):
    """Returns a dict of logits."""

    def __init__(self, heads={"main": 10, "rotation": 4, "coarse": 2}):
        super().__init__()
        self.trunk = nn.Sequential(nn.Conv2d(3, 12, 5, 2), nn.CELU(), nn.AdaptiveMaxPool2d((3, 3)), nn.Flatten(1, -1))
        self.heads = nn.ModuleDict({k: nn.Linear(108, v) for k, v in heads.items()})
        self.log_vars = nn.ParameterDict({k: nn.Parameter(torch.zeros(1)) for k in heads})

    def forward(self, x):
        z = self.trunk(x)
        return {k: head(z) for k, head in self.heads.items()}
