import torch
import torch.nn as nn

class SNN(nn.Module):
    def __init__(self, n_in=3 * 32 * 32, n_hidden=100, n_layers=5, n_out=10):
        super().__init__()
        layers = [nn.Linear(n_in, n_hidden), nn.SELU(), nn.AlphaDropout(0.05)]
        for _ in range(n_layers - 1):
            layers += [nn.Linear(n_hidden, n_hidden), nn.SELU(), nn.AlphaDropout(0.05)]
        layers += [nn.Linear(n_hidden, n_out)]
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        x = torch.reshape(x, (x.shape[0], -1))
        return self.net(x)
