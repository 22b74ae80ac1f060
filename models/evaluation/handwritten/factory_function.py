import torch
import torch.nn as nn


def conv_block(in_f, out_f, *args, **kwargs):
    return nn.Sequential(
        nn.Conv2d(in_f, out_f, *args, **kwargs),
        nn.BatchNorm2d(out_f),
        nn.ReLU()
    )


def dec_block(in_f, out_f):
    return nn.Sequential(
        nn.Linear(in_f, out_f),
        nn.Sigmoid()
    )


class MyCNNClassifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.enc_sizes = [3, 16, 32]
        self.dec_sizes = [32 * 16 * 16, 64, 32]

        conv_blocks = [conv_block(in_f, out_f, kernel_size=3, padding=1)
                       for in_f, out_f in zip(self.enc_sizes, self.enc_sizes[1:])]
        self.encoder = nn.Sequential(*conv_blocks)
        self.pool = nn.MaxPool2d(2)

        dec_blocks = [dec_block(in_f, out_f)
                      for in_f, out_f in zip(self.dec_sizes, self.dec_sizes[1:])]
        self.decoder = nn.Sequential(*dec_blocks)
        self.last = nn.Linear(self.dec_sizes[-1], 10)

    def forward(self, x):
        x = self.pool(self.encoder(x))
        x = x.view(x.size(0), -1)  # flat
        x = self.decoder(x)
        return self.last(x)
