# PyTorch 2.13 accepts.
import torch
import torch.nn as nn


class GradReverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, lambd):
        ctx.lambd = lambd
        return x.view_as(x)

    @staticmethod
    def backward(ctx, grad_output):
        return grad_output.neg() * ctx.lambd, None


def grad_reverse(x, lambd=0.1):
    return GradReverse.apply(x, lambd)


class DANN(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(8, 16, 5), nn.Dropout2d(), nn.MaxPool2d(2), nn.ReLU())
        self.label = nn.Sequential(nn.Linear(400, 32), nn.ReLU(), nn.Linear(32, 10))
        self.domain = nn.Sequential(nn.Linear(400, 16), nn.ReLU(), nn.Linear(16, 2))

    def forward(self, x, alpha=0.5):
        f = self.features(x).view(-1, 400)
        return self.label(f), self.domain(grad_reverse(f, alpha))
