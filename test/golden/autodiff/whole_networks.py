"""PyTorch beside our training on the thirty networks of networks/, in float64 and float32.

    python whole_networks.py live ARCHIVE.tar.gz [NAME ...]
        One JSON line a network: gradients of the first batch of real CIFAR-10 images, and the losses of 100 steps
        of SGD in float64 and, with the images of a batch shifted, in four float32 orders of rounding.
    python whole_networks.py golden
        Writes whole-networks.json: the gradients of made images as projections onto random directions of unit
        variance, which are small enough to keep. The mean square of a difference's projections is an unbiased estimate
        of its squared norm.

Weights, made images and dropout's masks follow formula.py, so that the other side has them without Python. Batches are
the records of the archive in their order.
"""
import importlib.util
import json
import pathlib
import sys
import tarfile

import numpy as np
import torch
import torch.nn.functional as F

from formula import numbers
from make import encode, relative

HERE = pathlib.Path(__file__).parent
NETWORKS = sorted((HERE / "networks").glob("*.py"))
BATCH, STEPS, RATE, MOMENTUM = 32, 100, 0.001, 0.9
SHIFTS = (0, 8, 16, 24)
MADE_BATCH, PROJECTIONS = 8, 16
torch.set_num_threads(1)


class Dropout:
    """Stands for F.dropout and F.dropout2d: the identity, or multiplication by the masks of a step in order of calls."""

    def __init__(self):
        self.step, self.order, self.calls = None, None, 0
        F.dropout, F.dropout2d = self.elements, self.channels

    def begin(self, step, order=None):
        self.step, self.order, self.calls = step, order, 0

    def times(self, x, p, shape):
        if self.step is None:
            return x
        kept = (numbers(shape, 900 + 1000 * self.calls + self.step).astype(np.float64) + 1) / 2 >= p
        self.calls += 1
        return x * torch.tensor(np.where(kept, np.float32(1 / (1 - p)), np.float32(0)), dtype=x.dtype)[self.order]

    def elements(self, x, p=0.5, training=True, inplace=False):
        return self.times(x, p, x.shape) if training else x

    def channels(self, x, p=0.5, training=True, inplace=False):
        return self.times(x, p, (*x.shape[:2], 1, 1)) if training else x


dropout = Dropout()


def load(file, dtype):
    """The file's network with weights by the formula: uniform weights that keep the variance, norms around one."""
    spec = importlib.util.spec_from_file_location(file.stem, file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.Net()
    with torch.no_grad():
        for i, (name, parameter) in enumerate(sorted(network.named_parameters())):
            shape = tuple(parameter.shape)
            if len(shape) > 1:
                values = numbers(shape, 100 + i, np.sqrt(6 / np.prod(shape[1:])))
            else:
                values = numbers(shape, 100 + i, 0.1, 0.0 if "bias" in name else 1.0)
            parameter.copy_(torch.tensor(values))
    return network.to(dtype).train()


def read_records(archive):
    """Rows of one label byte and 3,072 of the image."""
    with tarfile.open(archive) as opened:
        members = sorted((m for m in opened.getmembers() if "data_batch" in m.name), key=lambda m: m.name)
        raw = b"".join(opened.extractfile(member).read() for member in members)
    return np.frombuffer(raw, dtype=np.uint8).reshape(-1, 3073)


def batch_of(records, step):
    rows = records[(step * BATCH + np.arange(BATCH)) % len(records)]
    pixels = torch.tensor(rows[:, 1:].reshape(-1, 3, 32, 32))
    return (pixels.to(torch.float32) / 255 - 0.5) / 0.5, torch.tensor(rows[:, 0].astype(np.int64))


def made_batch():
    images = torch.tensor(numbers((MADE_BATCH, 3, 32, 32), 1))
    return images, torch.arange(MADE_BATCH) * 3 % 10


def gradients(file, batch, dtype):
    network = load(file, dtype)
    dropout.begin(None)
    images, labels = batch
    F.cross_entropy(network(images.to(dtype)), labels).backward()
    return {name: parameter.grad for name, parameter in network.named_parameters()}


def losses(file, records, dtype, shift=0):
    """Losses of SGD; `shift` moves the images along the batch, which changes nothing but the order of roundings."""
    network = load(file, dtype)
    optimizer = torch.optim.SGD(network.parameters(), lr=RATE, momentum=MOMENTUM)
    order = torch.arange(BATCH).roll(shift)
    found = []
    for step in range(STEPS):
        dropout.begin(step, order)
        images, labels = batch_of(records, step)
        optimizer.zero_grad()
        loss = F.cross_entropy(network(images[order].to(dtype)), labels[order])
        loss.backward()
        optimizer.step()
        found.append(loss.item())
    return found


def whole(found):
    return torch.cat([found[name].double().flatten() for name in sorted(found)])


def live(file, records):
    exact, single = [gradients(file, batch_of(records, 0), dtype) for dtype in (torch.float64, torch.float32)]
    return {
        "name": file.stem,
        "gradients": {name: encode(value) for name, value in exact.items()},
        "gradientError": relative(whole(single), whole(exact)),
        "losses64": losses(file, records, torch.float64),
        "losses32": [losses(file, records, torch.float32, shift) for shift in SHIFTS],
    }


def golden(file):
    exact, single = [whole(gradients(file, made_batch(), dtype)) for dtype in (torch.float64, torch.float32)]
    directions = [numbers((len(exact),), 2000 + k, np.sqrt(3)) for k in range(PROJECTIONS)]
    return {
        "name": file.stem,
        "norm": float(exact.norm()),
        "error": relative(single, exact),
        "projections": [float(exact @ torch.tensor(direction).double()) for direction in directions],
    }


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    if command == "live":
        records = read_records(words[0])
        for file in NETWORKS:
            if len(words) == 1 or file.stem in words[1:]:
                print(json.dumps(live(file, records)), flush=True)
    else:
        (HERE / "whole-networks.json").write_text("[\n" + ",\n".join(json.dumps(golden(file)) for file in NETWORKS) + "\n]\n")
