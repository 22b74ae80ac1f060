import torch
import torch.nn as nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super(Net, self).__init__()
        self.conv1 = nn.Conv2d(3, 48, 3, padding=1)
        self.conv2 = nn.Conv2d(48, 48, 3, padding=1, stride=2)
        self.conv3 = nn.Conv2d(48, 96, 3, padding=1)
        self.conv4 = nn.Conv2d(96, 96, 3, padding=1, stride=2)
        self.class_conv = nn.Conv2d(96, 10, 1)

    def forward(self, x):
        conv1_out = F.relu(self.conv1(x))
        conv2_out = F.relu(self.conv2(conv1_out))
        conv3_out = F.relu(self.conv3(conv2_out))
        conv4_out = F.relu(self.conv4(conv3_out))
        class_out = F.relu(self.class_conv(conv4_out))
        pool_out = F.adaptive_avg_pool2d(class_out, 1)
        return pool_out.squeeze(-1).squeeze(-1)
