import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 12, 3, padding=1)
        self.conv2 = nn.Conv2d(15, 12, 3, padding=1)   # image + conv1
        self.conv3 = nn.Conv2d(27, 12, 3, padding=1)   # image + conv1 + conv2
        self.fc = nn.Linear(39 * 4 * 4, 10)

    def forward(self, x):
        x = F.avg_pool2d(x, 2)
        x = torch.cat([x, F.relu(self.conv1(x))], 1)
        x = torch.cat([x, F.relu(self.conv2(x))], 1)
        x = torch.cat([x, F.relu(self.conv3(x))], 1)
        x = F.max_pool2d(x, 4)
        return self.fc(x.flatten(1))
