"""100 losses of SGD on real CIFAR-10 by PyTorch: python cifar_losses.py ARCHIVE.tar.gz RECORDS_OUT, prints JSON.

Writes the training records of the official binary layout (label, 3072 bytes) to RECORDS_OUT for the other side to read.
"""
import json
import pathlib
import sys
import tarfile

import numpy as np
import torch
import torch.nn.functional as F

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import make  # noqa: E402
from cases import pool  # noqa: E402
from network import Builder, run  # noqa: E402

STEPS = 100


def initial():
    b = Builder((3, 32, 32))
    b.node("relu", [b.linear(b.flatten(b.conv(0, 3, 1, (1, 1), "conv1")), 1024, 10, "fc1")])
    return b.finish()


def convolutional():
    b = Builder((3, 32, 32))
    x = b.node("relu", [b.batch_norm(b.conv(0, 3, 8, (3, 3), "conv1", padding=(1, 1, 1, 1)), 8, "bn1")])
    x = b.node("maxPool2d", [x], pool((2, 2), dilation=[1, 1]))
    x = b.node("relu", [b.batch_norm(b.conv(x, 8, 16, (3, 3), "conv2", padding=(1, 1, 1, 1)), 16, "bn2")])
    x = b.node("maxPool2d", [x], pool((3, 3), (2, 2), (1, 1), dilation=[1, 1]))
    b.linear(b.flatten(x), 1024, 10, "fc")
    return b.finish()


def losses(network, records, batch, dtype=torch.float32):
    state = make.tensors(make.initial_state({"network": network, "step": 0.0}), dtype)
    weights = [state[p["name"]].requires_grad_(True) for p in network["parameters"]]
    optimizer = torch.optim.SGD(weights, lr=0.001, momentum=0.9)
    result = []
    for step in range(STEPS):
        rows = records[(step * batch + np.arange(batch)) % len(records)]
        images = torch.tensor(rows[:, 1:].astype(np.float32).reshape(batch, *network["input"]) / np.float32(255), dtype=dtype)
        updates = {}
        logits = run(network, state, (images - 0.5) / 0.5, True, updates=updates)
        loss = F.cross_entropy(logits, torch.tensor(rows[:, 0].astype(np.int64)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        state.update(updates)
        result.append(float(loss.detach()))
    return result


if __name__ == "__main__":
    with tarfile.open(sys.argv[1]) as archive:
        members = sorted((m for m in archive.getmembers() if "data_batch" in m.name), key=lambda m: m.name)
        raw = b"".join(archive.extractfile(member).read() for member in members)
    pathlib.Path(sys.argv[2]).write_bytes(raw)
    records = np.frombuffer(raw, dtype=np.uint8).reshape(-1, 3073)
    print(json.dumps([{"name": name, "network": network, "batch": batch, "losses": losses(network, records, batch)}
                      for name, network in (("initial network", initial()), ("convolutional network", convolutional()))
                      for batch in (4, 128)]))
