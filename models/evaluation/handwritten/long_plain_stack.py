import torch
import torch.nn as nn
import torch.nn.functional as F

class DeepPlainNet(nn.Module):
    def __init__(self):
        super(DeepPlainNet, self).__init__()
        # --- 32 x 32 ---
        self.conv1_1 = nn.Conv2d(3, 16, kernel_size=3, padding=1)
        self.conv1_2 = nn.Conv2d(16, 16, kernel_size=3, padding=1)
        self.bn1 = nn.BatchNorm2d(16)
        self.pool1 = nn.MaxPool2d(2, 2)
        # --- 16 x 16 ---
        self.conv2_1 = nn.Conv2d(16, 24, kernel_size=3, padding=1)
        self.conv2_2 = nn.Conv2d(24, 24, kernel_size=3, padding=1)
        self.bn2 = nn.BatchNorm2d(24)
        self.pool2 = nn.MaxPool2d(2, 2)
        # --- 8 x 8 ---
        self.conv3_1 = nn.Conv2d(24, 32, kernel_size=3, padding=1)
        self.conv3_2 = nn.Conv2d(32, 32, kernel_size=3, padding=1)
        self.conv3_3 = nn.Conv2d(32, 32, kernel_size=1)
        self.bn3 = nn.BatchNorm2d(32)
        self.pool3 = nn.MaxPool2d(2, 2)
        # --- classifier ---
        self.fc1 = nn.Linear(32 * 4 * 4, 80)
        self.drop1 = nn.Dropout(0.4)
        self.fc2 = nn.Linear(80, 40)
        self.drop2 = nn.Dropout(0.4)
        self.fc3 = nn.Linear(40, 10)

    def forward(self, x):
        x = F.relu(self.conv1_1(x))
        x = F.relu(self.conv1_2(x))
        x = self.pool1(self.bn1(x))
        x = F.relu(self.conv2_1(x))
        x = F.relu(self.conv2_2(x))
        x = self.pool2(self.bn2(x))
        x = F.relu(self.conv3_1(x))
        x = F.relu(self.conv3_2(x))
        x = F.relu(self.conv3_3(x))
        x = self.pool3(self.bn3(x))
        x = x.view(x.size(0), -1)
        x = self.drop1(F.relu(self.fc1(x)))
        x = self.drop2(F.relu(self.fc2(x)))
        return self.fc3(x)
