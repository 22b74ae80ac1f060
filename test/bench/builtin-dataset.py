"""Prints, as one JSON document, how hard the built-in dataset is: test accuracy of the paper's initial network and of a
small CNN under the demo preset's recipe for ten epochs on all training images, and of logistic regression on pixels.

Everything but the images is PyTorch's, so that the figures do not rest on our own trainer. From the repository root:
    python test/bench/builtin-dataset.py [--initial-seeds 5] [--cnn-seeds 1] [--epochs 10]
"""
import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / "node_modules" / ".bin" / "node"


def node(code, home):
    """Runs a line of TypeScript-importing JavaScript in the repository; returns what it printed."""
    command = [str(NODE), "--disable-warning=ExperimentalWarning", "--input-type=module", "-e", code]
    environment = {**os.environ, "LLMATIC_HOME": home}
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout


def dataset():
    """The two splits as float tensors, normalised by the training split's channels, and the dataset's hash."""
    with tempfile.TemporaryDirectory() as home:
        said = json.loads(node(
            "const { openDataset } = await import('./main/datasets/registry.ts');"
            "const { name, hash, shape, classes, train, test } = await openDataset('builtin');"
            "console.log(JSON.stringify({ hash, shape, classes: classes.length, train: train.count, test: test.count }))",
            home,
        ))
        (file,) = (Path(home) / "cache").glob("builtin-*.bin")
        data = np.fromfile(file, np.uint8)
    at = 0
    splits = []
    for count in (said["train"], said["test"]):
        size = count * int(np.prod(said["shape"]))
        images = torch.from_numpy(data[at:at + size].reshape(count, *said["shape"]).copy()).float() / 255
        labels = torch.from_numpy(data[at + size:at + size + count].astype(np.int64))
        at += size + count
        splits.append((images, labels))
    mean = splits[0][0].mean((0, 2, 3), keepdim=True)
    deviation = splits[0][0].std((0, 2, 3), keepdim=True)
    return [((images - mean) / deviation, labels) for images, labels in splits], said


class Initial(nn.Module):
    """The code of the paper's appendix A."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 1, 1)
        self.fc1 = nn.Linear(1024, 10)

    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = torch.flatten(x, 1)
        return F.relu(self.fc1(x))


def small_cnn():
    """Three blocks of convolution, batch norm, ReLU, pooling: 32, 64, 128 channels; about 10 million FLOPs."""
    layers = []
    channels = 3
    for width in (32, 64, 128):
        layers += [nn.Conv2d(channels, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(2)]
        channels = width
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(2048, 10))


def accuracy(net, split):
    net.eval()
    with torch.no_grad():
        logits = torch.cat([net(part) for part in split[0].split(250)])
    return float((logits.argmax(1) == split[1]).float().mean())


def augmented(images, recipe, generator):
    """Each image mirrored with probability one half and cropped at random from its reflect-padded self."""
    count, pad = len(images), recipe["crop"]
    padded = F.pad(images, (pad,) * 4, mode="reflect")
    y, x = torch.randint(0, 2 * pad + 1, (2, count), generator=generator).tolist()
    cropped = torch.stack([padded[i, :, y[i]:y[i] + 32, x[i]:x[i] + 32] for i in range(count)])
    flips = (torch.rand(count, generator=generator) < 0.5) if recipe["flip"] else torch.zeros(count, dtype=torch.bool)
    return torch.where(flips[:, None, None, None], cropped.flip(3), cropped)


def trained(make, splits, recipe, epochs, images, seed):
    """Test accuracy of a network trained from `seed`."""
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    net = make()
    batch = recipe["batch"]
    steps = epochs * (images // batch)
    optimizer = torch.optim.SGD(
        net.parameters(), recipe["learningRate"], momentum=recipe["momentum"], weight_decay=recipe["weightDecay"])
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe["learningRate"], total_steps=steps, cycle_momentum=False)
    pixels, labels = splits[0]
    for _ in range(epochs):
        order = torch.randperm(images, generator=generator)
        for start in range(0, images - batch + 1, batch):
            chosen = order[start:start + batch]
            loss = F.cross_entropy(net(augmented(pixels[chosen], recipe, generator)), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return accuracy(net, splits[1])


def logistic(splits, decay):
    """Test accuracy of multinomial logistic regression on the pixels with an L2 penalty, fitted by L-BFGS."""
    pixels, labels = splits[0][0].flatten(1), splits[0][1]
    layer = nn.Linear(pixels.shape[1], 10)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    optimizer = torch.optim.LBFGS(layer.parameters(), max_iter=60, line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(layer(pixels), labels) + 0.5 * decay * layer.weight.square().sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    return accuracy(nn.Sequential(nn.Flatten(), layer), splits[1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--initial-seeds", type=int, default=5)
    parser.add_argument("--cnn-seeds", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--short", action="store_true", help="the demo's own epochs and images instead")
    parser.add_argument("--no-linear", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    splits, said = dataset()
    recipe = json.loads(node(
        "const { presets } = await import('./core/search/presets.ts'); console.log(JSON.stringify(presets.demo.recipe))", "."))
    assert recipe["schedule"] == "one-cycle" and recipe["normalisation"] == "per-channel", recipe
    epochs = recipe["epochs"] if options.short else options.epochs
    images = recipe["trainImages"] if options.short else said["train"]
    result = {"hash": said["hash"], "recipe": {**recipe, "epochs": epochs, "trainImages": images}}
    for name, make, seeds in (("initial", Initial, options.initial_seeds), ("cnn", small_cnn, options.cnn_seeds)):
        scores = [round(trained(make, splits, recipe, epochs, images, seed), 4) for seed in range(1, seeds + 1)]
        result[name] = {"seeds": scores, "median": float(np.median(scores)) if scores else None}
    if not options.no_linear:
        scores = {str(decay): round(logistic(splits, decay), 4) for decay in (0.01, 0.03, 0.1, 0.3, 1.0)}
        result["linear"] = {"byPenalty": scores, "best": max(scores.values())}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
