# PyTorch 2.13 accepts.
import torch
import torch.nn as nn
import torch.nn.functional as F


def squash(s, dim=-1):
    squared_norm = torch.sum(s ** 2, dim=dim, keepdim=True)
    return squared_norm / (1 + squared_norm) * s / (torch.sqrt(squared_norm) + 1e-8)


class PrimaryCaps(nn.Module):
    def __init__(self, in_channels, out_channels, dim_caps, kernel_size=5, stride=2):
        super().__init__()
        self.dim_caps = dim_caps
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, stride)

    def forward(self, x):
        out = self.conv(x)
        out = out.view(out.size(0), -1, self.dim_caps)
        return squash(out)


class RoutingCaps(nn.Module):
    def __init__(self, in_dim, in_caps, num_caps, dim_caps, num_routing=3):
        super().__init__()
        self.num_routing = num_routing
        self.num_caps = num_caps
        self.in_caps = in_caps
        self.W = nn.Parameter(0.01 * torch.randn(1, num_caps, in_caps, dim_caps, in_dim))

    def forward(self, x):
        batch_size = x.size(0)
        x = x.unsqueeze(1).unsqueeze(4)
        u_hat = torch.matmul(self.W, x)
        u_hat = u_hat.squeeze(-1)
        temp_u_hat = u_hat.detach()
        b = x.new_zeros(batch_size, self.num_caps, self.in_caps, 1)
        for _ in range(self.num_routing - 1):
            c = b.softmax(dim=1)
            s = (c * temp_u_hat).sum(dim=2)
            v = squash(s)
            b += torch.matmul(temp_u_hat, v.unsqueeze(-1))
        c = b.softmax(dim=1)
        s = (c * u_hat).sum(dim=2)
        return squash(s)


class CapsNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 16, 5, stride=2)
        self.primary = PrimaryCaps(16, 16, 8)
        self.digits = RoutingCaps(8, 50, 10, 8)

    def forward(self, x):
        x = F.relu(self.conv(x))
        x = self.primary(x)
        x = self.digits(x)
        logits = torch.norm(x, dim=-1)
        return logits
