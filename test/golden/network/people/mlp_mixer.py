# PyTorch 2.13 accepts.
import torch.nn as nn
from functools import partial


class PreNormResidual(nn.Module):
    def __init__(self, dim, fn):
        super().__init__()
        self.fn = fn
        self.norm = nn.LayerNorm(dim)

    def forward(self, x):
        return self.fn(self.norm(x)) + x


def FeedForward(dim, expansion_factor=4, dropout=0., dense=nn.Linear):
    inner_dim = int(dim * expansion_factor)
    return nn.Sequential(
        dense(dim, inner_dim),
        nn.GELU(),
        nn.Dropout(dropout),
        dense(inner_dim, dim),
        nn.Dropout(dropout)
    )


class Reshape(nn.Module):
    def __init__(self, patch):
        super().__init__()
        self.patch = patch

    def forward(self, x):
        p = self.patch
        x = x.unfold(2, p, p).unfold(3, p, p)
        x = x.permute(0, 2, 3, 1, 4, 5)
        return x.flatten(3).flatten(1, 2)


class Mean(nn.Module):
    def forward(self, x):
        return x.mean(1)


def MLPMixer(*, image_size=32, channels=3, patch_size=8, dim=48, depth=2, num_classes=10):
    assert (image_size % patch_size) == 0, 'image must be divisible by patch size'
    num_patches = (image_size // patch_size) ** 2
    chan_first, chan_last = partial(nn.Conv1d, kernel_size=1), nn.Linear
    return nn.Sequential(
        Reshape(patch_size),
        nn.Linear((patch_size ** 2) * channels, dim),
        *[nn.Sequential(
            PreNormResidual(dim, FeedForward(num_patches, 2, 0.1, chan_first)),
            PreNormResidual(dim, FeedForward(dim, 2, 0.1, chan_last))
        ) for _ in range(depth)],
        nn.LayerNorm(dim),
        Mean(),
        nn.Linear(dim, num_classes)
    )


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.mixer = MLPMixer()

    def forward(self, x):
        return self.mixer(x)
