"""Trainings by torch.optim, torch.optim.lr_scheduler and torch.optim.swa_utils (PyTorch 2.13), in float64 and float32.

    python test/golden/training/optimizers.py                         makes optimizers.json from optimizer-cases.json
    python test/golden/training/optimizers.py CASES.json OUT.json     the same for other cases

A case is {"name", "steps", "recipe"}: the recipe's fields (core/training/recipe.ts) that differ from its defaults.
Muon takes filters as matrices [O, I h w] and iterates in the precision of the training; with "bfloat16": true as
torch.optim.Muon does by itself.
"""
import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import _muon, lr_scheduler, swa_utils

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "autodiff"))
import make  # noqa: E402
from formula import numbers  # noqa: E402
from network import Builder, run  # noqa: E402

BATCH = 6
torch.set_num_threads(1)

DEFAULTS = {
    "epochs": 8, "optimizer": "sgd", "learningRate": 0.001, "momentum": 0.9, "dampening": 0.0, "nesterov": False, "beta1": 0.9,
    "beta2": 0.999, "epsilon": 1e-8, "weightDecay": 0.0, "decayed": "all", "muonTakes": "matrices", "muonSteps": 5,
    "muonScale": "original", "muonNormalise": False, "muonOthers": "adamw", "othersRate": 1.0, "clipNorm": 0.0, "clipValue": 0.0,
    "averaging": 0.0, "schedule": "constant", "warmup": 0.0, "warmupStart": 0.01, "decayEvery": 30, "decayFactor": 0.1,
    "cosineEnd": 0.0, "oneCycleRise": 0.3, "oneCycleStart": 25.0, "oneCycleEnd": 1e4, "oneCycleAnneal": "cosine",
    "oneCycleThreePhase": False, "labelSmoothing": 0.0,
}


def small():
    """Convolution, batch norm, tanh, linear: a filter, norms, a matrix and a bias, and no kink at which rounding decides."""
    b = Builder((2, 8, 8))
    convolved = b.conv(0, 2, 6, (3, 3), "conv", stride=(2, 2), padding=(1, 1, 1, 1), bias=False)
    x = b.node("tanh", [b.batch_norm(convolved, 6, "norm")])
    b.linear(b.flatten(x), 96, 5, "fc")
    return b.finish()


def newton_schulz(grad, coefficients, steps, eps):
    """torch.optim._muon's iteration, without its rounding to bfloat16."""
    a, b, c = coefficients
    x = grad.T if grad.size(0) > grad.size(1) else grad
    x = x / x.norm().clamp(min=eps)
    for _ in range(steps):
        gram = x @ x.T
        x = torch.addmm(x, torch.addmm(gram, gram, gram, beta=b, alpha=c), x, beta=a)
    return x.T if grad.size(0) > grad.size(1) else x


class FilterMuon:
    """torch.optim.Muon for parameters of any number of axes, through matrices that share their storage."""

    def __init__(self, parameters, recipe, groups):
        self.recipe = recipe
        self.parameters = parameters
        self.matrices = [nn.Parameter(p.detach().view(len(p), -1)) for p in parameters]
        scale = None if recipe["muonScale"] == "none" else recipe["muonScale"].replace("-", "_")
        of = {id(p): m for p, m in zip(parameters, self.matrices)}
        self.optimizer = torch.optim.Muon(
            [{"params": [of[id(p)] for p in group], "weight_decay": decay} for group, decay in groups],
            lr=recipe["learningRate"], momentum=recipe["momentum"], nesterov=True, ns_steps=recipe["muonSteps"], adjust_lr_fn=scale)
        if scale is None:
            for group in self.optimizer.param_groups:
                group["adjust_lr_fn"] = "none"

    @torch.no_grad()
    def step(self):
        for parameter, matrix in zip(self.parameters, self.matrices):
            matrix.grad = parameter.grad.view(len(parameter), -1)
            if self.recipe["muonNormalise"]:
                matrix.mul_(len(matrix) ** 0.5 / matrix.norm())
        self.optimizer.step()


def split_by_decay(parameters, recipe):
    """Parameter groups with their weight decay."""
    decays = [p for p in parameters if recipe["decayed"] == "all" or p.ndim > 1]
    rest = [p for p in parameters if not any(p is q for q in decays)]
    return [(group, decay) for group, decay in ((decays, recipe["weightDecay"]), (rest, 0.0)) if group]


def plain_optimizer(kind, parameters, recipe, rate, nesterov):
    groups = [{"params": group, "weight_decay": decay} for group, decay in split_by_decay(parameters, recipe)]
    if kind == "sgd":
        return torch.optim.SGD(groups, lr=rate, momentum=recipe["momentum"], dampening=recipe["dampening"], nesterov=nesterov)
    make_one = torch.optim.Adam if kind == "adam" else torch.optim.AdamW
    return make_one(groups, lr=rate, betas=(recipe["beta1"], recipe["beta2"]), eps=recipe["epsilon"])


def optimizers_of(weights, recipe):
    """What is stepped, and the torch optimizers whose rates the schedule sets."""
    rate = recipe["learningRate"]
    if recipe["optimizer"] != "muon":
        one = plain_optimizer(recipe["optimizer"], weights, recipe, rate, recipe["nesterov"])
        return [one], [one]
    axes = 3 if recipe["muonTakes"] == "filters" else 2
    taken = [p for p in weights if p.ndim >= axes]
    muon = FilterMuon(taken, recipe, split_by_decay(taken, recipe))
    left = [p for p in weights if p.ndim < axes]
    others = plain_optimizer(recipe["muonOthers"], left, recipe, rate * recipe["othersRate"], recipe["momentum"] > 0)
    return [muon, others], [muon.optimizer, others]


def scheduler_of(optimizer, recipe, steps):
    per_epoch = steps // recipe["epochs"]
    warmup = round(recipe["warmup"] * steps)
    left = steps - warmup
    if recipe["schedule"] == "one-cycle":
        return lr_scheduler.OneCycleLR(
            optimizer, [group["lr"] for group in optimizer.param_groups], total_steps=steps, pct_start=recipe["oneCycleRise"],
            anneal_strategy="cos" if recipe["oneCycleAnneal"] == "cosine" else "linear", cycle_momentum=False,
            div_factor=recipe["oneCycleStart"], final_div_factor=recipe["oneCycleEnd"], three_phase=recipe["oneCycleThreePhase"])
    if recipe["schedule"] == "step":
        after = lr_scheduler.StepLR(optimizer, recipe["decayEvery"] * per_epoch, recipe["decayFactor"])
    elif recipe["schedule"] == "cosine":
        after = lr_scheduler.CosineAnnealingLR(optimizer, left, optimizer.param_groups[0]["lr"] * recipe["cosineEnd"])
    else:
        after = lr_scheduler.ConstantLR(optimizer, 1.0, 1)
    if warmup == 0:
        return after
    before = lr_scheduler.LinearLR(optimizer, recipe["warmupStart"], 1.0, warmup)
    return lr_scheduler.SequentialLR(optimizer, [before, after], [warmup])


class Holder(nn.Module):
    """Parameters and running statistics as a module, for AveragedModel."""

    def __init__(self, parameters, buffers):
        super().__init__()
        self.parameters_held = nn.ParameterList(parameters)
        for index, value in enumerate(buffers):
            self.register_buffer(f"buffer{index}", value.clone())


def train(network, recipe, steps, dtype):
    """Losses, learning rates, and the state at the end."""
    state = make.tensors(make.initial_state({"network": network, "step": 0.0}), dtype)
    names = [p["name"] for p in network["parameters"]]
    for name in names:
        state[name] = nn.Parameter(state[name])
    weights = [state[name] for name in names]
    statistics = [b["name"] for b in network["buffers"] if b["type"] == "float32"]
    stepped, scheduled = optimizers_of(weights, recipe)
    schedulers = [scheduler_of(optimizer, recipe, steps) for optimizer in scheduled]
    holder = Holder(weights, [state[name] for name in statistics])
    average = None
    if recipe["averaging"] > 0:
        average = swa_utils.AveragedModel(holder, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(recipe["averaging"]), use_buffers=True)
    losses, rates = [], []
    for step in range(steps):
        images = torch.tensor(numbers([BATCH, *network["input"]], 1 + step % 8), dtype=dtype)
        labels = torch.tensor([(3 * i + step % 8) % 5 for i in range(BATCH)])
        updates = {}
        loss = F.cross_entropy(run(network, state, images, True, updates=updates), labels, label_smoothing=recipe["labelSmoothing"])
        for weight in weights:
            weight.grad = None
        loss.backward()
        if recipe["clipNorm"] > 0:
            nn.utils.clip_grad_norm_(weights, recipe["clipNorm"])
        if recipe["clipValue"] > 0:
            nn.utils.clip_grad_value_(weights, recipe["clipValue"])
        rates.append(scheduled[0].param_groups[0]["lr"])
        for optimizer in stepped:
            optimizer.step()
        if step < steps - 1:
            for scheduler in schedulers:
                scheduler.step()
        state.update(updates)
        for index, name in enumerate(statistics):
            getattr(holder, f"buffer{index}").copy_(state[name])
        if average is not None:
            average.update_parameters(holder)
        losses.append(float(loss.detach()))
    final = {name: state[name].detach() for name in names + statistics}
    if average is not None:
        kept = list(average.module.parameters_held) + [getattr(average.module, f"buffer{i}") for i in range(len(statistics))]
        final |= {f"average:{name}": value.detach() for name, value in zip(names + statistics, kept)}
    return losses, rates, final


PUBLISHED = _muon._zeropower_via_newtonschulz


def outcome(case):
    _muon._zeropower_via_newtonschulz = PUBLISHED if case.get("bfloat16") else newton_schulz
    recipe = {**DEFAULTS, **case["recipe"]}
    network = small()
    exact = train(network, recipe, case["steps"], torch.float64)
    single = train(network, recipe, case["steps"], torch.float32)
    return {
        **case, "losses": exact[0], "rates": exact[1],
        "lossError": max(abs(a - b) for a, b in zip(exact[0], single[0])),
        "state": {name: {"value": make.encode(value), "error": make.relative(single[2][name], value)} for name, value in exact[2].items()},
    }


if __name__ == "__main__":
    source, target = sys.argv[1:] if len(sys.argv) == 3 else (HERE / "optimizer-cases.json", HERE / "optimizers.json")
    cases = json.loads(pathlib.Path(source).read_text())
    result = {"network": small(), "batch": BATCH, "cases": [outcome(case) for case in cases]}
    pathlib.Path(target).write_text(json.dumps(result, separators=(",", ":")) + "\n")
    print(len(cases), "cases")
