"""Writes the autodiff goldens from PyTorch: python test/golden/autodiff/make.py (torch 2.13, CPU).

gradients.json: loss and gradients in float64, with the error of PyTorch's own float32, and evaluation logits.
steps.json: weights, momentum and running statistics after three steps of SGD.
"""
import base64
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

from cases import BATCH, cases
from formula import numbers
from network import run

HERE = pathlib.Path(__file__).parent
torch.set_num_threads(1)


def encode(tensor):
    return base64.b64encode(tensor.detach().numpy().astype("<f4").tobytes()).decode()


def initial_state(case):
    network, step, state = case["network"], case["step"], {}
    for i, parameter in enumerate(network["parameters"]):
        shape = parameter["shape"]
        fan = max(1, int(np.prod(shape[1:])))
        scale = 1.5 / np.sqrt(fan) if len(shape) > 1 else 0.5
        state[parameter["name"]] = numbers(shape, 100 + i, scale, 0.0, step / 2)
    for i, buffer in enumerate(network["buffers"]):
        if buffer["type"] == "float32":
            state[buffer["name"]] = numbers(buffer["shape"], 500 + i, 0.25, float(buffer["value"]))
        else:
            state[buffer["name"]] = np.array(2, dtype=np.int64)
    return state


def tensors(state, dtype):
    return {name: torch.tensor(value, dtype=torch.int64 if value.dtype == np.int64 else dtype) for name, value in state.items()}


def images_of(case, step=0):
    return numbers([BATCH, *case["network"]["input"]], 1 + step, case["spread"], 0.0, case["step"])


def labels_of(network, step=0):
    classes = network["nodes"][network["output"] - 1]["shape"][-1]
    return torch.tensor([(3 * i + step) % classes for i in range(BATCH)])


def gradients(case, dtype):
    network = case["network"]
    state = tensors(initial_state(case), dtype)
    for parameter in network["parameters"]:
        state[parameter["name"]].requires_grad_(True)
    logits = run(network, state, torch.tensor(images_of(case), dtype=dtype), training=True)
    loss = F.cross_entropy(logits, labels_of(network))
    loss.backward()
    return loss, {p["name"]: state[p["name"]].grad for p in network["parameters"]}


def relative(value, exact):
    norm = float(exact.norm())
    # A gradient that is zero but for float64's rounding has no relative error.
    return float((value.double() - exact).norm()) / (norm if norm > 1e-12 else 1.0)


def gradient_golden(case):
    network = case["network"]
    loss64, exact = gradients(case, torch.float64)
    _, single = gradients(case, torch.float32)
    state = tensors(initial_state(case), torch.float64)
    logits = run(network, state, torch.tensor(images_of(case), dtype=torch.float64), training=False)
    logits32 = run(network, tensors(initial_state(case), torch.float32), torch.tensor(images_of(case)), training=False)
    return {
        "name": case["name"], "step": case["step"], "spread": case["spread"], "differentiable": case["differentiable"],
        "network": network, "loss": float(loss64.detach()),
        "logits": encode(logits), "logitsError": relative(logits32, logits),
        "gradients": {
            name: None if gradient is None else {"value": encode(gradient), "error": relative(single[name], gradient)}
            for name, gradient in exact.items()
        },
    }


def mask_of(network, index, p, shape, step):
    uniform = (numbers(shape, 900 + 10 * index + step) + 1) / 2
    return (uniform >= p) * (1 / (1 - p) if p < 1 else 0.0)


def noise_of(index, distribution, shape, step):
    drawn = numbers(shape, 900 + 10 * index + step)
    if distribution["kind"] == "normal":
        return distribution["mean"] + distribution["deviation"] * drawn
    return distribution["low"] + (distribution["high"] - distribution["low"]) * (drawn + 1) / 2


def step_golden(case, options):
    network = case["network"]
    names = [p["name"] for p in network["parameters"]]
    outcome = {}
    for dtype in (torch.float64, torch.float32):
        state = tensors(initial_state(case), dtype)
        weights = [state[name].requires_grad_(True) for name in names]
        optimizer = torch.optim.SGD(weights, lr=options["learningRate"], momentum=options["momentum"], weight_decay=options["weightDecay"])
        losses = []
        for step in range(3):
            optimizer.param_groups[0]["lr"] = options["learningRate"] / (step + 1)
            probe = run(network, tensors(initial_state(case), torch.float32), torch.tensor(images_of(case)), False, values=True)
            masks = {}
            for index, node in enumerate(network["nodes"]):
                if node["operator"] == "dropout":
                    shape = list(probe[index + 1].shape)
                    if node["attributes"]["kind"] == "channel":
                        shape[2:] = [1] * (len(shape) - 2)
                    masks[index] = torch.tensor(mask_of(network, index, node["attributes"]["p"], shape, step), dtype=dtype)
                elif node["operator"] == "noise":
                    masks[index] = torch.tensor(noise_of(index, node["attributes"]["distribution"], list(probe[index + 1].shape), step), dtype=dtype)
            updates = {}
            logits = run(network, state, torch.tensor(images_of(case, step), dtype=dtype), True, masks=masks, updates=updates)
            loss = F.cross_entropy(logits, labels_of(network, step), label_smoothing=options["labelSmoothing"])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            state.update(updates)
            losses.append(float(loss.detach()))
        outcome[dtype] = (losses, state)
    losses, state = outcome[torch.float64]
    return {
        "name": case["name"], "step": case["step"], "spread": case["spread"], "network": network, "options": options,
        "losses": losses, "lossErrors": [abs(a - b) for a, b in zip(outcome[torch.float32][0], losses)],
        "state": {name: int(value) if value.dtype == torch.int64
                  else {"value": encode(value), "error": relative(outcome[torch.float32][1][name].detach(), value.detach())}
                  for name, value in state.items()},
    }


STEP_CASES = [
    ("the paper's initial network", 0.9, 0.0, 0.0), ("a residual block", 0.9, 5e-4, 0.1), ("a batch norm used twice", 0.9, 0.0, 0.0),
    ("a dead batch norm", 0.0, 0.0, 0.0), ("batchNorm cumulative", 0.5, 0.01, 0.0), ("batchNorm 2D", 0.9, 0.0, 0.2),
    ("batchNorm without statistics", 0.9, 0.0, 0.0), ("dropout element", 0.9, 0.0, 0.0), ("dropout channel", 0.9, 0.0, 0.0),
    ("dropout of everything", 0.9, 0.01, 0.0), ("unused parameters", 0.9, 0.01, 0.0), ("a module used twice", 0.0, 0.01, 0.3),
    ("dropout alpha", 0.9, 0.0, 0.0), ("batchNorm without affine", 0.9, 0.0, 0.0), ("batchNorm 3D", 0.9, 0.0, 0.0),
    ("instanceNorm", 0.9, 0.0, 0.0), ("instanceNorm without affine", 0.9, 0.01, 0.0), ("instanceNorm 3D", 0.0, 0.0, 0.0),
]


def step_cases(everything):
    """STEP_CASES, and for every operator that none of them trains its first case without ties or jumps nearby."""
    operators = lambda name: {node["operator"] for node in everything[name]["network"]["nodes"]}
    trained = set().union(*(operators(name) for name, *_ in STEP_CASES))
    chosen = [(*case, 0.1) for case in STEP_CASES]
    for name in everything:
        if everything[name]["differentiable"] and not operators(name) <= trained:
            trained |= operators(name)
            chosen.append((name, 0.9, 0.01, 0.0, 0.02))
    return chosen


if __name__ == "__main__":
    everything = cases()
    names = [case["name"] for case in everything]
    assert len(set(names)) == len(names), "case names must differ"
    with open(HERE / "gradients.json", "w") as file:
        json.dump([gradient_golden(case) for case in everything], file, separators=(",", ":"))
    by_name = {case["name"]: case for case in everything}
    steps = [step_golden(by_name[name], {"momentum": m, "weightDecay": w, "labelSmoothing": s, "learningRate": r}) for name, m, w, s, r in step_cases(by_name)]
    with open(HERE / "steps.json", "w") as file:
        json.dump(steps, file, separators=(",", ":"))
    print(len(everything), "gradient cases,", len(steps), "step cases")
