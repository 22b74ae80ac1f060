# PyTorch 2.13 accepts.
import torch
import torch.nn as nn
import torch.nn.functional as F


class DeformLite(nn.Module):
    def __init__(self, cin, cout):
        super().__init__()
        self.offset = nn.Conv2d(cin, 2, 3, padding=1)
        self.conv = nn.Conv2d(cin, cout, 3, padding=1)
        nn.init.constant_(self.offset.weight, 0)

    def forward(self, x):
        n, _, h, w = x.shape
        off = torch.tanh(self.offset(x)).permute(0, 2, 3, 1) * 0.1
        ys = torch.linspace(-1, 1, h, device=x.device)
        xs = torch.linspace(-1, 1, w, device=x.device)
        gy, gx = torch.meshgrid(ys, xs, indexing="ij")
        base = torch.stack((gx, gy), -1).unsqueeze(0).repeat(n, 1, 1, 1)
        return self.conv(F.grid_sample(x, base + off, mode="bilinear", padding_mode="border", align_corners=True))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.d = DeformLite(3, 8)
        self.fc = nn.Linear(8 * 64, 10)

    def forward(self, x):
        return self.fc(F.lp_pool2d(F.relu(self.d(x)) + 1e-3, 2, 4).flatten(1))
