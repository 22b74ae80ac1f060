# PyTorch 2.13 accepts.
import logging
import os
import sys
import time
import warnings
from pathlib import Path
import torch
import torch.nn as nn

logger = logging.getLogger(__name__)
logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", handlers=[logging.StreamHandler(sys.stdout)])
ROOT = Path(__file__).resolve().parent
DEBUG = os.environ.get("DEBUG", "0") == "1"
torch.manual_seed(0)
torch.backends.cudnn.benchmark = True
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        start = time.time()
        self.seq = nn.Sequential(nn.Flatten(), nn.Linear(3072, 32), nn.ReLU6(), nn.Linear(32, 10)).to(device)
        total = sum(p.numel() for p in self.parameters() if p.requires_grad)
        logger.info("built in %.2fs: %d parameters", time.time() - start, total)
        if not (ROOT / "weights.pth").exists():
            warnings.warn("no weights")

    def forward(self, x):
        if DEBUG:
            logger.debug("input %s mean %.3f", tuple(x.shape), x.mean().item())
        return self.seq(x)


def train(model, loader, epochs=10):
    opt = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=5e-4, nesterov=True)
    scaler = torch.cuda.amp.GradScaler(enabled=False)
    for epoch in range(epochs):
        for i, (x, y) in enumerate(loader):
            opt.zero_grad(set_to_none=True)
            with torch.autocast(device_type=device.type, enabled=False):
                loss = nn.functional.cross_entropy(model(x.to(device)), y.to(device), label_smoothing=0.1)
            scaler.scale(loss).backward()
            scaler.step(opt)
            scaler.update()
