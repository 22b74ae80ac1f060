import torch
import torch.nn as nn
import torch.nn.functional as F

NUM_CLASSES = 10


class Net(nn.Module):

    def __init__(self):
        super(Net, self).__init__()
        self.colour = nn.Conv2d(3, 6, kernel_size=1)
        self.c1 = nn.Conv2d(6, 18, kernel_size=3)
        self.c2 = nn.Conv2d(18, 36, kernel_size=3)
        self.c3 = nn.Conv2d(36, 54, kernel_size=3)
        self.score = nn.Conv2d(54, NUM_CLASSES, kernel_size=2)

    def forward(self, x):
        x = self.colour(x)
        x = F.max_pool2d(F.relu(self.c1(x)), kernel_size=2)
        x = F.max_pool2d(F.relu(self.c2(x)), kernel_size=2)
        x = F.max_pool2d(F.relu(self.c3(x)), kernel_size=2)
        x = self.score(x)
        return x.view(-1, NUM_CLASSES)
