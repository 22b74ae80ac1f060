"""Encoder and decoder with instance normalisation; what it decodes is classified (Ulyanov et al. 2016)."""
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, latent=16):
        super().__init__()
        self.encoder = nn.Sequential(
            nn.Conv2d(3, 8, 4, stride=2, padding=1), nn.InstanceNorm2d(8, affine=True), nn.LeakyReLU(0.2),
            nn.Conv2d(8, latent, 4, stride=2, padding=1), nn.InstanceNorm2d(latent), nn.LeakyReLU(0.2),
        )
        self.decoder = nn.ConvTranspose2d(latent, 8, 4, stride=2, padding=1)
        self.classifier = nn.Linear(8 * 4 * 4, 10)

    def forward(self, x):
        z = self.encoder(x)
        y = F.tanh(self.decoder(z))
        return self.classifier(F.avg_pool2d(y, 4).flatten(start_dim=1))
