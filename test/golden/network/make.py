"""Runs every program of programs.txt under real PyTorch and writes verdicts.json: whether one training step works,
parameters, multiply-accumulates, output shape, state_dict names and shapes, and how large initial weights are.

    python test/golden/network/make.py [OUTPUT.json]        (PyTorch 2.13, CPU)
"""
import json
import math
import re
import sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

HERE = Path(__file__).parent
HEADER = "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n"
BATCH = 4


def programs():
    text = (HERE / "programs.txt").read_text()
    parts = re.split(r"^# --- (.+)\n", text, flags=re.M)
    return list(zip(parts[1::2], parts[2::2]))


def build(source):
    names = {"__name__": "network"}
    exec(compile(HEADER + source, "network.py", "exec"), names)
    classes = [v for v in names.values() if isinstance(v, type) and issubclass(v, nn.Module) and v.__module__ == "network"]
    return names["Net"]() if "Net" in names else classes[-1]()


def largest(source, name):
    """Largest magnitude and standard deviation of a parameter over eight fresh networks."""
    tensors = [dict(build(source).named_parameters())[name].detach() for _ in range(8)]
    flat = torch.cat([t.flatten() for t in tensors])
    return [flat.abs().max().item(), flat.std().item() if flat.numel() > 1 else 0.0]


def verdict(source):
    torch.manual_seed(0)
    try:
        net = build(source)
        x = torch.randn(BATCH, 3, 32, 32)
        with FlopCounterMode(display=False) as counter:
            out = net(x)
        flops = counter.get_total_flops()
        loss = F.cross_entropy(out, torch.arange(BATCH) % 10)
        torch.optim.SGD(net.parameters(), lr=0.01).zero_grad()
        loss.backward()
        if not math.isfinite(loss.item()):
            raise RuntimeError("loss is not finite")
        if tuple(out.shape) != (BATCH, 10):
            raise RuntimeError(f"output is {tuple(out.shape)}")
    except Exception as error:
        return {"trainable": False, "error": type(error).__name__, "message": str(error).splitlines()[0][:200]}
    parameters = [[name, list(p.shape), *largest(source, name)] for name, p in net.named_parameters()]
    parameter_names = {name for name, *_ in parameters}
    buffers = [[name, list(b.shape)] for name, b in net.named_buffers()]
    return {
        "trainable": True,
        "params": sum(p.numel() for p in net.parameters()),
        "flops": flops // (2 * BATCH),
        "parameters": parameters,
        "buffers": buffers,
        "stateDict": [name for name in net.state_dict()],
        "withoutGradient": [n for n, p in net.named_parameters() if p.grad is None and n in parameter_names],
    }


def main():
    torch.set_num_threads(1)
    result = {name: verdict(source) for name, source in programs()}
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "verdicts.json"
    output.write_text(json.dumps({"torch": torch.__version__, "programs": result}, indent=1) + "\n")
    good = sum(v["trainable"] for v in result.values())
    print(f"{len(result)} programs, {good} trainable")
    for name, v in result.items():
        if v["trainable"] == name.startswith("wrong-"):
            print("unexpected:", name, v.get("message"))


if __name__ == "__main__":
    main()
