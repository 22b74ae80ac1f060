"""One function per instruction: network -> changed network, many possible results each. Every result is valid and new."""
from collections import Counter

from networks import Dense, Invalid, Unit, signature, spans, trace
from plan import items
from random_networks import (CONV_WIDTHS, DENSE_WIDTHS, DROPS, add_spans, conv_width, dense_width, flops_limit, random_net, random_unit,
                             width_between)


class Impossible(Exception):
    """This change cannot be made to this network (try another)."""


def sizes(net):
    return [row[3] for row in trace(net).units]


def clear_spans(net, i):
    """Drops the residual marks of spans that unit i lies in."""
    for a, b in spans(net):
        if a <= i <= b:
            net.units[b].residual = 0


def insert_unit(r, net, i, unit):
    """Puts a unit before position i; a residual span it would fall inside is widened or dropped."""
    for a, b in spans(net):
        if a < i <= b:
            net.units[b].residual = 0
    net.units.insert(i, unit)


def needs_last_ten(net):
    if not net.linear:
        raise Impossible('ends in ten channels')


def add_conv(r, net):
    n = len(net.units)
    if not net.linear and r.random() < 0.7:
        net.linear = True
        net.units[-1].out = conv_width(r)
        net.units[-1].act = True
    i = r.randint(0, n)
    if not net.linear:
        i = r.randint(0, n - 1)
    like = net.units[min(i, n - 1)] if n else None
    near = [net.units[j].out for j in (i - 1, i) if 0 <= j < n]
    low = max(4, min(near) / 2) if near else 4
    high = min(256, max(16, max(near) * 4)) if near else 64
    u = random_unit(r, width_between(r, low, high), like)
    if r.random() < 0.25 and n:
        u.out = max(4, r.choice(near))
    if r.random() < 0.3:
        u.pool = r.choices(['max', 'avg'], [85, 15])[0]
    elif i and r.random() < 0.08:
        u.stride = 2
    if like is None:
        u.norm = False
    insert_unit(r, net, i, u)


def add_dense(r, net):
    if not net.linear:
        net.linear = True
        net.units[-1].act = True
        if r.random() < 0.6:
            net.units[-1].out = conv_width(r)
    i = r.randint(0, len(net.dense))
    wide = max([d.out for d in net.dense] + [0])
    d = Dense(dense_width(r) if not wide or r.random() < 0.6 else min(DENSE_WIDTHS, key=lambda w: abs(w - r.uniform(0.4, 1.6) * wide)))
    if net.dense and r.random() < 0.5:
        d.norm, d.drop = net.dense[-1].norm, net.dense[-1].drop
    elif r.random() < 0.12:
        d.drop = r.choice(DROPS)
    if i == len(net.dense):
        net.final_act = net.final_act and r.random() < 0.3
    if i < len(net.dense) and net.dense[i].residual:
        net.dense[i].residual = False
    net.dense.insert(i, d)


def add_pool(r, net):
    options = [i for i, (u, row) in enumerate(zip(net.units, trace(net).units))
               if not u.pool and row[2] >= 2 and not any(a <= i < b for a, b in spans(net))]
    choices = ['unit'] * 5 if options else []
    if not net.gap:
        choices += ['gap'] * (2 if options else 4)
    if net.prepool == 0:
        choices += ['pre'] if options else ['pre'] * 2
    if not choices:
        add_conv(r, net)
        return add_pool(r, net)
    what = r.choice(choices)
    if what == 'unit':
        used = [u.pool for u in net.units if u.pool]
        for i in r.sample(options, min(len(options), r.choice([1, 1, 1, 1, 2]))):
            kind = r.choice(used) if used and r.random() < 0.8 else r.choices(['max', 'avg'], [80, 20])[0]
            net.units[i].pool, net.units[i].pool_k = kind, r.choices([2, 3, 4], [90, 5, 5])[0]
            if net.units[i].stride == 2 and r.random() < 0.5:
                net.units[i].stride = 1
    elif what == 'gap':
        net.gap, net.gap_size = r.choices(['avg', 'max'], [80, 20])[0], r.choices([1, 2, 4], [70, 18, 12])[0]
    else:
        net.prepool = r.choice([2, 2, 4])


def add_norm(r, net):
    options = [u for u in net.units if not u.norm]
    dense = [d for d in net.dense if not d.norm]
    if not options and not dense:
        if net.linear and r.random() < 0.5:
            add_dense(r, net)
            net.dense[r.randrange(len(net.dense))].norm = True
        else:
            add_conv(r, net)
            for u in net.units:
                u.norm = True
        return
    if options and (not dense or r.random() < 0.88):
        chosen = options if r.random() < 0.6 else r.sample(options, r.randint(1, len(options)))
        for u in chosen:
            u.norm = True
        if dense and r.random() < 0.12:
            dense[0].norm = True
    else:
        for d in r.sample(dense, r.randint(1, len(dense))):
            d.norm = True


def add_drop(r, net):
    needs_last_ten(net)
    options = [('unit', u) for u in net.units if not u.drop] + [('dense', d) for d in net.dense if not d.drop] * 3
    if not net.flat_drop:
        options += [('flat', net)] * (2 if not net.dense else 1)
    if not options:
        raise Impossible('dropout everywhere')
    for kind, target in r.sample(options, min(len(options), r.choices([1, 2, 3], [72, 22, 6])[0])):
        if kind == 'flat':
            net.flat_drop = r.choice(DROPS)
        else:
            target.drop = r.choice(DROPS)


def add_residual(r, net, count=1):
    """Marks spans; where nothing fits, first adds units of equal width."""
    before = len(spans(net))
    tries = 0
    while len(spans(net)) < before + count and tries < 6:
        tries += 1
        if r.random() < 0.55 and len(net.units) >= 2:
            add_spans(r, net, before + count - len(spans(net)))
            continue
        n = len(net.units)
        i = r.randint(1, n) if n else 0
        if not net.linear:
            i = min(i, n - 1)
        if any(a < i <= b for a, b in spans(net)):
            continue
        if i == 0:
            net.units.insert(0, random_unit(r, conv_width(r)))
            i = 1
        base = net.units[i - 1]
        if base.out < 4 and r.random() < 0.8 and net.linear:
            base.out = conv_width(r)
            base.k, base.pad = r.choice([(3, 1), (3, 1), (1, 0), (5, 2)])
            base.stride = 1
        k = r.choice([3, 3, 3, 3, 1, 5])
        length = r.choice([1, 2, 2]) if r.random() < 0.8 else 1
        for _ in range(length):
            net.units.insert(i, Unit(base.out, k=k, pad=k // 2, norm=base.norm, bias=base.bias))
        net.units[i + length - 1].residual = length
        if base.pool and r.random() < 0.3:
            net.units[i + length - 1].pool, base.pool = base.pool, ''
        try:
            trace(net)
        except Invalid:
            raise Impossible('residual')
    if len(spans(net)) < before + count:
        raise Impossible('residual')


def add_residuals(r, net):
    add_residual(r, net, r.choices([2, 3], [75, 25])[0])


def add_recurrent(r, net):
    if net.rnn:
        raise Impossible('recurrent already')
    if not net.linear:
        net.linear = True
        net.units[-1].act = True
    net.rnn = r.choices(['LSTM', 'GRU', 'RNN'], [50, 35, 15])[0]
    net.hidden = r.choice([16, 24, 32, 48, 64, 100, 128])
    net.rnn_rows = r.random() < 0.7
    net.gap = ''
    net.flat_drop = 0.0
    if net.units and net.units[-1].out < 4:
        net.units[-1].out = conv_width(r)
    if r.random() < 0.5:
        net.final_act = False


def add_layer(r, net):
    r.choices([add_conv, add_dense, add_norm, add_pool, add_drop], [47, 27, 9, 10, 7])[0](r, net)


def delete_layer(r, net):
    options = []
    n = len(net.units)
    if n > 1 or (n == 1 and net.linear):
        options += [('unit', i) for i in range(n if net.linear else n - 1)] * 2
    options += [('dense', i) for i in range(len(net.dense))] * 2
    options += [('pool', i) for i, u in enumerate(net.units) if u.pool]
    options += [('drop', i) for i, u in enumerate(net.units) if u.drop] * 2
    options += [('dense drop', i) for i, d in enumerate(net.dense) if d.drop] * 2
    if any(u.norm for u in net.units):
        options += [('norms', 0)] * 2 + [('norm', i) for i, u in enumerate(net.units) if u.norm]
    if net.gap and net.linear:
        options += [('gap', 0)]
    if net.flat_drop:
        options += [('flat drop', 0)] * 3
    if net.prepool:
        options += [('prepool', 0)] * 2
    if n == 1 and not net.dense and net.linear:
        options += [('fc', 0)] * 3
    if n >= 2 and not net.dense and net.linear and r.random() < 0.15:
        options += [('fc', 0)]
    if not options:
        raise Impossible('nothing to delete')
    what, i = r.choice(options)
    if what == 'unit':
        pool = net.units[i].pool
        clear_spans(net, i)
        gone = net.units.pop(i)
        if n == 1:
            net.gap = ''
            net.prepool = r.choice([0, 0, 2, 4])
        if (pool or gone.stride == 2) and net.units and r.random() < 0.7:
            u = net.units[min(i, len(net.units) - 1) if i == 0 else i - 1]
            if not u.pool and not u.residual and u.stride == 1:
                u.pool = pool or 'max'
    elif what == 'dense':
        net.dense.pop(i)
        for d in net.dense:
            d.residual = False
    elif what == 'pool':
        net.units[i].pool = ''
    elif what == 'drop':
        net.units[i].drop = 0.0
    elif what == 'dense drop':
        net.dense[i].drop = 0.0
    elif what == 'norms':
        for u in net.units:
            u.norm, u.bias = False, True
    elif what == 'norm':
        net.units[i].norm, net.units[i].bias = False, True
    elif what == 'gap':
        net.gap = ''
    elif what == 'flat drop':
        net.flat_drop = 0.0
    elif what == 'prepool':
        net.prepool = 0
    else:
        net.linear, net.flat_drop, net.rnn = False, 0.0, ''
        u = net.units[-1]
        clear_spans(net, n - 1)
        u.out, u.norm, u.drop, u.act, u.bias, u.depthwise = 10, False, 0.0, False, True, False
        if u.k == 1 and r.random() < 0.7:
            u.k, u.pad = r.choice([(3, 1), (5, 2)])
        net.gap, net.gap_size = r.choices(['avg', 'max'], [80, 20])[0], 1


def scaled(width, factor, choices):
    near = [w for w in choices if 0.75 * width * factor <= w <= 1.34 * width * factor]
    target = width * factor
    return min(near or choices, key=lambda w: abs(w - target))


def scale(r, net, factor, dense_factor=None):
    for i, u in enumerate(net.units):
        if u.depthwise:
            u.out = net.units[i - 1].out if i else 3
        elif net.linear or i < len(net.units) - 1:
            u.out = scaled(u.out, factor, [1, 2, 3] + CONV_WIDTHS if factor < 1 else CONV_WIDTHS)
    for d in net.dense:
        d.out = scaled(d.out, dense_factor or factor, [8, 10] + DENSE_WIDTHS + [2048])
        d.residual = False


def reduce(r, net):
    before = trace(net)
    steps = r.choices([1, 2, 3], [35, 45, 20])[0]
    actions = ['scale', 'scale', 'scale', 'unit', 'dense', 'pool', 'gap', 'prepool', 'separable', 'narrow']
    done = 0
    for what in r.sample(actions, len(actions)):
        if done >= steps:
            break
        if what == 'scale':
            scale(r, net, r.choice([0.5, 0.5, 0.33, 0.25, 0.25, 0.125]))
        elif what == 'unit' and len(net.units) > 1 and net.linear:
            for _ in range(r.randint(1, max(1, len(net.units) // 2))):
                i = r.randrange(len(net.units))
                clear_spans(net, i)
                net.units.pop(i)
        elif what == 'dense' and net.dense:
            net.dense = [] if r.random() < 0.5 else net.dense[1:]
            for d in net.dense:
                d.residual = False
        elif what == 'pool':
            try:
                options = [u for u, row in zip(net.units, trace(net).units) if not u.pool and row[2] >= 4 and u.stride == 1]
            except Invalid:
                options = []
            options = [u for i, u in enumerate(net.units) if u in options and not any(a <= i < b for a, b in spans(net))]
            if not options:
                continue
            for u in options[:r.randint(1, 3)]:
                u.pool, u.pool_k = r.choices(['max', 'avg'], [80, 20])[0], r.choice([2, 2, 2, 4])
        elif what == 'gap' and not net.gap and not net.rnn:
            net.gap, net.gap_size = r.choices(['avg', 'max'], [80, 20])[0], r.choice([1, 1, 2])
            if net.units and net.units[-1].out < 4 and net.linear:
                net.units[-1].out = r.choice([4, 6, 8, 10, 12])
        elif what == 'prepool' and not net.prepool and r.random() < 0.4:
            net.prepool = r.choice([2, 2, 4])
        elif what == 'narrow' and net.dense:
            for d in net.dense:
                d.out = scaled(d.out, r.choice([0.5, 0.25, 0.125]), [8, 10] + DENSE_WIDTHS)
                d.residual = False
        else:
            continue
        done += 1
    for i, u in enumerate(net.units):
        if u.depthwise:
            u.out = net.units[i - 1].out if i else 3
    after = trace(net)
    if after.params > 0.5 * before.params and after.flops > 0.5 * before.flops:
        raise Impossible('not smaller')


def increase(r, net):
    before = trace(net)
    tiny = before.flops < 1e5
    if tiny:
        for u in net.units:
            if u.out < 8 and not u.depthwise and net.linear:
                u.out = width_between(r, 12, 128)
            if u.k == 1 and r.random() < 0.6 and not u.depthwise:
                u.k, u.pad = 3, 1
    if not tiny or r.random() < 0.4:
        scale(r, net, r.choice([2, 2, 2, 3, 4]), r.choice([1, 2, 2, 3, 4]))
    roll = r.random()
    if roll < 0.6:
        for _ in range(r.choice([1, 1, 2, 3])):
            n = len(net.units)
            i = r.randint(min(1, n), n) if net.linear else r.randint(0, n - 1)
            like = net.units[i - 1] if i else None
            u = random_unit(r, scaled(like.out if like else conv_width(r), r.choice([1, 1, 2, 1.5]), CONV_WIDTHS), like)
            if trace_size(net, i) >= 8 and r.random() < 0.5:
                u.pool = 'max'
            insert_unit(r, net, i, u)
    if net.linear and r.random() < 0.35:
        net.dense.insert(0, Dense(width_between(r, 64, 1024, DENSE_WIDTHS)))
        for d in net.dense:
            d.residual = False
    if net.final_act and r.random() < 0.8:
        net.final_act = False
    for i, u in enumerate(net.units):
        if u.depthwise:
            u.out = net.units[i - 1].out if i else 3
    after = trace(net)
    if after.params < 2 * before.params and after.flops < 2 * before.flops:
        raise Impossible('not larger')


def trace_size(net, i):
    """Size of the map that unit i would see."""
    try:
        rows = trace(net).units
    except Invalid:
        return 1
    return rows[i - 1][3] if i else 32 // (net.prepool or 1)


def nudge(r, net, steps=1):
    """Repairs what an experienced person would repair at once."""
    options = []
    if net.final_act:
        options += ['final'] * 3
    if any(u.k == 1 and not u.depthwise for u in net.units[:1]) or all(u.k == 1 for u in net.units) and net.units:
        options += ['kernel'] * 3
    if any(u.out < 8 for u in net.units[:-1] or (net.units if net.linear else [])):
        options += ['widen'] * 3
    if len(net.units) >= 1 and not any(u.pool or u.stride == 2 for u in net.units) and not net.prepool:
        options += ['pool'] * 2
    if len(net.units) >= 2 and not any(u.norm for u in net.units):
        options += ['norm']
    if any(not u.act for u in (net.units if net.linear else net.units[:-1])):
        options += ['act']
    if net.act in ('tanh', 'sigmoid'):
        options += ['relu']
    for _ in range(steps):
        if not options:
            return False
        what = r.choice(options)
        options = [o for o in options if o != what]
        if what == 'final':
            net.final_act = False
        elif what == 'kernel':
            for u in net.units[:r.choice([1, 1, 2])]:
                if u.k == 1 and not u.depthwise:
                    u.k, u.pad = r.choice([(3, 1), (3, 1), (3, 1), (5, 2)])
        elif what == 'widen':
            for u in net.units if net.linear else net.units[:-1]:
                if u.out < 8 and not u.depthwise:
                    u.out = width_between(r, 8, 64)
        elif what == 'pool':
            add_pool(r, net)
        elif what == 'norm':
            add_norm(r, net)
        elif what == 'act':
            for u in net.units:
                u.act = True
        else:
            net.act = 'relu'
    for i, u in enumerate(net.units):
        if u.depthwise:
            u.out = net.units[i - 1].out if i else 3
    return True


def improve(r, net):
    done = 1 if nudge(r, net, r.choice([1, 2, 3])) else 0
    wanted = r.choice([1, 1, 2, 3])
    for _ in range(8):
        if done >= wanted:
            return
        what = r.choice(['conv', 'conv', 'norm', 'pool', 'drop', 'residual', 'widen', 'widen', 'gap', 'dense', 'act', 'fewer', 'double'])
        try:
            if what == 'conv':
                add_conv(r, net)
            elif what == 'norm':
                add_norm(r, net)
            elif what == 'pool':
                add_pool(r, net)
            elif what == 'drop':
                add_drop(r, net)
            elif what == 'residual':
                add_residual(r, net)
            elif what == 'widen':
                scale(r, net, r.choice([1.5, 2, 2]), r.choice([1, 1.5, 2]))
            elif what == 'gap' and not net.gap and not net.rnn and net.units:
                net.gap, net.gap_size = 'avg', r.choice([1, 1, 2, 4])
                if net.units[-1].out < 32 and net.linear and not net.units[-1].residual:
                    net.units[-1].out = width_between(r, 24, 128)
            elif what == 'dense':
                add_dense(r, net)
            elif what == 'act':
                net.act = r.choice(['leaky_relu', 'elu', 'gelu', 'silu', 'relu', 'hardswish'])
            elif what == 'fewer' and len(net.dense) > 1:
                net.dense.pop(r.randrange(len(net.dense)))
                for d in net.dense:
                    d.residual = False
            elif what == 'double' and net.units:
                i = r.randrange(len(net.units))
                if net.units[i].stride == 1 and not net.units[i].depthwise and not any(a <= i <= b for a, b in spans(net)):
                    u = net.units[i]
                    extra = Unit(u.out, k=3, pad=1, norm=u.norm, bias=u.bias)
                    extra.pool, extra.pool_k, u.pool = u.pool, u.pool_k, ''
                    net.units.insert(i + 1, extra)
                else:
                    continue
            else:
                continue
            done += 1
        except Impossible:
            continue


EDITS = [add_layer, delete_layer, improve, reduce, increase, add_dense, add_conv, add_pool, add_residual, add_residuals, add_drop, add_norm,
         add_recurrent]


def fix_depthwise(net):
    for i, u in enumerate(net.units):
        if u.depthwise:
            u.out = net.units[i - 1].out if i else 3


def kinds(net):
    """How often each kind of layer is used, as the instructions count them."""
    count = Counter(kind for kind, _ in items(net))
    count['pool'] += count['gap']
    count['fc'] = len(net.dense) + net.linear
    count['conv'] = len(net.units)
    count['layers'] = sum(count[k] for k in ('conv', 'fc', 'norm', 'pool', 'drop'))
    return count


# edit -> (kind, by how many more)
ASKED = {add_layer: ('layers', 1), delete_layer: ('layers', -1), add_dense: ('fc', 1), add_conv: ('conv', 1), add_pool: ('pool', 1),
         add_residual: ('res', 1), add_residuals: ('res', 2), add_drop: ('drop', 1), add_norm: ('norm', 1)}


def follows(edit, before, after):
    if edit not in ASKED:
        return True
    kind, more = ASKED[edit]
    difference = kinds(after)[kind] - kinds(before)[kind]
    return difference >= more if more > 0 else difference <= more


def mutate(r, net, edit):
    """A valid network that follows the instruction and differs from the one given, or None if a number of draws gave none."""
    before = signature(net)
    start = trace(net)
    for attempt in range(30):
        child = net.copy()
        try:
            if child.rnn and edit is not add_recurrent and r.random() < 0.5:
                child.rnn = ''
            edit(r, child)
            if edit not in (improve, reduce):
                p = 0.7 if start.flops < 1e5 else 0.2
                if edit in (delete_layer, add_recurrent):
                    p *= 0.6
                if r.random() < p:
                    nudge(r, child, r.choice([1, 1, 2]))
            fix_depthwise(child)
            t = trace(child)
        except (Invalid, Impossible):
            continue
        limit = flops_limit(r)
        if t.flops > max(limit, 0.5 * start.flops if edit is reduce else 0) and attempt < 25:
            continue
        if t.flops > 6e8 or t.params > 4e6 or t.flops < 1e3 or len(child.units) > 14 or len(child.dense) > 5:
            continue
        if not follows(edit, net, child) or signature(child) == before:
            continue
        return child
    return None


def random_child(r, net):
    """For the prompt that asks for a better network without naming a change."""
    return random_net(r)
