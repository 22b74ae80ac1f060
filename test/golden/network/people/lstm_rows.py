# PyTorch 2.13 accepts.
import torch
import torch.nn as nn


class RowLSTM(nn.Module):
    def __init__(self, input_size=96, hidden_size=32, num_layers=2, num_classes=10, bidirectional=True):
        super(RowLSTM, self).__init__()
        self.hidden_size = hidden_size
        self.num_layers = num_layers
        self.num_directions = 2 if bidirectional else 1
        self.lstm = nn.LSTM(input_size, hidden_size, num_layers, batch_first=True, bidirectional=bidirectional, dropout=0.1)
        self.fc = nn.Linear(hidden_size * self.num_directions, num_classes)
        for name, p in self.lstm.named_parameters():
            if 'weight' in name:
                nn.init.orthogonal_(p)
            elif 'bias' in name:
                nn.init.constant_(p, 0)
                n = p.size(0)
                p.data[n // 4:n // 2].fill_(1.0)

    def forward(self, x):
        x = x.permute(0, 2, 3, 1).reshape(x.size(0), 32, -1)
        h0 = torch.zeros(self.num_layers * self.num_directions, x.size(0), self.hidden_size).to(x.device)
        c0 = torch.zeros(self.num_layers * self.num_directions, x.size(0), self.hidden_size).to(x.device)
        out, (hn, cn) = self.lstm(x, (h0, c0))
        return self.fc(out[:, -1, :])
