/** torchvision's building blocks, as Python of our own: ops.misc, ops.stochastic_depth, models._utils, models._api. */
export const blocks = `
import torch
from torch import nn


class ConvNormActivation(nn.Sequential):
    def __init__(self, in_channels, out_channels, kernel_size=3, stride=1, padding=None, groups=1,
                 norm_layer=nn.BatchNorm2d, activation_layer=nn.ReLU, dilation=1, inplace=True, bias=None,
                 conv_layer=nn.Conv2d):
        if padding is None:
            if isinstance(kernel_size, int) and isinstance(dilation, int):
                padding = dilation * ((kernel_size - 1) // 2)
            else:
                axes = len(dilation) if isinstance(kernel_size, int) else len(kernel_size)
                kernel_size = (kernel_size,) * axes if isinstance(kernel_size, int) else tuple(kernel_size)
                dilation = (dilation,) * axes if isinstance(dilation, int) else tuple(dilation)
                padding = tuple(d * ((k - 1) // 2) for k, d in zip(kernel_size, dilation))
        steps = [conv_layer(in_channels, out_channels, kernel_size, stride, padding, dilation=dilation, groups=groups,
                            bias=norm_layer is None if bias is None else bias)]
        if norm_layer is not None:
            steps.append(norm_layer(out_channels))
        if activation_layer is not None:
            steps.append(activation_layer() if inplace is None else activation_layer(inplace=inplace))
        super().__init__(*steps)
        self.out_channels = out_channels


class Conv2dNormActivation(ConvNormActivation):
    def __init__(self, in_channels, out_channels, kernel_size=3, stride=1, padding=None, groups=1,
                 norm_layer=nn.BatchNorm2d, activation_layer=nn.ReLU, dilation=1, inplace=True, bias=None):
        super().__init__(in_channels, out_channels, kernel_size, stride, padding, groups, norm_layer,
                         activation_layer, dilation, inplace, bias, nn.Conv2d)


class SqueezeExcitation(nn.Module):
    def __init__(self, input_channels, squeeze_channels, activation=nn.ReLU, scale_activation=nn.Sigmoid):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation = activation()
        self.scale_activation = scale_activation()

    def _scale(self, input):
        return self.scale_activation(self.fc2(self.activation(self.fc1(self.avgpool(input)))))

    def forward(self, input):
        return self._scale(input) * input


class MLP(nn.Sequential):
    def __init__(self, in_channels, hidden_channels, norm_layer=None, activation_layer=nn.ReLU, inplace=None, bias=True,
                 dropout=0.0):
        how = {} if inplace is None else {'inplace': inplace}
        steps, width = [], in_channels
        for hidden in hidden_channels[:-1]:
            steps.append(nn.Linear(width, hidden, bias=bias))
            if norm_layer is not None:
                steps.append(norm_layer(hidden))
            steps += [activation_layer(**how), nn.Dropout(dropout, **how)]
            width = hidden
        steps += [nn.Linear(width, hidden_channels[-1], bias=bias), nn.Dropout(dropout, **how)]
        super().__init__(*steps)


class Permute(nn.Module):
    def __init__(self, dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return torch.permute(x, self.dims)


class FrozenBatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.register_buffer('weight', torch.ones(num_features))
        self.register_buffer('bias', torch.zeros(num_features))
        self.register_buffer('running_mean', torch.zeros(num_features))
        self.register_buffer('running_var', torch.ones(num_features))

    def forward(self, x):
        factor = self.weight * (self.running_var + self.eps).rsqrt()
        shift = self.bias - self.running_mean * factor
        return x * factor.reshape(1, -1, 1, 1) + shift.reshape(1, -1, 1, 1)
`;

export const stochasticDepth = `
import torch
from torch import nn


def stochastic_depth(input, p, mode, training=True):
    if not 0.0 <= p <= 1.0:
        raise ValueError(f'drop probability has to be between 0 and 1, but got {p}')
    if mode not in ('batch', 'row'):
        raise ValueError(f"mode has to be either 'batch' or 'row', but got {mode}")
    if not training or p == 0.0:
        return input
    kept = 1.0 - p
    ones = [1] * (input.ndim - 1)
    mask = torch.empty([input.shape[0] if mode == 'row' else 1] + ones, dtype=input.dtype, device=input.device)
    mask = mask.bernoulli_(kept)
    if kept > 0.0:
        mask.div_(kept)
    return input * mask


class StochasticDepth(nn.Module):
    def __init__(self, p, mode):
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, input):
        return stochastic_depth(input, self.p, self.mode, self.training)
`;

export const utilities = `
def _make_divisible(v, divisor, min_value=None):
    least = divisor if min_value is None else min_value
    rounded = max(least, int(v + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * v else rounded


def _ovewrite_named_param(kwargs, param, new_value):
    if kwargs.setdefault(param, new_value) != new_value:
        raise ValueError(f"The parameter '{param}' expected value {new_value} but got {kwargs[param]} instead.")


def _ovewrite_value_param(param, actual, expected):
    if actual is not None and actual != expected:
        raise ValueError(f"The parameter '{param}' expected value {expected} but got {actual} instead.")
    return expected


def handle_legacy_interface(**weights):
    return lambda builder: builder


def without_weights(weights, pretrained=None):
    if weights or pretrained:
        raise RuntimeError('pretrained weights of torchvision would be downloaded, which nothing here does: build it '
                           'with weights=None, and give a file of weights with --weights')
`;

export const registry = `
class WeightsEnum:
    pass


class Weights:
    def __init__(self, *args, **kwargs):
        pass


def register_model(name=None):
    return lambda builder: builder
`;
