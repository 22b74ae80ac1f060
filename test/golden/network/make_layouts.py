"""How PyTorch lays out what each operator gives, for inputs laid out in many ways: writes layouts.json with the strides of every
case of layout_cases.txt and whether `.view(size(0), -1)` works on it. Sizes and N are prime to each other, so that a stride
that counts the batch shows: "4 N" is 4 times N.

    python test/golden/network/make_layouts.py [OUTPUT.json]        (PyTorch 2.13, CPU)
"""
import json
import sys
import warnings
from pathlib import Path

import torch
import torch.nn.functional as F

HERE = Path(__file__).parent
BATCH = 13
NETWORK = """import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 6, 3, padding=1)
        self.pointwise = nn.Conv2d(4, 6, 1)
        self.norm_conv = nn.Sequential(nn.Conv2d(4, 6, 3), nn.BatchNorm2d(6))
        self.depthwise = nn.Conv2d(4, 4, 3, padding=1, groups=4)
        self.strided = nn.Conv2d(4, 6, 2, stride=2)
        self.conv1d = nn.Conv1d(6, 5, 3)
        self.up = nn.ConvTranspose2d(4, 3, 2, stride=2)
        self.linear = nn.Linear(10, 5)
        self.batch_norm = nn.BatchNorm2d(4)
        self.batch_norm1d = nn.BatchNorm1d(6)
        self.layer_norm = nn.LayerNorm(10)
        self.rms_norm = nn.RMSNorm(10)
        self.group_norm = nn.GroupNorm(2, 4)
        self.plain_instance_norm = nn.InstanceNorm2d(4)
        self.instance_norm = nn.InstanceNorm2d(4, track_running_stats=True)
        self.dropout2d = nn.Dropout2d()
        self.alpha_dropout = nn.AlphaDropout()
        self.prelu = nn.PReLU()
        self.prelu_channels = nn.PReLU(4)
        self.lstm = nn.LSTM(10, 5, batch_first=True)
        self.gru = nn.GRU(10, 5)
        self.attention = nn.MultiheadAttention(10, 2, batch_first=True)
        self.encoder = nn.TransformerEncoderLayer(10, 2, 12, batch_first=True)
        self.scale = nn.Parameter(torch.ones(4, 1, 1))
        self.matrix = nn.Parameter(torch.ones(10, 5))
        self.mixer = nn.Parameter(torch.ones(4, 3))
        self.cube = nn.Parameter(torch.ones(2, 10, 10))
        self.register_buffer('table', torch.ones(3, 5))
        self.head = nn.Linear(3072, 10)

    def laid(self, x):
        z = self.head(x.flatten(1)).sum() * 0
        a = x.flatten(1)[:, :240].contiguous() * 1
        b = x.flatten(1)[:, :480].contiguous() * 1
        return [
            a.view(-1, 4, 6, 10),
            a.view(-1, 10, 4, 6).permute(0, 2, 3, 1),
            a.view(-1, 4, 10, 6).transpose(2, 3),
            a.view(-1, 6, 10, 4).permute(0, 3, 1, 2),
            a.view(-1, 4, 6, 10).transpose(0, 1).contiguous().transpose(0, 1),
            a.view(-1, 6, 4, 10).transpose(1, 2),
            b.view(-1, 8, 6, 10)[:, 2:6],
            b.view(-1, 4, 6, 20)[..., ::2],
            b.view(-1, 6, 10, 8).permute(0, 3, 1, 2)[:, :4],
            a.view(-1, 4, 6, 10)[:, :1].expand(-1, 4, -1, -1),
            a.view(-1, 4, 6, 10)[..., :1].expand(-1, -1, -1, 10),
        ]
"""
LAYOUTS = ["rows", "rotated", "transposed", "channels last", "batch inside", "heads", "sliced", "every second", "slice of channels last", "expanded channels", "expanded places"]


def cases():
    for line in (HERE / "layout_cases.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            yield line


def shown(stride):
    return ("N" if stride == BATCH else f"{stride // BATCH} N") if stride % BATCH == 0 and stride > 0 else str(stride)


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.manual_seed(0)
    names = {}
    exec(NETWORK, names)
    net = names["Net"]()
    images = (torch.rand(BATCH, 3, 32, 32) + 0.1).requires_grad_()
    found = {}
    for case in cases():
        _, expression = case.split(": ", 1)
        found[case] = []
        for layout in range(len(LAYOUTS)):
            x, y = net.laid(images)[layout], net.laid(images)[0]
            try:
                with torch.enable_grad():
                    result = eval(expression, {"torch": torch, "F": F, "self": net, "x": x, "y": y, "t": x[:, 1]})
            except RuntimeError:
                found[case].append(None)
                continue
            try:
                result.view(result.size(0), -1)
                views = ""
            except RuntimeError:
                views = " no view"
            # Strides of axes of one place mean nothing.
            strides = [shown(s) if n != 1 else "-" for s, n in zip(result.stride(), result.shape)]
            found[case].append(" ".join(strides) + views)
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "layouts.json"
    rows = ",\n".join(f"  {json.dumps(case)}: {json.dumps(each)}" for case, each in found.items())
    head = json.dumps({"torch": torch.__version__, "network": NETWORK, "layouts": LAYOUTS})[:-1]
    output.write_text(f'{head}, "cases": {{\n{rows}\n}}}}\n')
    print(f"{len(found)} cases in {len(LAYOUTS)} layouts")


if __name__ == "__main__":
    main()
