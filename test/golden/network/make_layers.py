"""Runs every program of layers.txt in PyTorch and writes layers.json: names and sizes of state_dict, parameters,
multiply-accumulates, how large initial weights are, evaluation logits and gradients in float64 with float32's own error.
Weights are made from their names by the formula of test/golden/autodiff/formula.py.

    python test/golden/network/make_layers.py [OUTPUT.json] [NAME ...]        (PyTorch 2.13, CPU)
"""
import base64
import json
import re
import sys
from pathlib import Path

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "autodiff"))
from formula import numbers, seed_of  # noqa: E402

BATCH, CLASSES, IMAGE = 3, 4, (3, 8, 8)
torch.set_num_threads(1)


def programs():
    parts = re.split(r"^# --- (.+)\n", (HERE / "layers.txt").read_text(), flags=re.M)
    return [(name, source_of(body)) for name, body in zip(parts[1::2], parts[2::2])]


def source_of(body):
    """The network around the lines of a program: a 1x1 convolution before, one linear layer after."""
    init, forward = re.split(r"^---\n", body, flags=re.M)
    indent = lambda text: "".join(f"        {line}\n" if line else "\n" for line in text.splitlines())
    return (
        "import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n\nclass Net(nn.Module):\n"
        "    def __init__(self):\n        super().__init__()\n        self.stem = nn.Conv2d(3, 4, 1)\n" + indent(init)
        + f"        self.head = nn.LazyLinear({CLASSES})\n\n    def forward(self, x):\n        x = self.stem(x)\n" + indent(forward)
        + "        return self.head(torch.flatten(x, 1))\n"
    )


def build(source):
    names = {"__name__": "network"}
    exec(compile(source, "network.py", "exec"), names)
    net = names["Net"]()
    with torch.no_grad():
        net.eval()(torch.zeros(2, *IMAGE))
    return net.train()


def value_of(name, tensor):
    shape = list(tensor.shape)
    fan = 1
    for size in shape[1:]:
        fan *= size
    scale = 1.5 / fan ** 0.5 if len(shape) > 1 else 0.5
    return torch.tensor(numbers(shape, seed_of(name), scale, 1.0 if name.endswith("running_var") else 0.0))


def fill(net):
    """All floats of state_dict by the formula."""
    state = net.state_dict()
    with torch.no_grad():
        for name, tensor in state.items():
            if tensor.is_floating_point():
                tensor.copy_(value_of(name, tensor))


def encode(tensor):
    return base64.b64encode(tensor.detach().contiguous().numpy().astype("<f4").tobytes()).decode()


def relative(value, exact):
    norm = float(exact.norm())
    return float((value.double() - exact).norm()) / (norm if norm > 1e-12 else 1.0)


def without_dropout(net):
    for module in net.modules():
        if isinstance(module, nn.modules.dropout._DropoutNd):
            module.eval()
        if isinstance(module, (nn.RNNBase, nn.MultiheadAttention)):
            module.dropout = 0.0
    return net


def run(source, dtype):
    torch.manual_seed(0)
    net = build(source)
    fill(net)
    net = net.to(dtype)
    torch.set_default_dtype(dtype)
    images = torch.tensor(numbers([BATCH, *IMAGE], 1)).to(dtype)
    # Gradients in training mode, as the network is trained; running statistics must stay what they were.
    state = {name: tensor.clone() for name, tensor in net.state_dict().items()}
    without_dropout(net)
    if "self.p" in source:
        net.eval()  # random numbers of its own: its gradient is that of evaluation mode
    logits = net(images)
    loss = F.cross_entropy(logits, torch.arange(BATCH) % CLASSES)
    loss.backward()
    gradients = {name: p.grad for name, p in net.named_parameters()}
    net.load_state_dict(state)
    with torch.no_grad():
        evaluated = net.eval()(images)
    torch.set_default_dtype(torch.float32)
    return net, evaluated, loss, gradients


def golden(source):
    net, logits, loss, gradients = run(source, torch.float64)
    _, logits32, _, single = run(source, torch.float32)
    fresh = build(source)
    # In training mode and without fused attention, which the counter does not know.
    with FlopCounterMode(display=False) as counter, sdpa_kernel(SDPBackend.MATH):
        fresh.train()(torch.zeros(2, *IMAGE))
    draws = [dict(build(source).named_parameters()) for _ in range(8)]
    sizes = {}
    for name, _ in fresh.named_parameters():
        flat = torch.cat([draw[name].detach().flatten() for draw in draws])
        sizes[name] = [flat.min().item(), flat.max().item(), flat.mean().item(), flat.std().item()]
    return {
        "parameters": [[name, list(p.shape), p.requires_grad] for name, p in fresh.named_parameters()],
        "buffers": [[name, list(b.shape)] for name, b in fresh.named_buffers() if name in fresh.state_dict()],
        "stateDict": list(fresh.state_dict()),
        "flops": counter.get_total_flops() // 4,
        "draws": sizes,
        "logits": encode(logits),
        "logitsError": relative(logits32, logits),
        "loss": float(loss.detach()),
        "gradients": {
            name: None if exact is None else {"value": encode(exact), "error": relative(single[name], exact)}
            for name, exact in gradients.items()
            if name != "head.weight"  # large, and what every program has
        },
    }


def main():
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "layers.json"
    wanted = set(sys.argv[2:])
    result = {}
    for name, source in programs():
        if wanted and name not in wanted:
            continue
        try:
            result[name] = golden(source)
        except Exception as error:
            print("FAILED", name, type(error).__name__, str(error).splitlines()[0])
    lines = ",\n".join(f"{json.dumps(name)}:{json.dumps(each, separators=(',', ':'))}" for name, each in result.items())
    output.write_text("{\n" + lines + "\n}\n")
    print(len(result), "programs")


if __name__ == "__main__":
    main()
