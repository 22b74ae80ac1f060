import torch
from torch import nn
from torch.nn import functional as F

class Network(nn.Module):
    def __init__(self):
        super().__init__()
        # Inputs to hidden layer linear transformation
        self.hidden1 = nn.Linear(3072, 128)
        self.hidden2 = nn.Linear(128, 64)
        # Output layer, 10 units - one for each class
        self.output = nn.Linear(64, 10)
        self.dropout = nn.Dropout(p=0.2)

    def forward(self, x):
        # make sure input tensor is flattened
        x = x.view(x.shape[0], -1)
        x = self.dropout(F.relu(self.hidden1(x)))
        x = self.dropout(F.relu(self.hidden2(x)))
        x = F.softmax(self.output(x), dim=1)
        return x
