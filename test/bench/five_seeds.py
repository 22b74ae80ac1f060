"""The PyTorch side of five-seeds.ts: python five_seeds.py NET.py ARCHIVE.tar.gz RECIPE.json SEED ..., prints accuracies as JSON.

Everything is PyTorch's own: initial weights, order of images, training. Test accuracy after the last epoch.
"""
import importlib.util
import json
import sys
import tarfile

import numpy
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.set_num_threads(1)


def split(archive, name):
    """Images of one file of the official binary layout, normalised by (x - 0.5) / 0.5, and their labels."""
    raw = archive.extractfile(f"cifar-10-batches-bin/{name}").read()
    records = numpy.frombuffer(raw, dtype=numpy.uint8).reshape(-1, 3073)
    images = torch.tensor(records[:, 1:].reshape(-1, 3, 32, 32)).float() / 255
    return TensorDataset((images - 0.5) / 0.5, torch.tensor(records[:, 0]).long())


def accuracy_of(module, train, test, recipe, seed):
    torch.manual_seed(seed)
    network = module.Net()
    optimizer = torch.optim.SGD(network.parameters(), lr=recipe["lr"], momentum=recipe["momentum"])
    for _ in range(recipe["epochs"]):
        for images, labels in DataLoader(train, recipe["batch"], shuffle=True, drop_last=True):
            optimizer.zero_grad()
            F.cross_entropy(network(images), labels).backward()
            optimizer.step()
    network.eval()
    with torch.no_grad():
        right = sum((network(images).argmax(1) == labels).sum().item() for images, labels in DataLoader(test, 250))
    return right / len(test)


if __name__ == "__main__":
    file, data, recipe, *seeds = sys.argv[1:]
    spec = importlib.util.spec_from_file_location("network", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with tarfile.open(data) as archive:
        train, test = split(archive, "data_batch_1.bin"), split(archive, "test_batch.bin")
    print(json.dumps([accuracy_of(module, train, test, json.loads(recipe), int(seed)) for seed in seeds]))
