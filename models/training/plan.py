"""The first line of a child: its layers in short, with what was added (+), taken away (-) and changed (~) against the parent.

A small model that states the change before it writes the layers follows the instruction more often: the decision is made once, in few
tokens, and the body copies it. It also tells a person who reads the code what was meant. A child of several parents has, before a layer
that only one of them has, that parent's number.
"""
from collections import Counter
from difflib import SequenceMatcher

KINDS = ('conv', 'depthwise', 'norm', 'res', 'pool', 'drop', 'gap', 'lstm', 'gru', 'rnn', 'fc')
MARKS = ('', '+', '-', '~')
START = '\n    # plan'


def items(net):
    """(kind, value) of every layer in the order of use; value: channels, features, or units in a residual span."""
    out = []
    if net.prepool:
        out.append(('pool', ''))
    for u in net.units:
        out.append(('depthwise' if u.depthwise else 'conv', u.out))
        if u.norm:
            out.append(('norm', ''))
        if u.residual:
            out.append(('res', u.residual))
        if u.pool:
            out.append(('pool', ''))
        if u.drop:
            out.append(('drop', ''))
    if net.gap:
        out.append(('gap', ''))
    if net.rnn:
        out.append((net.rnn.lower(), net.hidden))
    if net.flat_drop:
        out.append(('drop', ''))
    for d in net.dense:
        out.append(('fc', d.out))
        if d.norm:
            out.append(('norm', ''))
        if d.drop:
            out.append(('drop', ''))
    if net.linear:
        out.append(('fc', 10))
    return out


def compared(before, after):
    """(mark, kind, value) of `after`, and of what `before` has besides. Layers of one kind in one place count as changed."""
    out = []
    for way, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if way == 'equal':
            out += [('', *x) for x in after[c:d]]
            continue
        old, new = before[a:b], after[c:d]
        for inner, e, f, g, h in SequenceMatcher(None, [x[0] for x in old], [x[0] for x in new], autojunk=False).get_opcodes():
            if inner == 'equal':
                out += [('' if x == y else '~', *y) for x, y in zip(old[e:f], new[g:h])]
            else:
                out += [('-', *x) for x in old[e:f]] + [('+', *x) for x in new[g:h]]
    return out


def written(rows):
    return START + ''.join(f' |{mark}{kind}' + (f' {value}' if value != '' else '') for mark, kind, value in rows)


def plan(net, parent=None):
    """The line, without a newline at its end; parent: the network that the marks compare with, if any."""
    return written([('', *x) for x in items(net)] if parent is None else compared(items(parent), items(net)))


def crossed_plan(net, parents):
    """The line of a child of several parents."""
    owners = Counter(x for parent in parents for x in set(items(parent)))
    rows = []
    for kind, value in items(net):
        only = kind in ('conv', 'depthwise', 'fc') and value != 10 and owners[(kind, value)] == 1
        mark = next(f'{i} ' for i, parent in enumerate(parents, 1) if (kind, value) in items(parent)) if only else ''
        rows.append((mark, kind, value))
    return written(rows)
