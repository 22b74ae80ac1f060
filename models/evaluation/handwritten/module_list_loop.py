import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        widths = [3, 16, 24, 32, 48]
        self.convs = nn.ModuleList()
        self.norms = nn.ModuleList()
        for w_in, w_out in zip(widths[:-1], widths[1:]):
            self.convs.append(nn.Conv2d(w_in, w_out, 3, padding=1))
            self.norms.append(nn.BatchNorm2d(w_out))
        self.fc = nn.Linear(48 * 2 * 2, 10)

    def forward(self, x):
        for conv, norm in zip(self.convs, self.norms):
            x = F.max_pool2d(F.relu(norm(conv(x))), 2)
        return self.fc(x.flatten(1))
