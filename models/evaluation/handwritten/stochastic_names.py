import torch as t
import torch.nn as nn
import torch.nn.functional as f

class CifarModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(3, 10, 7, padding=3)
        self.b = nn.Conv2d(10, 20, 5, padding=2)
        self.c = nn.Conv2d(20, 30, 3, padding=1)
        self.z = nn.Linear(30 * 4 * 4, 10)

    def forward(self, img):
        img = f.max_pool2d(t.relu(self.a(img)), 2)
        img = f.max_pool2d(t.relu(self.b(img)), 2)
        img = f.max_pool2d(t.relu(self.c(img)), 2)
        return self.z(t.flatten(img, start_dim=1))
