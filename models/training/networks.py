"""A convolutional classifier for [N, 3, 32, 32] images as data, with the shapes and costs it implies.

A network is a list of convolution units, a way to a vector (flatten, adaptive pooling or a recurrent
layer) and a list of dense units. Text is made from it in printing.py, changes in edits.py.
"""
from dataclasses import dataclass, field, replace

CLASSES = 10
IMAGE = (3, 32)


class Invalid(ValueError):
    """A layer would see a feature map smaller than its kernel."""


@dataclass(slots=True)
class Unit:
    """convolution, then norm, activation, pooling and dropout where present.

    residual = n: the input of the unit n - 1 places before is added to this unit's output, before pooling.
    """
    out: int
    k: int = 3
    stride: int = 1
    pad: int = 1
    depthwise: bool = False
    dilation: int = 1
    bias: bool = True
    norm: bool = False
    act: bool = True
    pool: str = ''          # '', 'max', 'avg'
    pool_k: int = 2         # 2 and 4: kernel = stride; 3: kernel 3, stride 2, padding 1
    drop: float = 0.0
    residual: int = 0


@dataclass(slots=True)
class Dense:
    out: int
    norm: bool = False
    act: bool = True
    drop: float = 0.0
    residual: bool = False


@dataclass(slots=True)
class Net:
    units: list
    dense: list = field(default_factory=list)
    act: str = 'relu'
    prepool: int = 0        # average pooling of the image by 2 or 4
    gap: str = ''           # '', 'avg', 'max': adaptive pooling to gap_size before flattening
    gap_size: int = 1
    rnn: str = ''           # '', 'LSTM', 'GRU', 'RNN'
    hidden: int = 0
    rnn_rows: bool = True   # True: [N, channels, positions]; False: [N, positions, channels]
    flat_drop: float = 0.0  # dropout after flattening
    linear: bool = True     # False: the last unit has 10 channels and is pooled to 1 x 1
    final_act: bool = False

    def copy(self):
        return replace(self, units=[replace(u) for u in self.units], dense=[replace(d) for d in self.dense])


@dataclass(slots=True)
class Trace:
    """Shapes of one network: per unit (channels in, size in, size after the convolution, size after pooling)."""
    units: list
    channels: int
    size: int               # after adaptive pooling, if any
    features: int           # length of the vector that the first linear layer sees
    flops: int
    params: int
    layers: int
    width: int


def conv_size(size, u):
    span = u.dilation * (u.k - 1) + 1
    if size + 2 * u.pad < span:
        raise Invalid(f'kernel {u.k} on {size}')
    return (size + 2 * u.pad - span) // u.stride + 1


def pool_size(size, k):
    if k == 3:
        return (size - 1) // 2 + 1
    if size < k:
        raise Invalid(f'pool {k} on {size}')
    return size // k


def spans(net):
    """(first, last) index of every residual span, in order; spans do not overlap."""
    return [(i - u.residual + 1, i) for i, u in enumerate(net.units) if u.residual]


def needs_skip(net, trace, first, last):
    return trace.units[first][0] != net.units[last].out or trace.units[first][1] != trace.units[last][2]


def trace(net):
    """Shapes, multiply-accumulates (convolutions, linear, recurrent), parameters, layers and width."""
    c, s = IMAGE
    flops = params = layers = 0
    width = CLASSES
    if net.prepool:
        s = pool_size(s, net.prepool)
        layers += 1
    rows = []
    for u in net.units:
        if u.depthwise and u.out != c:
            raise Invalid('depthwise')
        after = conv_size(s, u)
        weights = u.out * u.k * u.k * (1 if u.depthwise else c)
        flops += weights * after * after
        params += weights + (u.out if u.bias else 0) + (2 * u.out if u.norm else 0)
        pooled = pool_size(after, u.pool_k) if u.pool else after
        layers += 1 + u.norm + bool(u.pool) + bool(u.drop)
        rows.append((c, s, after, pooled))
        c, s = u.out, pooled
        width = max(width, c)
    last = -1
    for i, u in enumerate(net.units):
        if not u.residual:
            continue
        first = i - u.residual + 1
        if first <= last:
            raise Invalid('overlapping residual spans')
        last = i
        for v in net.units[first:i]:
            if v.pool or v.residual:
                raise Invalid('pool inside a residual span')
        ci, si = rows[first][0], rows[first][1]
        stride = 1
        for v in net.units[first:i + 1]:
            if 2 * v.pad != v.dilation * (v.k - 1):
                raise Invalid('residual span must keep its size')
            stride *= v.stride
        if ci != u.out or si != rows[i][2]:
            if (si - 1) // stride + 1 != rows[i][2]:
                raise Invalid('skip')
            flops += ci * u.out * rows[i][2] ** 2
            params += ci * u.out + u.out
            layers += 1
    if net.gap:
        if net.gap_size > s:
            raise Invalid('adaptive pooling enlarges')
        s = net.gap_size
        layers += 1
    features = c * s * s
    if net.rnn:
        gates = {'LSTM': 4, 'GRU': 3, 'RNN': 1}[net.rnn]
        steps, inputs = (c, s * s) if net.rnn_rows else (s * s, c)
        weights = gates * net.hidden * (inputs + net.hidden)
        flops += steps * weights
        params += weights + 2 * gates * net.hidden
        features = net.hidden
        width = max(width, net.hidden)
        layers += 1
    layers += bool(net.flat_drop)
    n = features
    for d in net.dense:
        if d.residual and d.out != n:
            raise Invalid('dense residual')
        flops += n * d.out
        params += n * d.out + d.out + (2 * d.out if d.norm else 0)
        layers += 1 + d.norm + bool(d.drop)
        n = d.out
        width = max(width, n)
    if net.linear:
        flops += n * CLASSES
        params += n * CLASSES + CLASSES
        layers += 1
    elif net.dense or n != CLASSES:
        raise Invalid('a network without a linear layer must end in 10 channels pooled to 1 x 1')
    return Trace(rows, c, s, features, flops, params, layers, width)


def signature(net):
    """Equal for equal computations, whatever the names in the text."""
    return (tuple((u.out, u.k, u.stride, u.pad, u.depthwise, u.dilation, u.norm, u.act, u.pool, u.pool_k if u.pool else 0, u.drop,
                   u.residual) for u in net.units),
            tuple((d.out, d.norm, d.act, d.drop, d.residual) for d in net.dense),
            net.act, net.prepool, net.gap, net.gap_size if net.gap else 0, net.rnn, net.hidden, net.flat_drop, net.linear,
            net.final_act)


def initial():
    """The initial network of the paper's appendix A."""
    return Net([Unit(1, k=1, pad=0)], final_act=True)
