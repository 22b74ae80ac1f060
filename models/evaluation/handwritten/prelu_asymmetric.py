import torch
import torch.nn as nn

class Net(nn.Module):
    """Kernels of 1x5 and 5x1 in turn, with PReLU."""
    def __init__(self):
        super().__init__()
        self.row1 = nn.Conv2d(3, 20, kernel_size=(1, 5), padding=(0, 2))
        self.col1 = nn.Conv2d(20, 20, kernel_size=(5, 1), padding=(2, 0))
        self.act1 = nn.PReLU()
        self.row2 = nn.Conv2d(20, 40, kernel_size=(1, 5), stride=(1, 2), padding=(0, 2))
        self.col2 = nn.Conv2d(40, 40, kernel_size=(5, 1), stride=(2, 1), padding=(2, 0))
        self.act2 = nn.PReLU(40)
        self.pool = nn.AvgPool2d(kernel_size=4)
        self.out = nn.Linear(40 * 16, 10)

    def forward(self, x):
        x = self.act1(self.col1(self.row1(x)))
        x = self.act2(self.col2(self.row2(x)))
        x = self.pool(x)
        x = x.reshape(-1, 640)
        return self.out(x)
