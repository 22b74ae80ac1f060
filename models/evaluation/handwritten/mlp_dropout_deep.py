import torch.nn as nn

class MLP(nn.Module):
    def __init__(self, input_dim=3072, hidden=(256, 128, 64), output_dim=10, p=0.2):
        super().__init__()
        blocks = []
        last = input_dim
        for h in hidden:
            blocks += [nn.Linear(last, h), nn.BatchNorm1d(h), nn.ReLU(), nn.Dropout(p)]
            last = h
        blocks.append(nn.Linear(last, output_dim))
        self.model = nn.Sequential(*blocks)

    def forward(self, x):
        return self.model(x.flatten(start_dim=1))
