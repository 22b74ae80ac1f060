"""A deep multilayer perceptron with SELU (Klambauer et al. 2017)."""
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, sizes=(768, 64, 48, 32, 24)):
        super().__init__()
        self.shrink = nn.AvgPool2d(2)
        self.layers = nn.Sequential()
        for i, (inside, outside) in enumerate(zip(sizes[:-1], sizes[1:])):
            self.layers.add_module(f"fc{i}", nn.Linear(inside, outside))
            self.layers.add_module(f"selu{i}", nn.SELU())
        self.out = nn.Linear(sizes[-1], 10)

    def forward(self, x):
        x = self.shrink(x).flatten(1)
        return self.out(self.layers(x))
