"""Where parents come from: the initial network, chains of changes, random networks, and styles that only parents have."""
from edits import EDITS, add_recurrent, mutate
from networks import Dense, Net, Unit, initial, trace, Invalid
from printing import Printer, print_net
from plan import plan
from random_networks import conv_width, dense_width, random_net, width_between
from child_printing import child_form, print_child
from more_parents import MORE_SOURCES
from style import plain, random_style

CHAIN_EDITS = [e for e in EDITS if e is not add_recurrent]


def chain(r, net, steps):
    """Returns the network after the changes and the one before the last of them."""
    before = net
    for _ in range(steps):
        child = mutate(r, net, r.choice(CHAIN_EDITS))
        if child is not None:
            before, net = net, child
    return net, before


def helper_source(r, net, style, name):
    """A parent that builds its blocks in a method or a function; returns (network, source)."""
    first = net.units[0] if net.units else Unit(16)
    norm, pool = first.norm, r.random() < 0.5
    widths = [u.out for u in net.units][:4] or [16]
    units = [Unit(max(w, 4), norm=norm, pool='max' if pool else '') for w in widths]
    plain_net = Net(units, [Dense(d.out) for d in net.dense], gap='avg' if net.gap else '', gap_size=1)
    if not pool:
        for u in units:
            if r.random() < 0.6:
                u.pool = 'max'
    t = trace(plain_net)
    method = r.choice(['make_block', '_block', 'conv_block', '_make_layer', 'block'])
    i, o = r.choice([('in_channels', 'out_channels'), ('cin', 'cout'), ('i', 'o'), ('in_c', 'out_c')])
    lines = [f'class {name}(nn.Module):', '    def __init__(self):', '        ' + style.super_call.replace('Net', name)]
    forward = []
    for n, (u, row) in enumerate(zip(units, t.units), 1):
        lines.append(f'        self.block{n} = self.{method}({row[0]}, {u.out})')
        forward.append(f'        x = self.block{n}(x)')
        if not pool and u.pool:
            forward.append('        x = F.max_pool2d(x, 2)')
    if plain_net.gap:
        forward.append('        x = F.adaptive_avg_pool2d(x, 1)')
    forward.append('        x = torch.flatten(x, 1)')
    n_in = t.features
    for n, d in enumerate(plain_net.dense, 1):
        lines.append(f'        self.fc{n} = nn.Linear({n_in}, {d.out})')
        forward.append(f'        x = F.relu(self.fc{n}(x))')
        n_in = d.out
    n = len(plain_net.dense) + 1
    lines.append(f'        self.fc{n} = nn.Linear({n_in}, 10)')
    forward.append(f'        return self.fc{n}(x)')
    body = [f'            nn.Conv2d({i}, {o}, 3, padding=1),']
    if norm:
        body.append(f'            nn.BatchNorm2d({o}),')
    body.append('            nn.ReLU(),')
    if pool:
        body.append('            nn.MaxPool2d(2),')
    lines += ['', f'    def {method}(self, {i}, {o}):', '        return nn.Sequential('] + body + ['        )', '', '    def forward(self, x):'] + forward
    return plain_net, '\n'.join(lines) + '\n'


def class_source(r, net, style, name):
    """A parent with a residual block class of its own; returns (network, source)."""
    norm = r.random() < 0.7
    block = r.choice(['ResidualBlock', 'Block', 'BasicBlock', 'ResBlock'])
    stages = r.choice([1, 2, 2, 3])
    c = width_between(r, 8, 48)
    units, lines, forward, before = [], [], [], 3
    for k in range(1, stages + 1):
        u = Unit(c, norm=norm, pool='max' if r.random() < 0.7 else '')
        units += [u, Unit(c, norm=norm), Unit(c, norm=norm, residual=2)]
        lines.append(f'        self.conv{k} = nn.Conv2d({before}, {c}, 3, padding=1)')
        if norm:
            lines.append(f'        self.bn{k} = nn.BatchNorm2d({c})')
        lines.append(f'        self.block{k} = {block}({c})')
        x = f'F.relu(self.bn{k}(self.conv{k}(x)))' if norm else f'F.relu(self.conv{k}(x))'
        forward.append(f'        x = F.max_pool2d({x}, 2)' if u.pool else f'        x = {x}')
        forward.append(f'        x = self.block{k}(x)')
        before, c = c, min(128, c * r.choice([1, 2]))
    plain_net = Net(units, gap='avg', act='relu')
    lines.append(f'        self.fc = nn.Linear({before}, 10)')
    forward += ['        x = F.adaptive_avg_pool2d(x, 1)', '        x = torch.flatten(x, 1)', '        return self.fc(x)']
    inner = [f'class {block}(nn.Module):', '    def __init__(self, channels):', f'        {style.super_call.replace("Net", block)}']
    for k in (1, 2):
        inner.append(f'        self.conv{k} = nn.Conv2d(channels, channels, 3, padding=1)')
        if norm:
            inner.append(f'        self.bn{k} = nn.BatchNorm2d(channels)')
    a, b = ('self.bn1(self.conv1(x))', 'self.bn2(self.conv2(y))') if norm else ('self.conv1(x)', 'self.conv2(y)')
    inner += ['', '    def forward(self, x):', f'        y = F.relu({a})', f'        y = {b}', '        return F.relu(x + y)', '', '']
    text = inner + [f'class {name}(nn.Module):', '    def __init__(self):', '        ' + style.super_call.replace('Net', name)] + lines
    return plain_net, '\n'.join(text + ['', '    def forward(self, x):'] + forward) + '\n'


def loop_source(r, net, style, name):
    """A parent that gathers its layers in a list; returns (network, source)."""
    n, width, factor = r.choice([2, 3, 3, 4]), width_between(r, 6, 24), r.choice([1, 2, 2])
    norm = r.random() < 0.4
    widths = [width * factor ** i for i in range(n)]
    plain_net = Net([Unit(w, norm=norm, pool='max') for w in widths], [Dense(d.out) for d in net.dense[:1]])
    t = trace(plain_net)
    lines = [f'class {name}(nn.Module):', '    def __init__(self):', '        ' + style.super_call.replace('Net', name), '        layers = []',
             '        channels = 3', f'        for i in range({n}):']
    out = f'{width} * {factor} ** i' if factor > 1 else str(width)
    lines += [f'            layers.append(nn.Conv2d(channels, {out}, 3, padding=1))']
    if norm:
        lines.append(f'            layers.append(nn.BatchNorm2d({out}))')
    lines += ['            layers.append(nn.ReLU())', '            layers.append(nn.MaxPool2d(2))', f'            channels = {out}',
              '        self.features = nn.Sequential(*layers)']
    size = f'channels * {t.size} * {t.size}' if r.random() < 0.5 else str(t.features)
    if plain_net.dense:
        hidden = plain_net.dense[0].out
        lines += [f'        self.fc1 = nn.Linear({size}, {hidden})', f'        self.fc2 = nn.Linear({hidden}, 10)']
        tail = ['        x = F.relu(self.fc1(x))', '        return self.fc2(x)']
    else:
        lines.append(f'        self.fc = nn.Linear({size}, 10)')
        tail = ['        return self.fc(x)']
    return plain_net, '\n'.join(lines + ['', '    def forward(self, x):', '        x = self.features(x)', '        x = torch.flatten(x, 1)'] + tail) + '\n'


def branches_source(r, net, style, name):
    """A parent with two branches that are concatenated; its children have one convolution in their place."""
    c, d, k, out = width_between(r, 4, 32), width_between(r, 4, 32), r.choice([1, 5, 7]), conv_width(r)
    pool = r.choice([2, 4])
    plain_net = Net([Unit(c + d), Unit(out, pool='max', pool_k=pool)], [Dense(x.out) for x in net.dense[:1]])
    t = trace(plain_net)
    a, b = r.choice([('conv3', f'conv{k}'), ('branch1', 'branch2'), ('left', 'right'), ('a', 'b')])
    size = t.features if r.random() < 0.5 else f'{out} * {t.size} * {t.size}'
    lines = [f'class {name}(nn.Module):', '    def __init__(self):', '        ' + style.super_call.replace('Net', name),
             f'        self.{a} = nn.Conv2d(3, {c}, 3, padding=1)', f'        self.{b} = nn.Conv2d(3, {d}, {k}{f", padding={k // 2}" if k > 1 else ""})',
             f'        self.merge = nn.Conv2d({c + d}, {out}, 3, padding=1)']
    forward = [f'        y = F.relu(self.{a}(x))', f'        z = F.relu(self.{b}(x))', f'        x = torch.cat({r.choice(["[y, z]", "(y, z)"])}, {r.choice(["1", "dim=1"])})',
               f'        x = F.max_pool2d(F.relu(self.merge(x)), {pool})', '        x = torch.flatten(x, 1)']
    if plain_net.dense:
        hidden = plain_net.dense[0].out
        lines += [f'        self.fc1 = nn.Linear({size}, {hidden})', f'        self.fc2 = nn.Linear({hidden}, 10)']
        forward += ['        x = F.relu(self.fc1(x))', '        return self.fc2(x)']
    else:
        lines.append(f'        self.fc = nn.Linear({size}, 10)')
        forward.append('        return self.fc(x)')
    return plain_net, '\n'.join(lines + ['', '    def forward(self, x):'] + forward) + '\n'


PARENT_SOURCES = {'helper': helper_source, 'class': class_source, 'loop': loop_source, 'branches': branches_source}


def make_parent(r, name='Net'):
    """Returns (network, the Style or Form of its text, source of the class)."""
    while True:
        try:
            roll = r.random()
            if roll < 0.09:
                return initial(), plain(), print_net(initial(), plain(), name)
            if roll < 0.48 or roll > 0.84:
                first = random_net(r) if roll > 0.84 else initial()
                steps = r.choices([1, 2, 3, 4, 5, 6, 8], [22, 20, 16, 14, 12, 10, 6])[0]
                form = child_form(r, random_style(r) if roll > 0.84 else plain())
                if r.random() < 0.3:
                    form.post = not form.post
                net, before = chain(r, first, steps)
                stated = plan(net, before if r.random() < 0.8 else None) if r.random() < 0.85 else ''
                return net, form, print_child(net, form, name, stated)
            net, style = random_net(r), random_style(r)
            if r.random() < 0.14:
                net, source = r.choice(MORE_SOURCES)(r, net, name)
                return net, style, source
            if style.layout in PARENT_SOURCES:
                net, source = PARENT_SOURCES[style.layout](r, net, style, name)
                return net, style, source
            return net, style, print_net(net, style, name)
        except Invalid:
            continue
