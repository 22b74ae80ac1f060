"""Network + style -> Python source of an nn.Module.

With style.comments every convolution and pooling carries the shape after it ("16 x 32 x 32"; where a pooling that has no
line of its own follows, "-> 16 x 16 x 16"), so a language model that writes the text top to bottom has
each size at hand when it needs it.
"""
import re

from networks import CLASSES, needs_skip, spans, trace
from style import PARENT_LAYOUTS

HEADER = 'import torch\nimport torch.nn as nn\nimport torch.nn.functional as F\n\n'
MODULE = {'relu': 'ReLU', 'leaky_relu': 'LeakyReLU', 'elu': 'ELU', 'gelu': 'GELU', 'silu': 'SiLU', 'relu6': 'ReLU6', 'selu': 'SELU',
          'tanh': 'Tanh', 'hardswish': 'Hardswish', 'sigmoid': 'Sigmoid'}
TORCH_FORM = {'relu', 'tanh', 'sigmoid', 'selu'}


class Printer:
    def __init__(self, net, style, name='Net'):
        self.net, self.s, self.name = net, style, name
        self.t = trace(net)
        self.body = []          # (kind, line) of __init__
        self.forward = []
        self.counts = {}
        self.pool_names = {}
        self.norms = 0

    # pieces -----------------------------------------------------------------------------------------------------

    def size(self, c, s):
        return f'{c} x {s} x {s}'

    def declare(self, kind, name, module, comment=''):
        tail = f'  # {comment}' if comment and self.s.comments else ''
        self.body.append((kind, f'self.{name} = {module}{tail}'))
        return f'self.{name}'

    def count(self, base):
        self.counts[base] = self.counts.get(base, 0) + 1
        return f'{base}{self.counts[base]}'

    def conv_text(self, u, c):
        form = self.s.conv_args
        k = f'({u.k}, {u.k})' if form == 'tuple' else u.k
        if form == 'full':
            head = f'in_channels={c}, out_channels={u.out}, kernel_size={k}'
        elif form == 'keyword':
            head = f'{c}, {u.out}, kernel_size={k}'
        else:
            head = f'{c}, {u.out}, {k}'
        if form == 'position' and (u.pad or u.stride != 1):
            head += f', {u.stride}, {u.pad}'
        else:
            if u.stride != 1:
                head += f', stride={u.stride}'
            if u.pad:
                head += f', padding={u.pad}'
        if u.dilation != 1:
            head += f', dilation={u.dilation}'
        if u.depthwise:
            head += f', groups={c}'
        if not u.bias:
            head += ', bias=False'
        return f'nn.Conv2d({head})'

    def pool_text(self, kind, k):
        name = {'max': 'MaxPool2d', 'avg': 'AvgPool2d'}[kind]
        if k == 3:
            return f'nn.{name}(3, stride=2, padding=1)'
        return f'nn.{name}({k}, {k})' if self.s.conv_args in ('full', 'tuple') else f'nn.{name}({k})'

    def act_module(self):
        n = MODULE[self.net.act]
        if n == 'LeakyReLU':
            return 'nn.LeakyReLU(0.1)'
        return f'nn.{n}(inplace=True)' if self.s.inplace and n in ('ReLU', 'ReLU6') else f'nn.{n}()'

    def activate(self, x):
        a = self.net.act
        if self.s.act:
            return f'self.{self.s.act}({x})'
        if self.s.act_form == 'torch' and a in TORCH_FORM or a in ('tanh', 'sigmoid'):
            return f'torch.{a}({x})'
        return f'F.{a}({x}, 0.1)' if a == 'leaky_relu' else f'F.{a}({x})'

    def pool_call(self, u, c, s, x, arrow):
        """Pooling of x; returns (expression, comment that the convolution's line must carry)."""
        text = self.pool_text(u.pool, u.pool_k)
        if self.s.pools == 'each':
            return self.declare('pool', self.count(self.s.pool), text, self.size(c, s)) + f'({x})', ''
        if self.s.pools == 'functional':
            k = '3, stride=2, padding=1' if u.pool_k == 3 else str(u.pool_k)
            return f'F.{u.pool}_pool2d({x}, {k})', arrow
        return f'self.{self.pool_names[(u.pool, u.pool_k)]}({x})', arrow

    def drop_call(self, p, x, two=False):
        if self.s.drops == 'functional':
            return f'F.dropout({x}, {p}, training=self.training)'
        return self.declare('drop', self.count(self.s.drop), f'nn.Dropout{"2d" if two else ""}({"p=" if self.s.tuples else ""}{p})') + f'({x})'

    def steps(self, calls):
        """Emits x = ... for a chain of functions, nested or one a line."""
        style = self.s.lines
        groups = []
        for kind, f in calls:
            if groups and (style == 'nested' or style == 'mixed' and kind in ('norm', 'act')):
                groups[-1].append(f)
            else:
                groups.append([f])
        for g in groups:
            x = 'x'
            for f in g:
                x = f(x)
            self.forward.append(f'x = {x}')

    # feature part, layout flat ------------------------------------------------------------------------------------

    def name_norm(self):
        self.norms += 1
        return f'{self.s.bn}{self.norms}'

    def flat_features(self):
        net, s, t = self.net, self.s, self.t
        ends = {b: a for a, b in spans(net)}
        starts = {a: b for a, b in spans(net)}
        if s.pools == 'shared':
            for u in net.units:
                key = (u.pool, u.pool_k)
                if u.pool and key not in self.pool_names:
                    self.pool_names[key] = s.pool if not self.pool_names else f'{s.pool}{len(self.pool_names) + 1}'
                    self.declare('pool', self.pool_names[key], self.pool_text(*key))
        if net.prepool:
            name = self.declare('pool', 'prepool' if s.pools != 'each' else self.count(s.pool), f'nn.AvgPool2d({net.prepool})',
                                self.size(3, 32 // net.prepool))
            self.forward.append(f'x = {name}(x)')
        pending = []
        open_end = -1
        for i, u in enumerate(net.units):
            c, before, after, pooled = t.units[i]
            if i in starts:
                self.steps(pending)
                pending = []
                open_end = starts[i]
                inline = s.keep == 'inline'
                skip = needs_skip(net, t, i, open_end)
                skip_name = f'{s.skip}{open_end + 1}'
                keep_var = 'identity' if inline else s.keep
                single = u.residual == 1
                if not (inline and single):
                    self.forward.append(f'{keep_var} = self.{skip_name}(x)' if skip else f'{keep_var} = x')
            conv = f'{s.conv}{i + 1}'
            comment = self.size(u.out, after)
            at = len(self.body)
            self.declare('conv', conv, self.conv_text(u, c), comment)
            calls = [('conv', lambda x, n=conv: f'self.{n}({x})')]
            if u.norm:
                n = self.declare('norm', self.name_norm(), f'nn.BatchNorm2d({u.out})')
                calls.append(('norm', lambda x, n=n: f'{n}({x})'))
            act = ('act', self.activate)
            tail = []
            mark = ''
            if i in ends:
                mark = ', residual'
                if skip:
                    stride = 1
                    for v in net.units[ends[i]:i + 1]:
                        stride *= v.stride
                    self.declare('conv', skip_name, f'nn.Conv2d({t.units[ends[i]][0]}, {u.out}, 1{f", stride={stride}" if stride != 1 else ""})',
                                 comment)
            if u.pool:
                arrow = f' -> {self.size(u.out, pooled)}'
                call, note = self.pool_call(u, u.out, pooled, 'x', arrow)
                mark += note
                tail.append(('pool', lambda x, f=call: f.replace('(x', f'({x}', 1)))
            gap_note = self.gap_note(i)
            if mark or gap_note:
                kind, line = self.body[at]
                if s.comments:
                    self.body[at] = (kind, line + mark + gap_note)
            if u.drop:
                call = self.drop_call(u.drop, 'x', two=u.drop < 0.25)
                tail.append(('drop', lambda x, f=call: f.replace('(x', f'({x}', 1)))
            if i in ends:
                calls_before = calls + ([act] if u.act and s.keep == 'inline' else [])
                if u.residual == 1 and s.keep == 'inline':
                    x = 'x'
                    for _, f in calls_before:
                        x = f(x)
                    self.forward.append(f'x = {f"self.{skip_name}(x)" if skip else "x"} + {x}')
                else:
                    self.steps(calls_before if s.keep == 'inline' else calls)
                    if s.keep == 'inline' or not u.act:
                        self.forward.append(f'x = x + {keep_var}')
                    else:
                        self.forward.append(f'x = {self.activate(f"x + {keep_var}")}')
                self.steps(tail)
                pending = []
            else:
                pending = calls + ([act] if u.act else []) + tail
                self.steps(pending)
                pending = []

    def gap_note(self, i):
        """What the last convolution's comment says of an adaptive pooling that has no line of its own."""
        net, s = self.net, self.s
        if i != len(net.units) - 1 or not net.gap or self.gap_form() == 'module':
            return ''
        return f' -> {self.size(self.t.channels, net.gap_size)}'

    def gap_form(self):
        if self.s.gap == 'mean' and (self.net.gap != 'avg' or self.net.gap_size != 1):
            return 'functional'
        return self.s.gap

    # feature part, in nn.Sequential ---------------------------------------------------------------------------------

    def unit_lines(self, u, row, pool=True, last_act=True):
        c, before, after, pooled = row
        lines = [(self.conv_text(u, c), self.size(u.out, after))]
        if u.norm:
            lines.append((f'nn.BatchNorm2d({u.out})', ''))
        if u.act and last_act:
            lines.append((self.act_module(), ''))
        if pool and u.pool:
            lines.append((self.pool_text(u.pool, u.pool_k), self.size(u.out, pooled)))
        if pool and u.drop:
            lines.append((f'nn.Dropout{"2d" if u.drop < 0.25 else ""}({u.drop})', ''))
        return lines

    def sequential(self, name, lines):
        text = [f'self.{name} = nn.Sequential(']
        for i, (module, comment) in enumerate(lines):
            tail = f'  # {comment}' if comment and self.s.comments else ''
            text.append(f'    {module},{tail}' if i < len(lines) - 1 or self.s.comments else f'    {module}{tail}')
        text.append(')')
        for line in text:
            self.body.append(('seq', line))

    def all_lines(self):
        lines = []
        if self.net.prepool:
            lines.append((f'nn.AvgPool2d({self.net.prepool})', self.size(3, 32 // self.net.prepool)))
        for u, row in zip(self.net.units, self.t.units):
            lines += self.unit_lines(u, row)
        return lines

    def gap_line(self):
        net = self.net
        size = f'({net.gap_size}, {net.gap_size})' if self.s.tuples else net.gap_size
        return (f'nn.Adaptive{"Avg" if net.gap == "avg" else "Max"}Pool2d({size})', self.size(self.t.channels, net.gap_size))

    def dense_lines(self):
        lines = []
        if self.net.flat_drop:
            lines.append((f'nn.Dropout({self.net.flat_drop})', ''))
        n = self.features_text()
        for d in self.net.dense:
            lines.append((f'nn.Linear({n}, {d.out})', ''))
            if d.norm:
                lines.append((f'nn.BatchNorm1d({d.out})', ''))
            if d.act:
                lines.append((self.act_module(), ''))
            if d.drop:
                lines.append((f'nn.Dropout({d.drop})', ''))
            n = d.out
        if self.net.linear:
            lines.append((f'nn.Linear({n}, {self.classes()})', ''))
        if self.net.final_act:
            lines.append((self.act_module(), ''))
        return lines

    def features_text(self):
        net, t = self.net, self.t
        if net.rnn:
            return str(net.hidden)
        if t.size == 1:
            return str(t.channels)
        return f'{t.channels} * {t.size} * {t.size}' if self.s.product else str(t.features)

    def classes(self):
        return 'num_classes' if self.s.classes_arg else str(CLASSES)

    def block_features(self):
        """One nn.Sequential per unit or residual span; additions stand in forward."""
        net, s, t = self.net, self.s, self.t
        ends = {b: a for a, b in spans(net)}
        inside = set()
        for a, b in spans(net):
            inside.update(range(a, b))
        if net.prepool:
            name = self.declare('pool', 'prepool', f'nn.AvgPool2d({net.prepool})', self.size(3, 32 // net.prepool))
            self.forward.append(f'x = {name}(x)')
        n = 0
        for i, u in enumerate(net.units):
            if i in inside:
                continue
            n += 1
            name = f'{s.block}{n}'
            if i not in ends:
                lines = self.unit_lines(u, t.units[i])
                self.sequential(name, self.noted(lines, self.gap_note(i)))
                self.forward.append(f'x = self.{name}(x)')
                continue
            a = ends[i]
            lines = []
            for j in range(a, i):
                lines += self.unit_lines(net.units[j], t.units[j])
            post = s.keep != 'inline' and u.act
            lines += self.unit_lines(u, t.units[i], pool=False, last_act=not post)
            arrow = ''
            pool_module = u.pool and s.pools != 'functional'
            if u.pool and not pool_module:
                arrow = f' -> {self.size(u.out, t.units[i][3])}'
            note = ', residual' + arrow + (self.gap_note(i) if not pool_module else '')
            self.sequential(name, self.noted(lines, note))
            other = 'x'
            if needs_skip(net, t, a, i):
                stride = 1
                for v in net.units[a:i + 1]:
                    stride *= v.stride
                other = self.declare('conv', f'{s.skip}{n}', f'nn.Conv2d({t.units[a][0]}, {u.out}, 1{f", stride={stride}" if stride != 1 else ""})',
                                     self.size(u.out, t.units[i][2])) + '(x)'
            total = f'{other} + self.{name}(x)'
            self.forward.append(f'x = {self.block_activate(total) if post else total}')
            if u.pool:
                if pool_module:
                    p = self.declare('pool', self.count(s.pool), self.pool_text(u.pool, u.pool_k), self.size(u.out, t.units[i][3]) + self.gap_note(i))
                    self.forward.append(f'x = {p}(x)')
                else:
                    self.forward.append(f'x = F.{u.pool}_pool2d(x, {"3, stride=2, padding=1" if u.pool_k == 3 else u.pool_k})')
            if u.drop:
                self.forward.append(f'x = {self.drop_call(u.drop, "x", two=u.drop < 0.25)}')

    def block_activate(self, x):
        a = self.net.act
        if a in ('tanh', 'sigmoid'):
            return f'torch.{a}({x})'
        return f'F.{a}({x}, 0.1)' if a == 'leaky_relu' else f'F.{a}({x})'

    @staticmethod
    def noted(lines, note):
        """The same lines with a note added to the last comment."""
        if not note:
            return lines
        k = max(i for i, (_, c) in enumerate(lines) if c)
        return lines[:k] + [(lines[k][0], lines[k][1] + note)] + lines[k + 1:]

    # from features to classes -----------------------------------------------------------------------------------------

    def pool_head(self):
        net = self.net
        if not net.gap:
            return
        form = self.gap_form()
        if form == 'module':
            module, comment = self.gap_line()
            name = {'avg': 'gap', 'max': 'gmp'}[net.gap] if self.s.pool != 'pool' else {'avg': 'avgpool', 'max': 'maxpool'}[net.gap]
            self.forward.append(f'x = {self.declare("pool", name, module, comment)}(x)')
        elif form == 'mean':
            self.forward.append('x = x.mean((2, 3))')
        else:
            self.forward.append(f'x = F.adaptive_{net.gap}_pool2d(x, {net.gap_size})')

    def flatten(self):
        net, s, t = self.net, self.s, self.t
        if net.rnn:
            name = net.rnn.lower()
            c, size = t.channels, t.size
            if net.rnn_rows:
                inputs = f'{size} * {size}'
                self.forward.append(f'x = x.view(x.size(0), {c}, {size} * {size})')
            else:
                inputs = str(c)
                self.forward.append('x = x.flatten(2).transpose(1, 2)')
            self.declare('rnn', name, f'nn.{net.rnn}({inputs}, {net.hidden}, batch_first=True)')
            self.forward.append(f'x, _ = self.{name}(x)')
            self.forward.append('x = x[:, -1]')
        elif net.gap and self.gap_form() == 'mean':
            pass
        elif s.flatten == 'module':
            self.forward.append(f'x = {self.declare("flatten", "flatten", "nn.Flatten()")}(x)')
        elif s.flatten == 'view n':
            self.forward.append(f'x = x.view(-1, {self.features_text()})')
        else:
            self.forward.append(f'x = {s.flatten}')

    def flat_head(self):
        net, s = self.net, self.s
        if net.flat_drop:
            self.steps([('drop', lambda x, f=self.drop_call(net.flat_drop, 'x'): f)])
        n = self.features_text()
        for i, d in enumerate(net.dense):
            name = self.declare('fc', f'{s.fc}{i + 1}', f'nn.Linear({n}, {d.out})')
            calls = [('conv', lambda x, n=name: f'{n}({x})')]
            if d.norm:
                norm = self.declare('norm', self.name_norm(), f'nn.BatchNorm1d({d.out})')
                calls.append(('norm', lambda x, n=norm: f'{n}({x})'))
            if d.act:
                calls.append(('act', self.activate))
            if d.residual:
                x = 'x'
                for _, f in calls:
                    x = f(x)
                self.forward.append(f'x = x + {x}')
                calls = []
            if d.drop:
                call = self.drop_call(d.drop, 'x')
                calls.append(('drop', lambda x, f=call: f.replace('(x', f'({x}', 1)))
            self.steps(calls)
            n = d.out
        if net.linear:
            name = self.declare('fc', f'{s.fc}{len(net.dense) + 1}', f'nn.Linear({n}, {self.classes()})')
            self.forward.append(f'x = {self.activate(f"{name}(x)") if net.final_act else f"{name}(x)"}')

    # the whole ------------------------------------------------------------------------------------------------------

    def layout(self):
        layout = self.s.layout
        net = self.net
        if layout in PARENT_LAYOUTS:
            layout = 'flat'
        if (layout in ('features', 'whole') and spans(net)) or (layout in ('whole', 'features', 'blocks') and not net.units):
            layout = 'blocks' if net.units else 'flat'
        if layout == 'whole' and (net.rnn or any(d.residual for d in net.dense)):
            layout = 'features'
        return layout

    def text(self):
        net, s = self.net, self.s
        layout = self.layout()
        uses_act = any(u.act for u in net.units) or any(d.act for d in net.dense) or net.final_act
        sequential_head = layout in ('features', 'blocks') and s.head == 'sequential' and net.linear and not any(d.residual for d in net.dense)
        if layout == 'flat':
            if s.act and uses_act:
                self.declare('act', s.act, self.act_module())
            self.flat_features()
        elif layout == 'blocks':
            if s.act and not sequential_head and (any(d.act for d in net.dense) or net.final_act):
                self.declare('act', s.act, self.act_module())
            self.block_features()
        if layout == 'whole':
            lines = self.all_lines() + ([self.gap_line()] if net.gap else []) + [('nn.Flatten()', '')] + self.dense_lines()
            self.sequential(s.whole, lines)
            self.forward.append(f'return self.{s.whole}(x)')
        elif layout == 'features':
            inside = net.gap and s.gap == 'module'
            lines = self.all_lines()
            self.sequential(s.features, lines + [self.gap_line()] if inside else self.noted(lines, self.gap_note(len(net.units) - 1)))
            self.forward.append(f'x = self.{s.features}(x)')
            if net.gap and not inside:
                self.pool_head()
            self.head(sequential_head)
        else:
            self.pool_head()
            self.head(sequential_head)
        if not self.forward[-1].startswith('return'):
            last = self.forward[-1]
            if s.log_softmax:
                self.forward.append('return F.log_softmax(x, dim=1)')
            elif last.startswith('x = ') and s.lines == 'mixed':
                self.forward[-1] = 'return ' + last[4:]
            else:
                self.forward.append('return x')
        return self.assemble()

    def head(self, sequential):
        if sequential and self.s.flatten == 'module' and not self.net.rnn and not (self.net.gap and self.gap_form() == 'mean'):
            self.sequential(self.s.classifier, [('nn.Flatten()', '')] + self.dense_lines())
            self.forward.append(f'x = self.{self.s.classifier}(x)')
            return
        self.flatten()
        if sequential:
            lines = self.dense_lines()
            if len(lines) == 1:
                self.declare('fc', self.s.classifier, lines[0][0])
            else:
                self.sequential(self.s.classifier, lines)
            self.forward.append(f'x = self.{self.s.classifier}(x)')
        else:
            if self.s.act and self.layout() == 'features' and (any(d.act for d in self.net.dense) or self.net.final_act):
                self.declare('act', self.s.act, self.act_module())
            self.flat_head()

    def assemble(self):
        s = self.s
        body = self.body
        if s.grouped and not any(k == 'seq' for k, _ in body):
            order = {k: i for i, k in enumerate(['act', 'conv', 'norm', 'pool', 'drop', 'flatten', 'rnn', 'fc'])}
            body = sorted(body, key=lambda p: order[p[0]])
        lines = []
        previous = None
        for kind, line in body:
            group = 'dense' if kind == 'fc' else 'features'
            if previous is not None and s.blanks and group != previous:
                lines.append('')
            if s.notes and group != previous:
                lines.append('        # classifier' if group == 'dense' else '        # convolutional layers')
            previous = group
            lines.append('        ' + line)
        out = [f'class {self.name}(nn.Module):']
        if s.notes:
            out.append('    """A small convolutional network."""')
        out.append('    def __init__(self, num_classes=10):' if s.classes_arg else '    def __init__(self):')
        out.append('        ' + s.super_call.replace('Net', self.name))
        out += lines
        out += ['', '    def forward(self, x: torch.Tensor) -> torch.Tensor:' if s.typed else '    def forward(self, x):']
        out += ['        ' + line for line in renamed(self.forward, s.variable)]
        return '\n'.join(out) + '\n'


def renamed(lines, variable):
    """forward with another name for what the layers make of x."""
    if variable == 'x' or any(re.search(rf'\b{variable}\b', line) for line in lines):
        return lines
    out, made = [], False
    for line in lines:
        if made:
            line = re.sub(r'\bx\b', variable, line)
        elif line.startswith('x = '):
            line, made = variable + line[1:], True
        out.append(line)
    return out


def print_net(net, style, name='Net'):
    """Source of the class, ending in one newline."""
    return Printer(net, style, name).text()
