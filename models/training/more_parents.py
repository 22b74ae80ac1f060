"""Further ways in which only parents are written: a list of widths, an nn.ModuleList, residual stages with strides, separable convolutions,
one nn.Sequential with names. Each function returns (network, source)."""
from networks import Dense, Net, Unit, trace
from random_networks import width_between

FLATTEN = ['x = torch.flatten(x, 1)', 'x = x.view(x.size(0), -1)', 'x = x.flatten(1)', 'x = x.reshape(x.shape[0], -1)']


def class_text(r, name, init, forward, arguments='self', before=()):
    start = r.choice(['super().__init__()', f'super({name}, self).__init__()'])
    lines = [*before, f'class {name}(nn.Module):', f'    def __init__({arguments}):', f'        {start}', *('        ' + x for x in init), '',
             '    def forward(self, x):', *('        ' + x for x in forward)]
    return '\n'.join(lines) + '\n'


def head(r, t, hidden):
    """Linear layers from the feature map to ten classes: lines of __init__, lines of forward behind the flattening."""
    size = str(t.features) if r.random() < 0.5 or t.size == 1 else f'{t.channels} * {t.size} * {t.size}'
    if not hidden:
        n = r.choice(['fc', 'classifier', 'head', 'linear', 'out'])
        return [f'self.{n} = nn.Linear({size}, 10)'], [f'return self.{n}(x)']
    if r.random() < 0.5:
        n = r.choice(['classifier', 'head', 'fc'])
        return [f'self.{n} = nn.Sequential(', f'    nn.Linear({size}, {hidden}),', '    nn.ReLU(),', f'    nn.Linear({hidden}, 10),', ')'], [f'return self.{n}(x)']
    return [f'self.fc1 = nn.Linear({size}, {hidden})', f'self.fc2 = nn.Linear({hidden}, 10)'], ['x = F.relu(self.fc1(x))', 'return self.fc2(x)']


def configured(r, net, name):
    """Widths and poolings as a list that a loop reads."""
    norm, units, words, width = r.random() < 0.6, [], [], width_between(r, 6, 40)
    for _ in range(r.choice([2, 3, 3, 4])):
        for _ in range(r.choice([1, 1, 2])):
            units.append(Unit(width, norm=norm))
            words.append(str(width))
        units[-1].pool = 'max'
        words.append("'M'")
        width = min(128, width * r.choice([1, 2, 2]))
    hidden = net.dense[0].out if net.dense else 0
    out = Net(units, [Dense(hidden)] if hidden else [], gap=r.choice(['', 'avg']))
    t = trace(out)
    v, i = r.choice([('v', 'channels'), ('item', 'in_channels'), ('width', 'c'), ('x', 'in_c')])
    loop = ['layers = []', f'{i} = 3', f'for {v} in [{", ".join(words)}]:', f"    if {v} == 'M':", '        layers.append(nn.MaxPool2d(2))', '    else:']
    if norm:
        loop.append(f'        layers += [nn.Conv2d({i}, {v}, 3, padding=1), nn.BatchNorm2d({v}), nn.ReLU()]')
    else:
        loop.append(f'        layers += [nn.Conv2d({i}, {v}, kernel_size=3, padding=1), nn.ReLU(inplace=True)]')
    loop += [f'        {i} = {v}', 'self.features = nn.Sequential(*layers)']
    a, b = head(r, t, hidden)
    pool = ['self.pool = nn.AdaptiveAvgPool2d(1)'] if out.gap else []
    forward = ['x = self.features(x)'] + (['x = self.pool(x)'] if out.gap else []) + [r.choice(FLATTEN)] + b
    return out, class_text(r, name, loop + pool + a, forward)


def listed(r, net, name):
    """Convolutions in an nn.ModuleList that forward goes through."""
    n, norm = r.choice([2, 3, 4]), r.random() < 0.4
    widths = [width_between(r, 6, 48) for _ in range(n)]
    out = Net([Unit(w, norm=norm, pool='max') for w in widths], gap=r.choice(['', 'avg']))
    t = trace(out)
    sizes = ', '.join(map(str, [3] + widths))
    convs, norms = r.choice([('convs', 'norms'), ('layers', 'bns'), ('blocks', 'norm_layers')])
    init = [f'sizes = [{sizes}]', f'self.{convs} = nn.ModuleList(', f'    [nn.Conv2d(sizes[i], sizes[i + 1], 3, padding=1) for i in range({n})]', ')']
    if norm:
        init.append(f'self.{norms} = nn.ModuleList([nn.BatchNorm2d(c) for c in sizes[1:]])')
        forward = [f'for conv, norm in zip(self.{convs}, self.{norms}):', '    x = F.max_pool2d(F.relu(norm(conv(x))), 2)']
    else:
        forward = [f'for conv in self.{convs}:', '    x = F.max_pool2d(F.relu(conv(x)), 2)']
    forward += [r.choice(['x = F.adaptive_avg_pool2d(x, 1)', 'x = F.adaptive_avg_pool2d(x, (1, 1))'])] if out.gap else []
    a, b = head(r, t, 0)
    return out, class_text(r, name, init + a, forward + [r.choice(FLATTEN)] + b)


def strided(r, net, name):
    """Residual blocks with a stride and a projection, as in ResNet."""
    c, stages = width_between(r, 8, 32), r.choice([1, 2, 2, 3])
    units, before = [Unit(c, norm=True)], c
    block = r.choice(['BasicBlock', 'ResBlock', 'Block', 'Residual'])
    calls = []
    for k in range(stages):
        wide, stride = min(128, before * (2 if k else 1)), 2 if k else 1
        units += [Unit(wide, stride=stride, norm=True), Unit(wide, norm=True, residual=2)]
        calls.append((before, wide, stride))
        before = wide
    out = Net(units, gap='avg')
    short = r.choice(['shortcut', 'downsample', 'skip'])
    inner = [f'class {block}(nn.Module):', '    def __init__(self, in_planes, planes, stride=1):', '        super().__init__()',
             '        self.conv1 = nn.Conv2d(in_planes, planes, 3, stride=stride, padding=1)', '        self.bn1 = nn.BatchNorm2d(planes)',
             '        self.conv2 = nn.Conv2d(planes, planes, 3, padding=1)', '        self.bn2 = nn.BatchNorm2d(planes)', f'        self.{short} = nn.Identity()',
             '        if stride != 1 or in_planes != planes:', f'            self.{short} = nn.Conv2d(in_planes, planes, 1, stride=stride)', '',
             '    def forward(self, x):', '        out = F.relu(self.bn1(self.conv1(x)))', '        out = self.bn2(self.conv2(out))',
             f'        out = out + self.{short}(x)', '        return F.relu(out)', '', '']
    init = [f'self.conv1 = nn.Conv2d(3, {c}, 3, padding=1)', f'self.bn1 = nn.BatchNorm2d({c})']
    forward = ['x = F.relu(self.bn1(self.conv1(x)))']
    stage = r.choice(['layer', 'stage', 'block'])
    for k, (a, b, stride) in enumerate(calls, 1):
        init.append(f'self.{stage}{k} = {block}({a}, {b}' + (f', stride={stride})' if stride > 1 else ')'))
        forward.append(f'x = self.{stage}{k}(x)')
    init.append(f'self.fc = nn.Linear({before}, 10)')
    forward += [r.choice(['x = F.adaptive_avg_pool2d(x, 1)', 'x = F.adaptive_avg_pool2d(x, (1, 1))']), r.choice(FLATTEN), 'return self.fc(x)']
    return out, class_text(r, name, init, forward, before=inner)


def separable(r, net, name):
    """Depthwise and pointwise convolutions in a class of their own."""
    widths = [width_between(r, 8, 48) for _ in range(r.choice([2, 2, 3]))]
    units, before = [Unit(widths[0], norm=True)], widths[0]
    for w in widths[1:]:
        units += [Unit(before, depthwise=True, act=False), Unit(w, k=1, pad=0, norm=True, pool='max')]
        before = w
    out = Net(units, gap='avg')
    block = r.choice(['SeparableConv', 'DepthwiseSeparable', 'DWConv'])
    a, b = r.choice([('in_channels', 'out_channels'), ('cin', 'cout')])
    inner = [f'class {block}(nn.Module):', f'    def __init__(self, {a}, {b}):', '        super().__init__()',
             f'        self.depthwise = nn.Conv2d({a}, {a}, 3, padding=1, groups={a})', f'        self.pointwise = nn.Conv2d({a}, {b}, 1)',
             f'        self.bn = nn.BatchNorm2d({b})', '', '    def forward(self, x):', '        return F.relu(self.bn(self.pointwise(self.depthwise(x))))', '', '']
    init, forward = [f'self.stem = nn.Sequential(nn.Conv2d(3, {widths[0]}, 3, padding=1), nn.BatchNorm2d({widths[0]}), nn.ReLU())'], ['x = self.stem(x)']
    for k, (c, d) in enumerate(zip(widths, widths[1:]), 1):
        init.append(f'self.conv{k} = {block}({c}, {d})')
        forward.append(f'x = F.max_pool2d(self.conv{k}(x), 2)')
    init.append(f'self.fc = nn.Linear({before}, 10)')
    forward += [r.choice(['x = F.adaptive_avg_pool2d(x, 1)', 'x = x.mean(dim=(2, 3), keepdim=True)']), r.choice(FLATTEN), 'return self.fc(x)']
    return out, class_text(r, name, init, forward, before=inner)


def named(r, net, name):
    """One nn.Sequential of an ordered dictionary."""
    norm, widths = r.random() < 0.4, [width_between(r, 6, 48) for _ in range(r.choice([1, 2, 2, 3]))]
    hidden = net.dense[0].out if net.dense else 0
    out = Net([Unit(w, norm=norm, pool='max') for w in widths], [Dense(hidden)] if hidden else [])
    t = trace(out)
    rows, before = [], 3
    for k, w in enumerate(widths, 1):
        rows.append((f'conv{k}', f'nn.Conv2d({before}, {w}, 3, padding=1)'))
        rows += [(f'norm{k}', f'nn.BatchNorm2d({w})')] * norm
        rows += [(f'relu{k}', 'nn.ReLU()'), (f'pool{k}', 'nn.MaxPool2d(2)')]
        before = w
    rows.append(('flatten', 'nn.Flatten()'))
    size = f'{t.channels} * {t.size} * {t.size}'
    rows += [('fc1', f'nn.Linear({size}, {hidden})'), ('relu', 'nn.ReLU()')] if hidden else []
    rows.append(('output', f'nn.Linear({hidden or size}, 10)'))
    n = r.choice(['net', 'model', 'layers'])
    init = [f'self.{n} = nn.Sequential(OrderedDict([', *(f"    ('{a}', {b})," for a, b in rows), ']))']
    return out, class_text(r, name, init, [f'return self.{n}(x)'], before=['from collections import OrderedDict', '', ''])


MORE_SOURCES = [configured, listed, strided, separable, named]
