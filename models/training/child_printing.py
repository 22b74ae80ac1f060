"""How every child is written: one plain form, whatever the parent looks like, so that a small model can keep it consistent.

Layers stand in the order of use, each convolution and pooling with the shape after it; a residual block is named res, with the
shapes before and after it at its end, where its projection (skip) follows if they differ. forward then follows the list of layers from top
to bottom.
"""
from dataclasses import dataclass

from networks import CLASSES, needs_skip, spans, trace
from printing import MODULE


@dataclass(slots=True)
class Form:
    layout: str = 'flat'        # flat, or sequential: features and classifier
    flatten: str = 'torch.flatten(x, 1)'
    post: bool = False          # activation after the addition of a residual block


FLATTENS = ['torch.flatten(x, 1)', 'x.view(x.size(0), -1)', 'x.flatten(1)']


def child_form(r, parent):
    """The form of a child; parent: the Form or the Style that the parent is written in."""
    if isinstance(parent, Form):
        layout = parent.layout if r.random() < 0.85 else r.choice(['flat', 'sequential'])
        return Form(layout, parent.flatten, parent.post if r.random() < 0.9 else not parent.post)
    flat = parent.layout in ('flat', 'class', 'branches') and r.random() < 0.6
    flatten = parent.flatten if parent.flatten in FLATTENS else FLATTENS[0]
    return Form('flat' if flat else 'sequential', flatten, parent.keep != 'inline' and r.random() < 0.8)


class ChildPrinter:
    def __init__(self, net, form, name):
        self.net, self.form, self.name, self.trace = net, form, name, trace(net)
        self.body, self.forward = [], []

    def declare(self, name, module, comment=''):
        self.body.append(f'self.{name} = {module}' + (f'  # {comment}' if comment else ''))
        return f'self.{name}'

    def sequential(self, name, lines, comment=''):
        """comment: what to say of the whole."""
        if len(lines) == 1:
            module, shape = lines[0]
            self.declare(name, module, comment or shape)
            return
        self.body.append(f'self.{name} = nn.Sequential(')
        self.body += [f'    {module},' + (f'  # {shape}' if shape else '') for module, shape in lines]
        self.body.append(')' + (f'  # {comment}' if comment else ''))

    def step(self, name):
        self.forward.append(f'x = self.{name}(x)')

    @staticmethod
    def shape(c, s):
        return f'{c} x {s} x {s}'

    def conv(self, u, c):
        text = f'{c}, {u.out}, {u.k}'
        if u.stride != 1:
            text += f', stride={u.stride}'
        if u.pad:
            text += f', padding={u.pad}'
        if u.dilation != 1:
            text += f', dilation={u.dilation}'
        if u.depthwise:
            text += f', groups={c}'
        if not u.bias:
            text += ', bias=False'
        return f'nn.Conv2d({text})'

    @staticmethod
    def pool(kind, k):
        name = {'max': 'MaxPool2d', 'avg': 'AvgPool2d'}[kind]
        return f'nn.{name}(3, stride=2, padding=1)' if k == 3 else f'nn.{name}({k})'

    @staticmethod
    def drop(p, two):
        return f'nn.Dropout{"2d" if two else ""}({p})'

    def act_module(self):
        n = MODULE[self.net.act]
        return 'nn.LeakyReLU(0.1)' if n == 'LeakyReLU' else f'nn.{n}()'

    def activate(self, x):
        a = self.net.act
        if a in ('tanh', 'sigmoid'):
            return f'torch.{a}({x})'
        return f'F.{a}({x}, 0.1)' if a == 'leaky_relu' else f'F.{a}({x})'

    def unit_lines(self, i, act=True, after=True):
        u, (c, _, size, pooled) = self.net.units[i], self.trace.units[i]
        lines = [(self.conv(u, c), self.shape(u.out, size))]
        if u.norm:
            lines.append((f'nn.BatchNorm2d({u.out})', ''))
        if u.act and act:
            lines.append((self.act_module(), ''))
        if after and u.pool:
            lines.append((self.pool(u.pool, u.pool_k), self.shape(u.out, pooled)))
        if after and u.drop:
            lines.append((self.drop(u.drop, u.drop < 0.25), ''))
        return lines

    def prepool(self):
        return f'nn.AvgPool2d({self.net.prepool})', self.shape(3, 32 // self.net.prepool)

    def gap(self):
        net = self.net
        return (f'nn.Adaptive{"Avg" if net.gap == "avg" else "Max"}Pool2d({net.gap_size})', self.shape(self.trace.channels, net.gap_size))

    def pool_and_drop(self, i, n):
        u, row = self.net.units[i], self.trace.units[i]
        if u.pool:
            self.declare(f'pool{n}', self.pool(u.pool, u.pool_k), self.shape(u.out, row[3]))
            self.step(f'pool{n}')
        if u.drop:
            self.declare(f'drop{n}', self.drop(u.drop, u.drop < 0.25))
            self.step(f'drop{n}')

    def segments(self, flat):
        """Units and residual blocks, each with its own number."""
        net, rows = self.net, self.trace.units
        ends = {a: b for a, b in spans(net)}
        if net.prepool:
            self.declare('pool0', *self.prepool())
            self.step('pool0')
        i = n = 0
        while i < len(net.units):
            n += 1
            if i in ends:
                b = ends[i]
                u = net.units[b]
                other = 'x'
                post = self.form.post and u.act
                lines = [line for j in range(i, b) for line in self.unit_lines(j)] + self.unit_lines(b, act=not post, after=False)
                self.sequential(f'res{n}', lines, f'{self.shape(rows[i][0], rows[i][1])} -> {self.shape(u.out, rows[b][2])}')
                if needs_skip(net, self.trace, i, b):
                    stride = 1
                    for v in net.units[i:b + 1]:
                        stride *= v.stride
                    other = self.declare(f'skip{n}', f'nn.Conv2d({rows[i][0]}, {u.out}, 1{f", stride={stride}" if stride != 1 else ""})',
                                         self.shape(u.out, rows[b][2])) + '(x)'
                total = f'{other} + self.res{n}(x)'
                self.forward.append(f'x = {self.activate(total) if post else total}')
                self.pool_and_drop(b, n)
                i = b + 1
                continue
            u = net.units[i]
            if flat:
                x = self.declare(f'conv{n}', *self.unit_lines(i)[0]) + '(x)'
                if u.norm:
                    x = self.declare(f'bn{n}', f'nn.BatchNorm2d({u.out})') + f'({x})'
                self.forward.append(f'x = {self.activate(x) if u.act else x}')
                self.pool_and_drop(i, n)
            else:
                self.sequential(f'block{n}', self.unit_lines(i))
                self.step(f'block{n}')
            i += 1

    def features_text(self):
        t = self.trace
        if self.net.rnn:
            return str(self.net.hidden)
        return str(t.channels) if t.size == 1 else f'{t.channels} * {t.size} * {t.size}'

    def to_vector(self):
        net, t = self.net, self.trace
        if not net.rnn:
            self.forward.append(f'x = {self.form.flatten}')
            return
        if net.rnn_rows:
            inputs = f'{t.size} * {t.size}'
            self.forward.append(f'x = x.view(x.size(0), {t.channels}, {t.size} * {t.size})')
        else:
            inputs = str(t.channels)
            self.forward.append('x = x.flatten(2).transpose(1, 2)')
        name = net.rnn.lower()
        self.declare(name, f'nn.{net.rnn}({inputs}, {net.hidden}, batch_first=True)')
        self.forward += [f'x, _ = self.{name}(x)', 'x = x[:, -1]']

    def classifier(self):
        net, lines, n = self.net, [], self.features_text()
        if net.flat_drop:
            lines.append((f'nn.Dropout({net.flat_drop})', ''))
        for d in net.dense:
            lines.append((f'nn.Linear({n}, {d.out})', ''))
            if d.norm:
                lines.append((f'nn.BatchNorm1d({d.out})', ''))
            if d.act:
                lines.append((self.act_module(), ''))
            if d.drop:
                lines.append((f'nn.Dropout({d.drop})', ''))
            n = d.out
        if net.linear:
            lines.append((f'nn.Linear({n}, {CLASSES})', ''))
        if net.final_act:
            lines.append((self.act_module(), ''))
        if lines:
            self.sequential('classifier', lines)
            self.step('classifier')

    def flat_classifier(self):
        net, n = self.net, self.features_text()
        if net.flat_drop:
            self.declare('dropout', f'nn.Dropout({net.flat_drop})')
            self.step('dropout')
        for j, d in enumerate(net.dense, 1):
            x = self.declare(f'fc{j}', f'nn.Linear({n}, {d.out})') + '(x)'
            if d.norm:
                x = self.declare(f'norm{j}', f'nn.BatchNorm1d({d.out})') + f'({x})'
            self.forward.append(f'x = {self.activate(x) if d.act else x}')
            if d.drop:
                self.declare(f'dropout{j}', f'nn.Dropout({d.drop})')
                self.step(f'dropout{j}')
            n = d.out
        if net.linear:
            x = self.declare(f'fc{len(net.dense) + 1}', f'nn.Linear({n}, {CLASSES})') + '(x)'
            self.forward.append(f'x = {self.activate(x) if net.final_act else x}')

    def text(self):
        net = self.net
        flat = self.form.layout == 'flat' or not net.units
        if not flat and not spans(net):
            lines = [self.prepool()] if net.prepool else []
            for i in range(len(net.units)):
                lines += self.unit_lines(i)
            self.sequential('features', lines + ([self.gap()] if net.gap else []))
            self.step('features')
        else:
            self.segments(flat)
            if net.gap:
                self.declare('gap', *self.gap())
                self.step('gap')
        self.to_vector()
        if flat:
            self.flat_classifier()
        else:
            self.classifier()
        lines = [f'class {self.name}(nn.Module):', '    def __init__(self):', '        super().__init__()']
        lines += ['        ' + line for line in self.body] + ['', '    def forward(self, x):']
        return '\n'.join(lines + ['        ' + line for line in self.forward] + ['        return x']) + '\n'


def print_child(net, form, name='Net', plan=''):
    """Source of the class, ending in one newline; plan: the line of plan.py, where it has one."""
    text = ChildPrinter(net, form, name).text()
    first = text.index('\n')
    return text[:first] + plan + text[first:]
