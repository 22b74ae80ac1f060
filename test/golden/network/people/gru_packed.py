# PyTorch 2.13 accepts.
import torch
import torch.nn as nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


class GRUPacked(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(96, 24, batch_first=True)
        self.fc = nn.Linear(24, 10)

    def forward(self, x):
        n = x.size(0)
        x = x.transpose(1, 2).flatten(2)
        lengths = torch.full((n,), 32, dtype=torch.long)
        packed = pack_padded_sequence(x, lengths.cpu(), batch_first=True, enforce_sorted=False)
        out, h = self.gru(packed)
        out, _ = pad_packed_sequence(out, batch_first=True)
        return self.fc(out.mean(1))
