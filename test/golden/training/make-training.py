"""Makes schedule.json, pixels.json and crops.json of this folder with PyTorch (2.13).

Run: python test/golden/training/make-training.py
"""
import json
import pathlib

import torch
import torch.nn.functional as F

here = pathlib.Path(__file__).parent


def save(name, value):
    (here / name).write_text(json.dumps(value) + "\n")


def one_cycle(peak, steps):
    parameter = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.SGD([parameter], lr=peak, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, peak, total_steps=steps, cycle_momentum=False)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step() if len(rates) < steps else None
    return {"peak": peak, "steps": steps, "rates": rates}


save("schedule.json", [one_cycle(0.1, 1), one_cycle(0.1, 2), one_cycle(0.5, 7), one_cycle(0.05, 40), one_cycle(0.02, 390)])

# torchvision.transforms.ToTensor (byte to float32, divided by 255) and Normalize (subtract mean, divide by deviation).
pixels = torch.arange(256, dtype=torch.uint8).to(torch.float32).div(255)
mean, deviation = [0.5, 0.4914, 0.4465], [0.5, 0.247, 0.2616]
save("pixels.json", {
    "mean": mean, "deviation": deviation,
    "values": [pixels.sub(torch.tensor(m)).div(torch.tensor(d)).tolist() for m, d in zip(mean, deviation)],
})

# Pad by reflection, crop at (crop + top, crop + left), then mirror.
image = torch.arange(2 * 5 * 6).reshape(2, 5, 6)
cases = []
for crop, top, left, mirrored in [(0, 0, 0, True), (2, -2, 1, False), (2, 2, -2, True), (4, -4, 4, True), (1, 0, -1, False)]:
    padded = F.pad(image.float()[None], [crop] * 4, mode="reflect")[0] if crop else image.float()
    cut = padded[:, crop + top:crop + top + 5, crop + left:crop + left + 6]
    cases.append({"top": top, "left": left, "mirrored": mirrored,
                  "pixels": (cut.flip(-1) if mirrored else cut).int().flatten().tolist()})
save("crops.json", {"shape": [2, 5, 6], "image": image.flatten().tolist(), "cases": cases})
