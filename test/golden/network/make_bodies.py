"""Judges every body of bodies.txt as the forward of one network and writes bodies.json: null where a training step works, else
what PyTorch says.

    python test/golden/network/make_bodies.py [OUTPUT.json]        (PyTorch 2.13, CPU)
"""
import json
import re
import sys
import textwrap
from pathlib import Path

import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
NETWORK = """import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c = nn.Conv2d(3, 8, 1)
        self.d = nn.Linear(3072, 10)
        self.f = nn.Linear(4096, 10)
        self.g = nn.Linear(8192, 10)

    def forward(self, x):
"""


def programs():
    parts = re.split(r"^# --- (.+)\n", (HERE / "bodies.txt").read_text(), flags=re.M)
    for name, body in zip(parts[1::2], parts[2::2]):
        yield name, NETWORK + textwrap.indent(body, " " * 8)


def verdict(text):
    try:
        names = {}
        exec(compile(text, "network.py", "exec"), names)
        net = names["Net"]()
        out = net(torch.randn(4, 3, 32, 32))
        if tuple(out.shape) != (4, 10):
            raise RuntimeError(f"output is {tuple(out.shape)}")
        F.cross_entropy(out, torch.arange(4)).backward()
    except Exception as error:
        return f"{type(error).__name__}: {str(error).splitlines()[0][:120]}"
    return None


def main():
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "bodies.json"
    judged = {name: verdict(text) for name, text in programs()}
    output.write_text(json.dumps({"torch": torch.__version__, "network": NETWORK, "bodies": judged}, indent=1) + "\n")
    print(f"{len(judged)} bodies, {sum(each is None for each in judged.values())} trainable")


if __name__ == "__main__":
    main()
