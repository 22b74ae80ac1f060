# PyTorch 2.13 accepts.
import json
from types import SimpleNamespace
import torch.nn as nn

DEFAULTS = '{"stem": 16, "blocks": [[16, 1], [32, 2]], "head": {"dropout": 0.2, "classes": 10}}'


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        cfg = json.loads(DEFAULTS, object_hook=lambda d: SimpleNamespace(**d))
        self.stem = nn.Conv2d(3, cfg.stem, 3, padding=1)
        blocks = []
        cin = cfg.stem
        for cout, s in cfg.blocks:
            blocks.append(nn.Sequential(nn.Conv2d(cin, cout, 3, s, 1), nn.GroupNorm(4, cout), nn.Mish()))
            cin = cout
        self.blocks = nn.ModuleList(blocks)
        self.head = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(cfg.head.dropout), nn.Linear(cin, cfg.head.classes))

    def forward(self, x):
        x = self.stem(x)
        for b in self.blocks:
            x = b(x)
        return self.head(x)
