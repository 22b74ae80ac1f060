/** torchvision.models.mobilenetv2 and mobilenetv3 as Python of our own (Sandler et al. 2018; Howard et al. 2019). */
const initialise = `
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode='fan_out')
            elif isinstance(module, nn.Linear):
                nn.init.normal_(module.weight, 0, 0.01)
            if isinstance(module, (nn.Conv2d, nn.Linear)) and module.bias is not None:
                nn.init.zeros_(module.bias)
`;

export const mobilenetv2 = `
import torch
from torch import nn
from torchvision.models._utils import _make_divisible, without_weights
from torchvision.ops.misc import Conv2dNormActivation


class InvertedResidual(nn.Module):
    def __init__(self, inp, oup, stride, expand_ratio, norm_layer=None):
        super().__init__()
        if stride not in (1, 2):
            raise ValueError(f'stride should be 1 or 2 instead of {stride}')
        self.stride = stride
        norm = norm_layer or nn.BatchNorm2d
        hidden = int(round(inp * expand_ratio))
        self.use_res_connect = stride == 1 and inp == oup
        steps = []
        if expand_ratio != 1:
            steps.append(Conv2dNormActivation(inp, hidden, 1, norm_layer=norm, activation_layer=nn.ReLU6))
        steps.append(Conv2dNormActivation(hidden, hidden, stride=stride, groups=hidden, norm_layer=norm,
                                          activation_layer=nn.ReLU6))
        self.conv = nn.Sequential(*steps, nn.Conv2d(hidden, oup, 1, 1, 0, bias=False), norm(oup))
        self.out_channels = oup
        self._is_cn = stride > 1

    def forward(self, x):
        return x + self.conv(x) if self.use_res_connect else self.conv(x)


class MobileNetV2(nn.Module):
    def __init__(self, num_classes=1000, width_mult=1.0, inverted_residual_setting=None, round_nearest=8, block=None,
                 norm_layer=None, dropout=0.2):
        super().__init__()
        block, norm = block or InvertedResidual, norm_layer or nn.BatchNorm2d
        setting = inverted_residual_setting
        if setting is None:
            setting = [[1, 16, 1, 1], [6, 24, 2, 2], [6, 32, 3, 2], [6, 64, 4, 2], [6, 96, 3, 1], [6, 160, 3, 2],
                       [6, 320, 1, 1]]
        if len(setting) == 0 or len(setting[0]) != 4:
            raise ValueError(f'inverted_residual_setting should be non-empty or a 4-element list, got {setting}')
        width = _make_divisible(32 * width_mult, round_nearest)
        self.last_channel = _make_divisible(1280 * max(1.0, width_mult), round_nearest)
        steps = [Conv2dNormActivation(3, width, stride=2, norm_layer=norm, activation_layer=nn.ReLU6)]
        for ratio, channels, repeats, first in setting:
            out = _make_divisible(channels * width_mult, round_nearest)
            for place in range(repeats):
                steps.append(block(width, out, 1 if place else first, expand_ratio=ratio, norm_layer=norm))
                width = out
        steps.append(Conv2dNormActivation(width, self.last_channel, 1, norm_layer=norm, activation_layer=nn.ReLU6))
        self.features = nn.Sequential(*steps)
        self.classifier = nn.Sequential(nn.Dropout(p=dropout), nn.Linear(self.last_channel, num_classes))
${initialise}
    def _forward_impl(self, x):
        x = nn.functional.adaptive_avg_pool2d(self.features(x), (1, 1))
        return self.classifier(torch.flatten(x, 1))

    def forward(self, x):
        return self._forward_impl(x)


def mobilenet_v2(weights=None, progress=True, pretrained=None, **kwargs):
    without_weights(weights, pretrained)
    return MobileNetV2(**kwargs)
`;

export const mobilenetv3 = `
from functools import partial

import torch
from torch import nn
from torchvision.models._utils import _make_divisible, without_weights
from torchvision.ops.misc import Conv2dNormActivation, SqueezeExcitation


class InvertedResidualConfig:
    def __init__(self, input_channels, kernel, expanded_channels, out_channels, use_se, activation, stride, dilation,
                 width_mult):
        self.input_channels = self.adjust_channels(input_channels, width_mult)
        self.kernel = kernel
        self.expanded_channels = self.adjust_channels(expanded_channels, width_mult)
        self.out_channels = self.adjust_channels(out_channels, width_mult)
        self.use_se = use_se
        self.use_hs = activation == 'HS'
        self.stride = stride
        self.dilation = dilation

    @staticmethod
    def adjust_channels(channels, width_mult):
        return _make_divisible(channels * width_mult, 8)


class InvertedResidual(nn.Module):
    def __init__(self, cnf, norm_layer, se_layer=partial(SqueezeExcitation, scale_activation=nn.Hardsigmoid)):
        super().__init__()
        if cnf.stride not in (1, 2):
            raise ValueError('illegal stride value')
        self.use_res_connect = cnf.stride == 1 and cnf.input_channels == cnf.out_channels
        wide = cnf.expanded_channels
        how = {'norm_layer': norm_layer, 'activation_layer': nn.Hardswish if cnf.use_hs else nn.ReLU}
        steps = []
        if wide != cnf.input_channels:
            steps.append(Conv2dNormActivation(cnf.input_channels, wide, kernel_size=1, **how))
        steps.append(Conv2dNormActivation(wide, wide, kernel_size=cnf.kernel, groups=wide, dilation=cnf.dilation,
                                          stride=cnf.stride if cnf.dilation <= 1 else 1, **how))
        if cnf.use_se:
            steps.append(se_layer(wide, _make_divisible(wide // 4, 8)))
        steps.append(Conv2dNormActivation(wide, cnf.out_channels, kernel_size=1, norm_layer=norm_layer,
                                          activation_layer=None))
        self.block = nn.Sequential(*steps)
        self.out_channels = cnf.out_channels
        self._is_cn = cnf.stride > 1

    def forward(self, input):
        result = self.block(input)
        return result + input if self.use_res_connect else result


class MobileNetV3(nn.Module):
    def __init__(self, inverted_residual_setting, last_channel, num_classes=1000, block=None, norm_layer=None,
                 dropout=0.2, **kwargs):
        super().__init__()
        if not inverted_residual_setting:
            raise ValueError('The inverted_residual_setting should not be empty')
        setting, block = inverted_residual_setting, block or InvertedResidual
        norm = norm_layer or partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)
        how = {'norm_layer': norm, 'activation_layer': nn.Hardswish}
        before, width = setting[-1].out_channels, 6 * setting[-1].out_channels
        self.features = nn.Sequential(
            Conv2dNormActivation(3, setting[0].input_channels, kernel_size=3, stride=2, **how),
            *[block(each, norm) for each in setting],
            Conv2dNormActivation(before, width, kernel_size=1, **how))
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(
            nn.Linear(width, last_channel), nn.Hardswish(inplace=True), nn.Dropout(p=dropout, inplace=True),
            nn.Linear(last_channel, num_classes))
${initialise}
    def _forward_impl(self, x):
        return self.classifier(torch.flatten(self.avgpool(self.features(x)), 1))

    def forward(self, x):
        return self._forward_impl(x)


_RE, _HS = 'RE', 'HS'


def _rows(arch, half, d):
    if arch == 'mobilenet_v3_large':
        return [
            (16, 3, 16, 16, False, _RE, 1, 1), (16, 3, 64, 24, False, _RE, 2, 1), (24, 3, 72, 24, False, _RE, 1, 1),
            (24, 5, 72, 40, True, _RE, 2, 1), (40, 5, 120, 40, True, _RE, 1, 1), (40, 5, 120, 40, True, _RE, 1, 1),
            (40, 3, 240, 80, False, _HS, 2, 1), (80, 3, 200, 80, False, _HS, 1, 1), (80, 3, 184, 80, False, _HS, 1, 1),
            (80, 3, 184, 80, False, _HS, 1, 1), (80, 3, 480, 112, True, _HS, 1, 1), (112, 3, 672, 112, True, _HS, 1, 1),
            (112, 5, 672, 160 // half, True, _HS, 2, d),
        ] + [(160 // half, 5, 960 // half, 160 // half, True, _HS, 1, d)] * 2, 1280
    return [
        (16, 3, 16, 16, True, _RE, 2, 1), (16, 3, 72, 24, False, _RE, 2, 1), (24, 3, 88, 24, False, _RE, 1, 1),
        (24, 5, 96, 40, True, _HS, 2, 1), (40, 5, 240, 40, True, _HS, 1, 1), (40, 5, 240, 40, True, _HS, 1, 1),
        (40, 5, 120, 48, True, _HS, 1, 1), (48, 5, 144, 48, True, _HS, 1, 1), (48, 5, 288, 96 // half, True, _HS, 2, d),
    ] + [(96 // half, 5, 576 // half, 96 // half, True, _HS, 1, d)] * 2, 1024


def _mobilenet_v3_conf(arch, width_mult=1.0, reduced_tail=False, dilated=False, **kwargs):
    if arch not in ('mobilenet_v3_large', 'mobilenet_v3_small'):
        raise ValueError(f'Unsupported model type {arch}')
    half = 2 if reduced_tail else 1
    rows, last = _rows(arch, half, 2 if dilated else 1)
    last = InvertedResidualConfig.adjust_channels(last // half, width_mult=width_mult)
    return [InvertedResidualConfig(*row, width_mult=width_mult) for row in rows], last


def _builder(arch):
    def build(weights=None, progress=True, pretrained=None, **kwargs):
        without_weights(weights, pretrained)
        setting, last = _mobilenet_v3_conf(arch, **kwargs)
        return MobileNetV3(setting, last, **kwargs)
    return build


mobilenet_v3_large, mobilenet_v3_small = _builder('mobilenet_v3_large'), _builder('mobilenet_v3_small')
`;
