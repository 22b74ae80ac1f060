/** torchvision's chains of convolutions as Python of our own: AlexNet, VGG, SqueezeNet. */
export const alexnet = `
import torch
from torch import nn
from torchvision.models._utils import without_weights


class AlexNet(nn.Module):
    def __init__(self, num_classes=1000, dropout=0.5):
        super().__init__()
        def step(*sizes, **how):
            return [nn.Conv2d(*sizes, **how), nn.ReLU(inplace=True)]
        def pool():
            return [nn.MaxPool2d(kernel_size=3, stride=2)]
        self.features = nn.Sequential(
            *step(3, 64, 11, stride=4, padding=2), *pool(), *step(64, 192, 5, padding=2), *pool(),
            *step(192, 384, 3, padding=1), *step(384, 256, 3, padding=1), *step(256, 256, 3, padding=1), *pool())
        self.avgpool = nn.AdaptiveAvgPool2d((6, 6))
        self.classifier = nn.Sequential(
            nn.Dropout(p=dropout), nn.Linear(256 * 36, 4096), nn.ReLU(inplace=True),
            nn.Dropout(p=dropout), nn.Linear(4096, 4096), nn.ReLU(inplace=True), nn.Linear(4096, num_classes))

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def alexnet(weights=None, progress=True, pretrained=None, **kwargs):
    without_weights(weights, pretrained)
    return AlexNet(**kwargs)
`;

export const vgg = `
import torch
from torch import nn
from torchvision.models._utils import without_weights

cfgs = {
    'A': [64, 'M', 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
    'B': [64, 64, 'M', 128, 128, 'M', 256, 256, 'M', 512, 512, 'M', 512, 512, 'M'],
    'D': [64, 64, 'M', 128, 128, 'M'] + [256] * 3 + ['M'] + [512] * 3 + ['M'] + [512] * 3 + ['M'],
    'E': [64, 64, 'M', 128, 128, 'M'] + [256] * 4 + ['M'] + [512] * 4 + ['M'] + [512] * 4 + ['M'],
}


def make_layers(cfg, batch_norm=False):
    made, width = [], 3
    for size in cfg:
        if size == 'M':
            made.append(nn.MaxPool2d(kernel_size=2, stride=2))
            continue
        made.append(nn.Conv2d(width, size, kernel_size=3, padding=1))
        if batch_norm:
            made.append(nn.BatchNorm2d(size))
        made.append(nn.ReLU(inplace=True))
        width = size
    return nn.Sequential(*made)


class VGG(nn.Module):
    def __init__(self, features, num_classes=1000, init_weights=True, dropout=0.5):
        super().__init__()
        self.features = features
        self.avgpool = nn.AdaptiveAvgPool2d((7, 7))
        self.classifier = nn.Sequential(
            nn.Linear(512 * 49, 4096), nn.ReLU(True), nn.Dropout(p=dropout),
            nn.Linear(4096, 4096), nn.ReLU(True), nn.Dropout(p=dropout), nn.Linear(4096, num_classes))
        if not init_weights:
            return
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode='fan_out', nonlinearity='relu')
            elif isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, 0, 0.01)
            if isinstance(module, (nn.Conv2d, nn.Linear)) and module.bias is not None:
                nn.init.zeros_(module.bias)

    def forward(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))


def _builder(cfg, batch_norm):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        without_weights(weights, pretrained)
        return VGG(make_layers(cfgs[cfg], batch_norm=batch_norm), **kwargs)
    return build


vgg11, vgg13, vgg16, vgg19 = [_builder(cfg, False) for cfg in 'ABDE']
vgg11_bn, vgg13_bn, vgg16_bn, vgg19_bn = [_builder(cfg, True) for cfg in 'ABDE']
`;

export const squeezenet = `
import torch
from torch import nn
from torchvision.models._utils import without_weights


class Fire(nn.Module):
    def __init__(self, inplanes, squeeze_planes, expand1x1_planes, expand3x3_planes):
        super().__init__()
        self.inplanes = inplanes
        self.squeeze = nn.Conv2d(inplanes, squeeze_planes, kernel_size=1)
        self.squeeze_activation = nn.ReLU(inplace=True)
        self.expand1x1 = nn.Conv2d(squeeze_planes, expand1x1_planes, kernel_size=1)
        self.expand1x1_activation = nn.ReLU(inplace=True)
        self.expand3x3 = nn.Conv2d(squeeze_planes, expand3x3_planes, kernel_size=3, padding=1)
        self.expand3x3_activation = nn.ReLU(inplace=True)

    def forward(self, x):
        x = self.squeeze_activation(self.squeeze(x))
        narrow, wide = self.expand1x1_activation(self.expand1x1(x)), self.expand3x3_activation(self.expand3x3(x))
        return torch.cat([narrow, wide], 1)


def _pool():
    return nn.MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)


class SqueezeNet(nn.Module):
    def __init__(self, version='1_0', num_classes=1000, dropout=0.5):
        super().__init__()
        self.num_classes = num_classes
        fires = [(64, 16), (128, 16), (128, 32), (256, 32), (256, 48), (384, 48), (384, 64), (512, 64)]
        outs = [128, 128, 256, 256, 384, 384, 512, 512]
        if version == '1_0':
            first, width, pools = nn.Conv2d(3, 96, kernel_size=7, stride=2), 96, (0, 3, 7)
        elif version == '1_1':
            first, width, pools = nn.Conv2d(3, 64, kernel_size=3, stride=2), 64, (0, 2, 4)
        else:
            raise ValueError(f'Unsupported SqueezeNet version {version}: 1_0 or 1_1 expected')
        steps = [first, nn.ReLU(inplace=True)]
        for place, ((_, squeeze), out) in enumerate(zip(fires, outs)):
            if place in pools:
                steps.append(_pool())
            steps.append(Fire(width, squeeze, out // 2, out // 2))
            width = out
        self.features = nn.Sequential(*steps)
        last = nn.Conv2d(512, num_classes, kernel_size=1)
        self.classifier = nn.Sequential(
            nn.Dropout(p=dropout), last, nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d((1, 1)))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                if module is last:
                    nn.init.normal_(module.weight, mean=0.0, std=0.01)
                else:
                    nn.init.kaiming_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def forward(self, x):
        return torch.flatten(self.classifier(self.features(x)), 1)


def _builder(version):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        without_weights(weights, pretrained)
        return SqueezeNet(version, **kwargs)
    return build


squeezenet1_0, squeezenet1_1 = _builder('1_0'), _builder('1_1')
`;
