"""Cases of the operators beyond plain convolutional networks: norms, elementary functions, selection, products, recurrence."""


def operator_cases(add, with_parameter):
    """`add(name, make, ...)` adds images -> 1x1 convolution -> make -> flatten -> linear."""
    reshape = lambda b, x, shape: b.node("reshape", [x], {}, shape=[{"batch": 1}, *shape])

    def transposed(b, x, cin, cout, kernel, stride=(1, 1), padding=(0, 0), extra=(0, 0), dilation=(1, 1), groups=1, bias=True):
        parameters = {"weight": b.parameter("up.weight", [cin, cout // groups, *kernel])}
        if bias:
            parameters["bias"] = b.parameter("up.bias", [cout])
        return b.node("convTranspose2d", [x], {"kernel": list(kernel), "stride": list(stride), "padding": list(padding),
                      "outputPadding": list(extra), "dilation": list(dilation), "groups": groups}, parameters, module="up")

    for name, options in {
        "2x2 stride 2": dict(kernel=(2, 2), stride=(2, 2)), "3x3 padded": dict(kernel=(3, 3), padding=(1, 1)),
        "3x3 stride 2, output padding": dict(kernel=(3, 3), stride=(2, 2), padding=(1, 1), extra=(1, 1)),
        "groups 2": dict(kernel=(3, 3), stride=(2, 2), padding=(1, 1), groups=2),
        "depthwise": dict(kernel=(3, 3), stride=(2, 2), padding=(1, 1), extra=(1, 1), groups=4),
        "dilated, without bias": dict(kernel=(3, 2), stride=(1, 2), dilation=(2, 1), bias=False),
        "stride beyond the kernel": dict(kernel=(2, 2), stride=(3, 3)),
        "output padding of a stride": dict(kernel=(3, 2), padding=(1, 0), extra=(1, 2), dilation=(2, 3)),
        "output padding of a stride, depthwise": dict(kernel=(2, 3), stride=(1, 2), padding=(0, 2), extra=(1, 1), dilation=(3, 1), groups=4, bias=False),
    }.items():
        add(f"convTranspose2d {name}", lambda b, x: transposed(b, x, 4, 4, **options), image=(3, 4, 4))
    add("conv2d of one dimension", lambda b, x: b.node("conv2d", [reshape(b, x, [4, 1, 36])], {"kernel": [1, 3], "stride": [1, 2], "padding": [0, 1, 0, 1], "dilation": [1, 1], "groups": 2},
        {"weight": b.parameter("conv.weight", [6, 2, 3]), "bias": b.parameter("conv.bias", [6])}))
    add("conv2d with a computed weight", lambda b, x: b.node("conv2d", [x, b.node("tanh", [b.node("parameter", [], {}, {"weight": b.parameter("w", [5, 4, 3, 3])}, shape=[5, 4, 3, 3])])],
        {"kernel": [3, 3], "stride": [1, 1], "padding": [1, 1, 1, 1], "dilation": [1, 1], "groups": 1}))

    norm = lambda b, shape, affine: {"weight": b.parameter("norm.weight", shape), "bias": b.parameter("norm.bias", shape)} if affine else {}
    for affine in (True, False):
        tail = "" if affine else " without affine"
        add(f"layerNorm of the last axis{tail}", lambda b, x: b.node("layerNorm", [x], {"axes": [3], "eps": 1e-5, "centre": True}, norm(b, [6], affine)))
        add(f"layerNorm of three axes{tail}", lambda b, x: b.node("layerNorm", [x], {"axes": [1, 2, 3], "eps": 1e-3, "centre": True}, norm(b, [4, 6, 6], affine)))
        for groups in (1, 2, 4):
            add(f"groupNorm {groups}{tail}", lambda b, x: b.node("groupNorm", [x], {"groups": groups, "eps": 1e-5}, norm(b, [4], affine)))
    add("layerNorm of roots of mean squares", lambda b, x: b.node("layerNorm", [x], {"axes": [3], "eps": 1e-6, "centre": False}, {"weight": b.parameter("norm.weight", [6])}))
    add("groupNorm of three axes", lambda b, x: b.node("groupNorm", [reshape(b, x, [4, 36])], {"groups": 2, "eps": 1e-5}, norm(b, [4], True)))

    add("instanceNorm", lambda b, x: b.instance_norm(x, 4, "norm"))
    add("instanceNorm without affine", lambda b, x: b.instance_norm(b.node("tanh", [x]), 4, "norm", momentum=0.3, affine=False))
    add("instanceNorm 3D", lambda b, x: b.instance_norm(reshape(b, x, [4, 36]), 4, "norm", momentum=0))

    above = lambda b, x: b.node("affine", [b.node("sigmoid", [x])], {"scale": 2, "shift": 0.25})
    for operator, variants in {
        "softsign": [{}], "logSigmoid": [{}], "threshold": [{"threshold": 0.3, "value": -2}], "hardshrink": [{"lambda": 0.5}],
        "softshrink": [{"lambda": 0.5}], "exp": [{}], "abs": [{}], "sin": [{}], "cos": [{}], "erf": [{}],
        "clamp": [{"min": -0.5, "max": 0.75}, {"min": 0.25, "max": None}, {"min": None, "max": 0.5}], "power": [{"exponent": 2}, {"exponent": 3}],
    }.items():
        for attributes in variants:
            add(f"{operator} {list(attributes.values())}" if attributes else operator, lambda b, x: b.node(operator, [x], attributes), spread=2.0, differentiable=operator not in ("threshold", "hardshrink"))
    for operator, attributes in [("log", {}), ("sqrt", {})] + [("power", {"exponent": e}) for e in (-1, 0.5, -0.5, 1.7, 4, 0, 1)]:
        add(f"{operator} of what is positive {list(attributes.values())}", lambda b, x: b.node(operator, [above(b, x)], attributes))
    for to in ("floor", "ceil", "nearest", "zero", "sign"):
        add(f"round {to}", lambda b, x: b.node("add", [x, b.node("round", [b.node("affine", [x], {"scale": 2, "shift": 0})], {"to": to})]), differentiable=False)

    side = lambda b, x: b.conv(x, 4, 4, (1, 1), "side")
    for operator in ("maximum", "minimum"):
        add(operator, lambda b, x: b.node(operator, [x, side(b, x)]))
        add(f"{operator} with ties, broadcast", lambda b, x: b.node(operator, [b.node("relu", [x]), b.node("relu", [b.node("mean", [side(b, x)], {"axes": [2, 3], "keep": True})])]), step=0.5)
    for relation in ("less", "lessOrEqual", "greater", "greaterOrEqual", "equal", "notEqual"):
        add(f"compare {relation}", lambda b, x: b.node("multiply", [x, b.node("compare", [x, b.node("permute", [x], {"order": [0, 1, 3, 2]})], {"relation": relation})]), step=0.5)
    add("where", lambda b, x: b.node("where", [b.node("compare", [x, b.node("constant", [], {"values": [0.1]}, shape=[1, 1])], {"relation": "greater"}), b.node("exp", [x]), b.node("mean", [side(b, x)], {"axes": [1], "keep": True})]), differentiable=False)

    # What jumps, on multiples of 1/8 that its jumps keep away from.
    apart = lambda name, make: add(f"{name} away from its jumps", make, step=0.5, differentiable=True)
    number = lambda b, value: b.node("constant", [], {"values": [value]}, shape=[1, 1])
    rounded = lambda b, x, to: b.node("round", [b.node("affine", [x], {"scale": 2, "shift": 0.1})], {"to": to})
    apart("threshold", lambda b, x: b.node("threshold", [x], {"threshold": 0.3, "value": -2}))
    apart("hardshrink", lambda b, x: b.node("hardshrink", [x], {"lambda": 0.45}))
    for to in ("floor", "ceil", "nearest", "zero", "sign"):
        apart(f"round {to}", lambda b, x: b.node("add", [x, rounded(b, x, to)]))
    for relation in ("less", "lessOrEqual", "greater", "greaterOrEqual", "equal", "notEqual"):
        apart(f"compare {relation}", lambda b, x: b.node("multiply", [x, b.node("compare", [x, number(b, 0.06)], {"relation": relation})]))
    apart("where", lambda b, x: b.node("where", [b.node("compare", [x, number(b, 0.06)], {"relation": "greater"}), b.node("exp", [x]), side(b, x)]))
    apart("detach of what is rounded,", lambda b, x: b.node("multiply", [x, b.node("detach", [rounded(b, x, "floor")])]))
    add("maxAlong kept", lambda b, x: b.node("maxAlong", [b.node("relu", [x])], {"axis": 1, "keep": True}), step=0.5)
    add("maxAlong dropped", lambda b, x: b.node("maxAlong", [x], {"axis": 3, "keep": False}))

    add("matmul of images", lambda b, x: b.node("matmul", [x, b.node("permute", [side(b, x)], {"order": [0, 1, 3, 2]})]))
    add("matmul with a parameter", lambda b, x: b.node("matmul", [x, with_parameter(b, "w", [6, 5])]))
    add("matmul of a parameter, broadcast", lambda b, x: b.node("matmul", [with_parameter(b, "w", [4, 5, 6]), x]))
    for start, end, step in ((0, 3, 1), (2, 6, 1), (0, 6, 2), (1, 6, 2), (1, 5, 3)):
        add(f"slice {start}:{end}:{step}", lambda b, x: b.node("slice", [x], {"axis": 2, "start": start, "end": end, "step": step}))
    add("gather of a permutation", lambda b, x: b.node("gather", [x], {"axis": 1, "indices": [2, 0, 3, 1]}))
    add("gather with repeats", lambda b, x: b.node("gather", [x], {"axis": 3, "indices": [5, 0, 0, 3, 3, 3, 1]}))
    add("gather of a parameter", lambda b, x: b.node("add", [x, b.node("gather", [with_parameter(b, "table", [3, 6])], {"axis": 0, "indices": [0, 2, 1, 1, 0, 2]})]))
    for name, before, after, value in (("zeros", [0, 0, 1, 2], [0, 0, 0, 1], 0), ("a number", [0, 1, 0, 0], [0, 0, 2, 0], 1.5), ("cut off", [0, 0, -1, 1], [0, 0, 2, -2], 0)):
        add(f"pad {name}", lambda b, x: b.node("pad", [x], {"before": before, "after": after, "value": value}))
    pooled = lambda b, x: b.node("maxPool2d", [x], {"kernel": [2, 2], "stride": [2, 2], "padding": [1, 1], "ceilMode": False, "dilation": [1, 1]})
    add("pad before a max pool", lambda b, x: pooled(b, b.node("pad", [x], {"before": [0, 0, 1, 0], "after": [0, 0, 1, 2], "value": 0})))
    add("convTranspose2d, padded at its end, before a max pool", lambda b, x: pooled(b, transposed(b, x, 4, 3, (1, 3), extra=(0, 1), dilation=(1, 2), bias=False)), image=(3, 4, 4))
    add("expand of a parameter", lambda b, x: b.node("concat", [x, b.node("expand", [with_parameter(b, "token", [1, 2, 1, 6])], {}, shape=[{"batch": 1}, 2, 6, 6])], {"axis": 1}))
    add("expand in front", lambda b, x: b.node("add", [x, b.node("expand", [with_parameter(b, "bias", [6])], {}, shape=[{"batch": 1}, 4, 6, 6])]))
    add("buffer and constant", lambda b, x: b.node("add", [b.node("multiply", [x, b.node("buffer", [], {}, {"buffer": b.buffer("table", [6])}, shape=[6])]), b.node("constant", [], {"values": [1, -2, 3, -4, 5, -6]}, shape=[6, 1])]))
    add("detach", lambda b, x: b.node("multiply", [x, b.node("detach", [b.node("sigmoid", [x])])]), differentiable=False)

    for mode in ("nearest", "bilinear", "bicubic"):
        for size, scale, corners in (((12, 12), (None, None), False), ((9, 4), (None, None), False), ((9, 9), (1.5, 1.5), False), ((9, 11), (None, None), True)):
            if corners and mode == "nearest":
                continue
            label = f"{size[0]}x{size[1]}{' by a factor' if scale[0] else ''}{', corners aligned' if corners else ''}"
            add(f"resize {mode} {label}", lambda b, x: b.node("resize", [x], {"mode": mode, "size": list(size), "alignCorners": corners, "scale": list(scale)}))

    def recurrent(b, x, kind, reverse=False, bias=True, initial=False, yields="hidden", hidden=5):
        gates = {"lstm": 4, "gru": 3}.get(kind, 1)
        time = b.node("permute", [reshape(b, x, [6, 24])], {"order": [1, 0, 2]})
        inputs = [time, with_parameter(b, "weight_ih", [gates * hidden, 24]), with_parameter(b, "weight_hh", [gates * hidden, hidden])]
        if bias:
            inputs += [with_parameter(b, "bias_ih", [gates * hidden]), with_parameter(b, "bias_hh", [gates * hidden])]
        if initial:
            state = lambda name: b.linear(b.node("mean", [x], {"axes": [2, 3], "keep": False}), 4, hidden, name)
            inputs += [state("h")] + ([state("c")] if kind == "lstm" else [])
        y = b.node("recurrent", inputs, {"kind": kind, "reverse": reverse, "bias": bias, "initial": initial, "yields": yields})
        return y if yields == "cell" else b.node("permute", [y], {"order": [1, 0, 2]})

    for kind in ("tanh", "relu", "lstm", "gru"):
        for options in ({}, {"reverse": True}, {"bias": False}, {"initial": True}, {"initial": True, "bias": False, "reverse": True}):
            add(f"recurrent {kind} {' '.join(options)}".strip(), lambda b, x: recurrent(b, x, kind, **options))
    add("recurrent lstm, its cell", lambda b, x: recurrent(b, x, "lstm", yields="cell"))
    add("recurrent lstm, its cell, initial", lambda b, x: recurrent(b, x, "lstm", yields="cell", initial=True))
    add("dropout alpha", lambda b, x: b.node("dropout", [x], {"p": 0.3, "kind": "alpha"}))

    noise = lambda b, distribution: b.node("noise", [], {"distribution": distribution}, shape=[{"batch": 1}, 4, 6, 6])
    add("byMode", lambda b, x: b.node("byMode", [b.node("tanh", [x]), b.node("softsign", [x])]))
    add("noise uniform, multiplied", lambda b, x: b.node("multiply", [x, noise(b, {"kind": "uniform", "low": 0.5, "high": 2.0})]))
    add("noise normal, added", lambda b, x: b.node("add", [b.node("tanh", [x]), noise(b, {"kind": "normal", "mean": 0.25, "deviation": 0.5})]))
    add("noise in training alone", lambda b, x: b.node("byMode", [b.node("add", [x, noise(b, {"kind": "normal", "mean": 0.0, "deviation": 1.0})]), x]))
