import torch
import torch.nn as nn

class ConvBNReLU(nn.Sequential):
    def __init__(self, c_in, c_out, k=3, s=1):
        super().__init__(
            nn.Conv2d(c_in, c_out, k, s, padding=k // 2, bias=False),
            nn.BatchNorm2d(c_out),
            nn.ReLU(inplace=True),
        )

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            ConvBNReLU(3, 24),
            ConvBNReLU(24, 24, s=2),
            ConvBNReLU(24, 48),
            ConvBNReLU(48, 48, s=2),
            ConvBNReLU(48, 96, k=1),
        )
        self.drop = nn.Dropout2d(0.1)
        self.fc = nn.Linear(96, 10)

    def forward(self, x):
        x = self.drop(self.features(x))
        return self.fc(x.amax(dim=(2, 3)))
