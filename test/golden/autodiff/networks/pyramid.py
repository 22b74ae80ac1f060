"""Features of several sizes brought together on the way up (Lin et al. 2017), by a pixel shuffle at the end."""
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.c2 = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.c3 = nn.Conv2d(8, 16, 3, stride=2, padding=1)
        self.c4 = nn.Conv2d(16, 24, 3, stride=2, padding=1)
        self.lateral2 = nn.Conv2d(8, 8, 1)
        self.lateral3 = nn.Conv2d(16, 8, 1)
        self.lateral4 = nn.Conv2d(24, 32, 1)
        self.shuffle = nn.PixelShuffle(2)
        self.act = nn.PReLU(8)
        self.head = nn.Linear(8 * 8 * 8, 10)

    def forward(self, x):
        c2 = F.mish(self.c2(x))
        c3 = F.mish(self.c3(c2))
        c4 = F.mish(self.c4(c3))
        p4 = self.shuffle(self.lateral4(c4))
        p3 = self.lateral3(c3) + p4
        p2 = self.lateral2(c2) + F.interpolate(p3, scale_factor=2, mode="nearest")
        return self.head(F.max_pool2d(self.act(p2), 2).flatten(1))
