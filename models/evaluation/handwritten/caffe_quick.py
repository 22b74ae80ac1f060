import torch
import torch.nn as nn
import torch.nn.functional as F

# the "CIFAR-10 quick" model of Caffe
class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(3, 32, 5, padding=2)
        self.conv2 = nn.Conv2d(32, 32, 5, padding=2)
        self.conv3 = nn.Conv2d(32, 64, 5, padding=2)
        self.ip1 = nn.Linear(64 * 4 * 4, 64)
        self.ip2 = nn.Linear(64, 10)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 3, stride=2, ceil_mode=True))
        x = F.avg_pool2d(F.relu(self.conv2(x)), 3, stride=2, ceil_mode=True)
        x = F.avg_pool2d(F.relu(self.conv3(x)), 3, stride=2, ceil_mode=True)
        x = torch.flatten(x, 1)
        x = self.ip1(x)
        x = self.ip2(x)
        return x
