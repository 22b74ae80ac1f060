"""Two or three networks -> one that has parts of each."""
from edits import fix_depthwise, nudge
from networks import Dense, Invalid, Net, signature, spans, trace
from random_networks import flops_limit


def piece(net, low, high):
    """Units low..high of a network, residual spans that are cut opened."""
    part = net.copy().units[low:high]
    for i, u in enumerate(part):
        if u.residual and i - u.residual + 1 < 0:
            u.residual = 0
    return part


def features(r, nets):
    way = r.random()
    if way < 0.6 or len(nets) == 3:
        units = []
        for j, net in enumerate(nets):
            n = len(net.units)
            if j == 0:
                units += piece(net, 0, r.randint(min(1, n), n))
            elif j == len(nets) - 1:
                units += piece(net, r.randint(0, max(0, n - 1)), n)
            else:
                a = r.randint(0, n)
                units += piece(net, a, r.randint(a, n))
        return units
    a, b = nets[0].copy(), nets[1].copy()
    if way < 0.85:                 # layer by layer, from either
        longer, shorter = (a, b) if len(a.units) >= len(b.units) else (b, a)
        units = longer.units
        for i, u in enumerate(shorter.units):
            if r.random() < 0.5:
                if r.random() < 0.5:
                    units[i].out = u.out
                else:
                    u.residual = 0
                    for j in range(i, len(units)):
                        if units[j].residual and j - units[j].residual < i <= j:
                            units[j].residual = 0
                    units[i] = u
        return units
    return (a if r.random() < 0.5 else b).units


def words(net):
    """The layers with weights, as they tell networks apart."""
    units = {('conv', u.out, u.k, u.stride, u.pad, u.depthwise, u.dilation) for u in net.units}
    return units | {('fc', d.out) for d in net.dense}


def crosses(child, nets):
    """Whether the child has of at least two networks a layer that no other of them has, where two have such layers."""
    shown = [words(net) for net in nets]
    own = [given.difference(*(other for j, other in enumerate(shown) if j != i)) for i, given in enumerate(shown)]
    possible = sum(1 for given in own if given)
    return possible < 2 or sum(1 for given in own if given & words(child)) > 1


def cross(r, nets):
    """A valid network that has layers of several parents and differs from all, or None."""
    known = {signature(n) for n in nets}
    for _ in range(60):
        r_nets = list(nets)
        r.shuffle(r_nets)
        head = r.choice(nets)
        tail = r.choice(nets)
        child = Net(features(r, r_nets), [Dense(d.out, d.norm, d.act, d.drop) for d in head.dense], act=r.choice(nets).act,
                    gap=tail.gap, gap_size=tail.gap_size, flat_drop=head.flat_drop, prepool=r.choice(nets).prepool, linear=head.linear)
        if r.random() < 0.3:
            donor = r.choice(nets)
            norm = any(u.norm for u in donor.units)
            for u in child.units:
                u.norm = norm
        if not child.linear:
            child.linear = True
        if child.units and child.units[-1].out == 10 and not child.units[-1].act:
            child.units[-1].act = True
        if len(child.units) > 12:
            continue
        # a chain that pools too often loses its last poolings
        while True:
            try:
                fix_depthwise(child)
                t = trace(child)
                break
            except Invalid:
                pooled = [u for u in child.units if u.pool or u.stride == 2]
                if not pooled:
                    t = None
                    break
                u = r.choice(pooled)
                u.pool, u.stride = '', 1
        if t is None:
            continue
        try:
            if r.random() < 0.3 or child.final_act:
                nudge(r, child)
            t = trace(child)
        except Exception:
            continue
        if t.flops > flops_limit(r) or t.params > 3e6 or t.flops < 1e3 or signature(child) in known or not crosses(child, nets):
            continue
        return child
    return None
