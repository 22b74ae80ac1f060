# PyTorch 2.13 accepts.
import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, max_iter=4, tol=1e-3):
        super().__init__()
        self.inject = nn.Conv2d(3, 8, 3, 2, 1)
        self.f = nn.Conv2d(8, 8, 3, padding=1)
        self.norm = nn.GroupNorm(2, 8)
        self.max_iter, self.tol = max_iter, tol
        self.fc = nn.Linear(8, 10)

    def forward(self, x):
        u = self.inject(x)
        z = torch.zeros_like(u)
        for k in range(self.max_iter):
            z_next = self.norm(torch.tanh(self.f(z) + u))
            res = ((z_next - z).norm() / (1e-5 + z.norm())).item()
            z = z_next
            if res < self.tol:
                break
        return self.fc(z.mean((2, 3)))
