"""Runs sources that were written from graphs in PyTorch: names and sizes of state_dict, and evaluation logits in float32
with weights made from their names, as make_layers.py makes them, buffers without their signs.

    python test/golden/network/run_sources.py SOURCES.json OUTPUT.json        (PyTorch 2.13, CPU)

SOURCES.json holds source by name; classes are called Net and take images [N, 3, 8, 8].
"""
import json
import sys
from pathlib import Path

import torch
from make_layers import BATCH, IMAGE, build, encode, fill, numbers


def result(source):
    net = build(source)
    fill(net)
    parameters = {name for name, _ in net.named_parameters()}
    for name, tensor in net.state_dict().items():
        if name not in parameters:
            tensor.abs_()  # a variance may have any name here
    images = torch.tensor(numbers([BATCH, *IMAGE], 1))
    with torch.no_grad():
        logits = net.eval()(images)
    return {"state": [[name, list(tensor.shape)] for name, tensor in net.state_dict().items()], "logits": encode(logits)}


def attempt(source):
    try:
        return result(source)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


def main():
    sources = json.loads(Path(sys.argv[1]).read_text())
    results = {name: attempt(source) for name, source in sources.items()}
    Path(sys.argv[2]).write_text(json.dumps(results))


if __name__ == "__main__":
    main()
