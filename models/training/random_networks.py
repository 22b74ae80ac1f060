"""Random networks and random choices: widths are roughly log-uniform, costs mostly 1e4 to 3e7 multiply-accumulates."""
import math

from networks import Dense, Invalid, Net, Unit, trace

CONV_WIDTHS = [4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 80, 96, 128, 160, 192, 256]
DENSE_WIDTHS = [16, 20, 24, 32, 40, 48, 50, 64, 80, 84, 96, 100, 120, 128, 160, 200, 256, 384, 512, 1024]
DROPS = [0.1, 0.2, 0.25, 0.3, 0.4, 0.5]
ACTS = ['relu'] * 14 + ['leaky_relu', 'elu', 'gelu', 'silu', 'gelu', 'silu', 'relu6', 'selu', 'tanh', 'hardswish']


def width_between(r, low, high, choices=CONV_WIDTHS):
    """Log-uniform between low and high, rounded to a usual number."""
    target = math.exp(r.uniform(math.log(low), math.log(high)))
    return min(choices, key=lambda w: abs(math.log(w / target)))


def conv_width(r):
    return width_between(r, 4, 160)


def dense_width(r):
    low, high = (16, 400) if r.random() < 0.88 else (256, 1200)
    return width_between(r, low, high, DENSE_WIDTHS)


def flops_limit(r):
    return 10 ** (7.5 if r.random() < 0.85 else r.uniform(7.5, 8.6))


def random_unit(r, out, like=None):
    k = r.choices([3, 5, 1, 7], [80, 10, 9, 1])[0]
    u = Unit(out, k=k, pad=k // 2)
    if like is not None:
        u.norm, u.bias, u.act = like.norm, like.bias, like.act or r.random() < 0.8
    return u


def random_net(r, small=False):
    """A random valid network."""
    while True:
        n = r.choices([0, 1, 2, 3, 4, 5, 6, 8, 10], [2, 12, 24, 24, 16, 9, 7, 5, 3])[0]
        base = width_between(r, 4, 32 if n > 2 else 64)
        pattern = r.choice(['double', 'double', 'constant', 'random', 'grow'])
        norm = r.random() < 0.42
        bias = not norm or r.random() < 0.75
        padded = r.random() < 0.85
        kernel = r.choices([0, 3, 5, 1], [25, 62, 9, 4])[0]
        pooling = r.choices(['max', 'avg', 'stride', 'mixed'], [66, 10, 14, 10])[0]
        pool_p = r.choice([0.35, 0.6, 0.9])
        drop_p = r.choice([0, 0, 0, 0.25])
        units, w, size = [], base, 32
        for i in range(n):
            k = kernel or r.choices([3, 5, 1, 7], [70, 15, 13, 2])[0]
            u = Unit(w, k=k, pad=k // 2 if padded else 0, norm=norm, bias=bias)
            if size > 2 and r.random() < pool_p:
                kind = r.choice(['max', 'avg', 'stride']) if pooling == 'mixed' else pooling
                if kind == 'stride' and i:
                    u.stride = 2
                else:
                    u.pool = 'max' if kind == 'stride' else kind
                    u.pool_k = r.choices([2, 3, 4], [92, 5, 3])[0]
                size //= 2
            if r.random() < drop_p:
                u.drop = r.choice(DROPS)
            units.append(u)
            if pattern == 'double' and (u.pool or u.stride == 2 or r.random() < 0.4):
                w = min(256, w * 2)
            elif pattern == 'random':
                w = width_between(r, max(4, base / 2), min(256, base * 6))
            elif pattern == 'grow':
                w = width_between(r, w, min(256, w * 2.2))
        net = Net(units, act=r.choice(ACTS))
        if r.random() < 0.32 and n >= 2:
            add_spans(r, net, r.choice([1, 1, 2, 3]))
        if n >= 2 and r.random() < 0.06:
            i = r.randrange(1, n)
            units.insert(i, Unit(units[i - 1].out, depthwise=True, norm=norm, bias=bias))
            units[i + 1].k, units[i + 1].pad = 1, 0
        if r.random() < 0.05:
            net.prepool = r.choice([2, 2, 4])
        head = r.random()
        if head < 0.36 and n:
            net.gap, net.gap_size = r.choices(['avg', 'max'], [85, 15])[0], r.choices([1, 2, 4], [78, 13, 9])[0]
            n_dense = r.choices([0, 1, 2], [64, 28, 8])[0]
            if n_dense == 0 and net.gap_size == 1 and r.random() < 0.1:
                net.linear = False
                units[-1].out, units[-1].norm, units[-1].drop, units[-1].act = 10, False, 0.0, False
        else:
            n_dense = r.choices([0, 1, 2, 3], [34, 42, 20, 4])[0]
        dense_norm, dense_drop = r.random() < 0.08, r.random() < 0.2
        d = dense_width(r)
        for _ in range(n_dense):
            net.dense.append(Dense(d, norm=dense_norm, drop=r.choice(DROPS) if dense_drop else 0.0))
            d = min(d, dense_width(r))
        if r.random() < 0.08 and net.linear:
            net.flat_drop = r.choice(DROPS)
        if r.random() < 0.05 and net.linear:
            net.final_act = True
        try:
            t = trace(net)
        except Invalid:
            continue
        if t.flops < 5e3 or t.flops > flops_limit(r) or t.params > 3e6 or (small and t.flops > 3e6):
            continue
        return net


def add_spans(r, net, count):
    """Turns up to count places into residual spans of one or two units; places whose shapes do not fit are skipped."""
    order = list(range(len(net.units)))
    r.shuffle(order)
    done = 0
    for i in order:
        if done >= count:
            break
        length = r.choice([1, 2])
        if i - length + 1 < (1 if r.random() < 0.8 else 0):
            continue
        net.units[i].residual = length
        try:
            t = trace(net)
            first = i - length + 1
            if t.units[first][0] != net.units[i].out and length == 1 and r.random() < 0.6:
                raise Invalid('prefer equal channels')
            done += 1
        except Invalid:
            net.units[i].residual = 0
    return done
