"""Rows of the image as a sequence, read by two layers of LSTM (Hochreiter and Schmidhuber 1997)."""
import torch.nn as nn


class Net(nn.Module):
    def __init__(self, input_size=96, hidden_size=24, num_layers=2, num_classes=10):
        super().__init__()
        self.lstm = nn.LSTM(input_size, hidden_size, num_layers, batch_first=True)
        self.fc = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        x = x.permute(0, 2, 1, 3).reshape(x.size(0), 32, -1)
        out, (hn, cn) = self.lstm(x)
        return self.fc(out[:, -1, :])
