import torch
import torch.nn as nn

cfgs = {
    'tiny': [8, 'M', 16, 'M', 32, 'M'],
    'small': [16, 16, 'M', 32, 32, 'M', 64, 'M', 64, 'M'],
}


def make_layers(cfg, batch_norm=False):
    layers = []
    in_channels = 3
    for v in cfg:
        if v == 'M':
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
        else:
            conv2d = nn.Conv2d(in_channels, v, kernel_size=3, padding=1)
            if batch_norm:
                layers.extend([conv2d, nn.BatchNorm2d(v), nn.ReLU(inplace=True)])
            else:
                layers.extend([conv2d, nn.ReLU(inplace=True)])
            in_channels = v
    return nn.Sequential(*layers)


class VGG(nn.Module):
    def __init__(self, features, num_classes=10):
        super().__init__()
        self.features = features
        self.classifier = nn.Sequential(
            nn.Linear(64 * 2 * 2, 96),
            nn.ReLU(True),
            nn.Dropout(),
            nn.Linear(96, num_classes),
        )

    def forward(self, x):
        x = self.features(x)
        x = torch.flatten(x, 1)
        return self.classifier(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.vgg = VGG(make_layers(cfgs['small'], batch_norm=True))

    def forward(self, x):
        return self.vgg(x)
