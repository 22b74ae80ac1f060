"""Cells of NAS-Bench-201 as PyTorch classes, and the nine prompts that change them. Cells are drawn uniformly: no accuracy is known here.

Four nodes, six edges, five operations; `none` is an edge that is not written, `skip_connect` the bare node.
"""
from plan import START

NODES = 4
EDGES = [(0, 1), (0, 2), (1, 2), (0, 3), (1, 3), (2, 3)]
NONE, SKIP, CONV1, CONV3, POOL = 'none', 'skip_connect', 'nor_conv_1x1', 'nor_conv_3x3', 'avg_pool_3x3'
OPERATIONS = [NONE, SKIP, CONV1, CONV3, POOL]
MODULES = {
    CONV1: 'nn.Sequential(nn.ReLU(), nn.Conv2d(channels, channels, 1, bias=False), nn.BatchNorm2d(channels))',
    CONV3: 'nn.Sequential(nn.ReLU(), nn.Conv2d(channels, channels, 3, padding=1, bias=False), nn.BatchNorm2d(channels))',
    POOL: 'nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)',
}
NAMED = [(CONV3, 'Add ReLU, 3x3 convolutional layer and Batch normalization layer'), (CONV1, 'Add ReLU, 1x1 convolutional layer and Batch normalization layer'),
         (POOL, 'Add 3x3 average pooling layer'), (SKIP, 'Add skip connection')]
END = ' to improve the above network'
# (instruction, operation to add or None, whether one is deleted), in the paper's order
PROMPTS = [(NAMED[0][1] + END, CONV3, False), (NAMED[1][1] + END, CONV1, False), ('Delete a layer' + END, None, True), (NAMED[2][1] + END, POOL, False),
           (NAMED[3][1] + END, SKIP, False)] + [
    (f'Delete a layer{END} and a{text[1:]}', operation, True) for operation, text in NAMED]


def random_cell(r):
    return tuple(r.choice(OPERATIONS) for _ in EDGES)


SHORT = {SKIP: 'skip', CONV1: 'conv1', CONV3: 'conv3', POOL: 'pool'}


def cell_plan(cell, parent=None):
    """The first line of a cell: its edges in short, with marks as in plan.py against the parent, if any."""
    words = []
    for (a, b), before, after in zip(EDGES, parent or cell, cell):
        if after != NONE:
            words.append(('' if before == after else '+' if before == NONE else '~') + f'edge{a}{b} {SHORT[after]}')
        elif before != NONE:
            words.append(f'-edge{a}{b} {SHORT[before]}')
    return START + ''.join(f' |{word}' for word in words)


def print_cell(cell, plan=''):
    """Source of the class, ending in one newline; plan: the line of cell_plan, where it has one."""
    lines = [f'class Cell(nn.Module):{plan}', '    def __init__(self, channels):', '        super().__init__()']
    for (a, b), operation in zip(EDGES, cell):
        if operation in MODULES:
            lines.append(f'        self.edge{a}{b} = {MODULES[operation]}')
    lines += ['', '    def forward(self, x0):']
    for node in range(1, NODES):
        terms = [f'x{a}' if operation == SKIP else f'self.edge{a}{b}(x{a})' for (a, b), operation in zip(EDGES, cell) if b == node and operation != NONE]
        lines.append(f'        x{node} = ' + (' + '.join(terms) or 'torch.zeros_like(x0)'))
    return '\n'.join(lines + ['        return x3']) + '\n'


def change(r, cell, add, delete):
    """A cell that follows the instruction, or None where none does."""
    out = list(cell)
    if delete:
        places = [i for i, operation in enumerate(out) if operation != NONE]
        if not places:
            return None
        gone = r.choice(places)
        out[gone] = NONE
    if add:
        # an empty edge is filled; where there is none, an operation of another kind gives way
        free = [i for i, operation in enumerate(out) if operation == NONE and not (delete and i == gone)]
        other = [i for i, operation in enumerate(out) if operation not in (NONE, add)]
        places = free if free and (not other or r.random() < 0.9) else other
        if not places:
            return None
        out[r.choice(places)] = add
    return tuple(out)
