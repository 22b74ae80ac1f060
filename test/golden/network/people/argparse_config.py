# PyTorch 2.13 accepts.
import argparse
import torch.nn as nn
import torch.nn.functional as F


def get_args(argv=None):
    parser = argparse.ArgumentParser(description='PyTorch CIFAR10 Training')
    parser.add_argument('--lr', default=0.1, type=float, help='learning rate')
    parser.add_argument('--width', type=int, default=16)
    parser.add_argument('--depth', type=int, default=3)
    parser.add_argument('--no-bn', action='store_true')
    parser.add_argument('--act', choices=['relu', 'gelu'], default='relu')
    return parser.parse_args(argv if argv is not None else [])


class Net(nn.Module):
    def __init__(self, args=None):
        super().__init__()
        args = args or get_args()
        c = 3
        layers = []
        for i in range(args.depth):
            w = args.width * (i + 1)
            layers.append(nn.Conv2d(c, w, 3, padding=1))
            if not args.no_bn:
                layers.append(nn.BatchNorm2d(w))
            layers.append({'relu': nn.ReLU, 'gelu': nn.GELU}[args.act]())
            layers.append(nn.MaxPool2d(2))
            c = w
        self.net = nn.Sequential(*layers)
        self.out = nn.Linear(c * (32 >> args.depth) ** 2, 10)

    def forward(self, x):
        return self.out(self.net(x).flatten(start_dim=1))


if __name__ == '__main__':
    args = get_args()
    print(Net(args))
