import torch.nn as nn

LAYERS = [
    {'out': 16, 'kernel': 5, 'pool': True},
    {'out': 32, 'kernel': 3, 'pool': False},
    {'out': 32, 'kernel': 3, 'pool': True},
    {'out': 64, 'kernel': 3, 'pool': True},
]

class ConfigNet(nn.Module):
    def __init__(self):
        super().__init__()
        modules = []
        channels, size = 3, 32
        for layer in LAYERS:
            modules.append(nn.Conv2d(channels, layer['out'], layer['kernel'], padding=layer['kernel'] // 2))
            modules.append(nn.ReLU())
            channels = layer['out']
            if layer['pool']:
                modules.append(nn.MaxPool2d(2))
                size //= 2
        modules.append(nn.Flatten())
        modules.append(nn.Linear(channels * size * size, 10))
        self.layers = nn.Sequential(*modules)

    def forward(self, x):
        return self.layers(x)
