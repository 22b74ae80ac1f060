"""Makes schedules.json: learning rates of torch.optim.lr_scheduler (PyTorch 2.13) for recipes of every schedule.

Run: python test/golden/training/schedules.py
"""
import json

import torch

from optimizers import DEFAULTS, HERE, scheduler_of

CASES = [
    (40, {"epochs": 8, "warmup": 0.2, "warmupStart": 0.25}),
    (60, {"epochs": 12, "schedule": "step", "decayEvery": 5, "decayFactor": 0.2}),
    (60, {"epochs": 12, "schedule": "step", "decayEvery": 4, "decayFactor": 0.5, "warmup": 0.1}),
    (50, {"epochs": 5, "schedule": "cosine"}),
    (50, {"epochs": 5, "schedule": "cosine", "cosineEnd": 0.2, "warmup": 0.3, "warmupStart": 0.001}),
    (3, {"epochs": 3, "schedule": "cosine"}),
    (40, {"epochs": 4, "schedule": "one-cycle", "oneCycleAnneal": "linear"}),
    (41, {"epochs": 1, "schedule": "one-cycle", "oneCycleRise": 0.15, "oneCycleStart": 5.0, "oneCycleEnd": 20.0}),
    (60, {"epochs": 6, "schedule": "one-cycle", "oneCycleThreePhase": True}),
    (47, {"epochs": 1, "schedule": "one-cycle", "oneCycleThreePhase": True, "oneCycleRise": 0.45, "oneCycleAnneal": "linear"}),
]


def rates(recipe, steps):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=recipe["learningRate"])
    scheduler = scheduler_of(optimizer, recipe, steps)
    found = []
    for step in range(steps):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step < steps - 1:
            scheduler.step()
    return found


if __name__ == "__main__":
    cases = []
    for steps, changes in CASES:
        recipe = {"learningRate": 0.3, **changes}
        cases.append({"recipe": recipe, "steps": steps, "rates": rates({**DEFAULTS, **recipe}, steps)})
    (HERE / "schedules.json").write_text(json.dumps(cases, separators=(",", ":")) + "\n")
