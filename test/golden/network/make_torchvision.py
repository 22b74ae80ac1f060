"""Runs torchvision's classification models in PyTorch and writes torchvision.json: what state_dict holds, parameters,
and evaluation logits in float64 with float32's own error. Weights are made from their names by value_of.

    pip install pillow && pip install --no-deps torchvision==0.29.1
    python test/golden/network/make_torchvision.py [NAME ...]        (PyTorch 2.13, CPU; 6 GB of memory)

Named models replace theirs in the file; without names it is written anew.
"""
import base64
import hashlib
import json
import sys
from pathlib import Path

import torch

# torchvision 0.29 wants PyTorch 2.14: its compiled operators do not load beside 2.13, and its import fails for two that
# its Python describes. No classification model uses any; declared, they let the models be imported as they are.
operators = torch.library.Library("torchvision", "DEF")
for name in ("nms", "qnms"):
    operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

import torchvision  # noqa: E402

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "autodiff"))
from formula import numbers, seed_of  # noqa: E402

OUTPUT = HERE / "torchvision.json"
LOGITS = range(0, 1000, 63)


def size_of(model):
    """Vision transformers take one size only, Swin's windows divide it, Inception's auxiliary classifier needs 299 in
    training; other convolutions take any size, and a smaller one is quicker."""
    if model.startswith(("vit_", "maxvit_", "swin_")):
        return 224
    return 299 if model == "inception_v3" else 128


def gain_of(model):
    """Variance of a weighted sum of ones. Where it lets EfficientNet V2's activations grow, its gates saturate and float32
    says nothing any more: PyTorch's own was off by 77 % with 1.5."""
    return 0.5 if model.startswith("efficientnet_v2") else 1.5


def value_of(name, shape, gain):
    """Scaled by what is summed up, so that activations keep their size through a hundred layers."""
    if len(shape) > 1:
        fan = 1
        for size in shape[1:]:
            fan *= size
        return numbers(shape, seed_of(name), (3 * gain / fan) ** 0.5)
    if name.endswith("running_var") or name.endswith("weight"):
        return numbers(shape, seed_of(name), 0.5, 1.0)
    return numbers(shape, seed_of(name), 0.2)


def fill(model, gain):
    """Parameters and running statistics by the formula; other buffers stay as the source computes them."""
    parameters = {name for name, _ in model.named_parameters()}
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if name in parameters or name.endswith(("running_mean", "running_var")):
                tensor.copy_(torch.from_numpy(value_of(name, tuple(tensor.shape), gain)))


def outline(model):
    """Digest of names, sizes and types in state_dict's order: parameters, then buffers."""
    state = model.state_dict()
    parameters = {name for name, _ in model.named_parameters()}
    ordered = [name for name in state if name in parameters] + [name for name in state if name not in parameters]
    lines = [f"{name} {list(state[name].shape)} {str(state[name].dtype).removeprefix('torch.')}\n" for name in ordered]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def golden(name):
    model = torchvision.models.get_model(name, weights=None).eval()
    fill(model, gain_of(name))
    size = size_of(name)
    images = torch.from_numpy(numbers((1, 3, size, size), seed_of("images")))
    builder = torchvision.models.get_model_builder(name)
    result = {
        "file": builder.__module__.rpartition(".")[2] + ".py",
        "gain": gain_of(name),
        "input": [3, size, size],
        "entries": len(model.state_dict()),
        "outline": outline(model),
        "parameters": sum(p.numel() for p in model.parameters()),
    }
    with torch.no_grad():
        single = model(images)[0].double()
        logits = model.double()(images.double())[0]
    largest = float(logits.abs().max())
    result |= {
        "logits": base64.b64encode(logits[list(LOGITS)].float().numpy().astype("<f4").tobytes()).decode(),
        "largest": largest,
        "mean": float(logits.mean()),
        "logitsError": float((single - logits).abs().max()) / largest,
    }
    print(name, result, flush=True)
    return result


def main():
    wanted = sys.argv[1:]
    found = json.loads(OUTPUT.read_text()) if wanted and OUTPUT.exists() else {}
    for name in wanted or torchvision.models.list_models(module=torchvision.models):
        found[name] = golden(name)
    lines = [f"{json.dumps(name)}:{json.dumps(found[name], separators=(',', ':'))}" for name in sorted(found)]
    OUTPUT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
