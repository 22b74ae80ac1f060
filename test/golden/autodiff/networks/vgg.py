"""A stack written as a list of widths, with batch normalisation (Simonyan and Zisserman 2015)."""
import torch.nn as nn

CONFIG = [8, "M", 16, "M", 24, 24, "M", 32, "M"]


def make_layers(config, channels=3):
    layers = []
    for width in config:
        if width == "M":
            layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
        else:
            layers += [nn.Conv2d(channels, width, kernel_size=3, padding=1), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
            channels = width
    return nn.Sequential(*layers)


class Net(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.features = make_layers(CONFIG)
        self.classifier = nn.Linear(32 * 2 * 2, num_classes)

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x.view(x.size(0), -1))
