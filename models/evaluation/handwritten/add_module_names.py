import torch
import torch.nn as nn

class CNN(nn.Module):
    def __init__(self, num_layers=3, base=12):
        super(CNN, self).__init__()
        self.trunk = nn.Sequential()
        cin = 3
        for i in range(num_layers):
            cout = base * 2 ** i
            self.trunk.add_module('conv%d' % i, nn.Conv2d(cin, cout, 3, padding=1))
            self.trunk.add_module('bn%d' % i, nn.BatchNorm2d(cout))
            self.trunk.add_module('relu%d' % i, nn.ReLU())
            self.trunk.add_module('pool%d' % i, nn.MaxPool2d(2))
            cin = cout
        self.fc = nn.Linear(cin * 4 * 4, 10)

    def forward(self, x):
        x = self.trunk(x)
        return self.fc(x.view(-1, self.fc.in_features))
