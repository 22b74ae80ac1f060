"""The networks that goldens are made of: every operator of the network IR, in the configurations where rules differ."""
from network import Builder
from operator_cases import operator_cases

BATCH = 3
CLASSES = 4


def head(b, x, features):
    return b.linear(x, features, CLASSES, "head")


def with_operator(name, make, image=(3, 6, 6), channels=4, step=0.0, spread=1.0, differentiable=None):
    """images -> 1x1 convolution (whose gradient shows the operator's dx) -> operator -> flatten -> linear.

    `differentiable`: whether the loss has a derivative there and the gradient is it, so that finite differences show it:
    not at ties (a `step` makes them), beside a jump, or where a gradient is cut by definition.
    """
    b = Builder(image)
    x = b.conv(0, image[0], channels, (1, 1), "stem") if channels else 0
    y = make(b, x)
    b.flatten(y)
    features = measure(b)
    head(b, len(b.nodes), features)
    return case(name, b.finish(), step, spread, step == 0 if differentiable is None else differentiable)


def case(name, network, step=0.0, spread=1.0, differentiable=True):
    return {"name": name, "network": network, "step": step, "spread": spread, "differentiable": differentiable}


def measure(b):
    probe = Builder(b.image)
    probe.nodes, probe.parameters, probe.buffers = [dict(n) for n in b.nodes], b.parameters, b.buffers
    return probe.finish()["nodes"][-1]["shape"][-1]


def pool(kernel, stride=None, padding=(0, 0), ceil=False, **more):
    return {"kernel": list(kernel), "stride": list(stride or kernel), "padding": list(padding), "ceilMode": ceil, **more}


def cases():
    result = []
    add = lambda *args, **kwargs: result.append(with_operator(*args, **kwargs))

    convolutions = {
        "1x1": dict(kernel=(1, 1)), "1x1 stride 2": dict(kernel=(1, 1), stride=(2, 2)),
        "3x3 same": dict(kernel=(3, 3), padding=(1, 1, 1, 1)), "3x3 valid": dict(kernel=(3, 3)),
        "3x3 without bias": dict(kernel=(3, 3), padding=(1, 1, 1, 1), bias=False),
        "3x3 stride 2": dict(kernel=(3, 3), stride=(2, 2), padding=(1, 1, 1, 1)),
        "3x3 stride 3 with a remainder": dict(kernel=(3, 3), stride=(3, 2)),
        "5x5": dict(kernel=(5, 5), padding=(2, 2, 2, 2)), "5x5 stride 2": dict(kernel=(5, 5), stride=(2, 2), padding=(2, 2, 2, 2)),
        "3x1": dict(kernel=(3, 1), padding=(1, 0, 1, 0)), "2x2 stride 2": dict(kernel=(2, 2), stride=(2, 2)),
        "4x4 same, uneven padding": dict(kernel=(4, 4), padding=(1, 1, 2, 2)),
        "padding wider than the kernel": dict(kernel=(2, 2), padding=(3, 3, 3, 3)),
        "1x1 padded": dict(kernel=(1, 1), padding=(1, 1, 1, 1)),
        "dilation 2": dict(kernel=(3, 3), padding=(2, 2, 2, 2), dilation=(2, 2)),
        "dilation 2 stride 2": dict(kernel=(3, 3), stride=(2, 2), padding=(2, 2, 2, 2), dilation=(2, 2)),
        "groups 2": dict(kernel=(3, 3), padding=(1, 1, 1, 1), groups=2),
        "groups 2 stride 2": dict(kernel=(3, 3), stride=(2, 2), padding=(1, 1, 1, 1), groups=2),
        "depthwise": dict(kernel=(3, 3), padding=(1, 1, 1, 1), groups=4),
        "depthwise stride 2": dict(kernel=(3, 3), stride=(2, 2), padding=(1, 1, 1, 1), groups=4),
        "depthwise 5x5 dilated": dict(kernel=(5, 5), padding=(4, 4, 4, 4), dilation=(2, 2), groups=4),
        "depthwise 1x1": dict(kernel=(1, 1), groups=4),
    }
    for name, options in convolutions.items():
        add(f"conv2d {name}", lambda b, x: b.conv(x, 4, 8, name="conv", **options))
    add("conv2d depthwise without multiplier", lambda b, x: b.conv(x, 4, 4, (3, 3), "conv", padding=(1, 1, 1, 1), groups=4))
    add("conv2d on the image", lambda b, x: b.conv(x, 3, 5, (3, 3), "conv", padding=(1, 1, 1, 1)), channels=0)
    add("conv2d wide", lambda b, x: b.conv(x, 16, 20, (3, 3), "conv", padding=(1, 1, 1, 1)), channels=16)
    add("conv2d large image", lambda b, x: b.node("maxPool2d", [b.conv(x, 4, 6, (3, 3), "conv", padding=(1, 1, 1, 1))], pool((8, 8), dilation=[1, 1])), image=(3, 32, 32))

    add("linear on four axes", lambda b, x: b.linear(x, 6, 5, "linear"))
    add("linear without bias", lambda b, x: b.linear(x, 6, 5, "linear", bias=False))

    add("batchNorm 4D", lambda b, x: b.batch_norm(x, 4, "bn"))
    add("batchNorm large eps", lambda b, x: b.batch_norm(x, 4, "bn", eps=0.1))
    add("batchNorm without affine", lambda b, x: b.batch_norm(x, 4, "bn", affine=False))
    add("batchNorm without statistics", lambda b, x: b.batch_norm(x, 4, "bn", track=False))
    add("batchNorm cumulative", lambda b, x: b.batch_norm(x, 4, "bn", momentum=None))
    add("batchNorm 2D", lambda b, x: b.batch_norm(b.linear(b.flatten(x), 144, 7, "inner"), 7, "bn"))
    add("batchNorm 3D", lambda b, x: b.batch_norm(b.node("reshape", [x], {}, shape=[{"batch": 1}, 4, 36]), 4, "bn"))
    add("batchNorm on the image", lambda b, x: b.batch_norm(x, 3, "bn"), channels=0)

    for kind in ("element", "channel"):
        add(f"dropout {kind}", lambda b, x: b.node("dropout", [x], {"p": 0.4, "kind": kind}))
    add("dropout of everything", lambda b, x: b.node("dropout", [x], {"p": 1, "kind": "element"}))
    add("dropout of nothing", lambda b, x: b.node("dropout", [x], {"p": 0, "kind": "element"}))

    maxima = {
        "2x2": pool((2, 2)), "3x3 stride 3": pool((3, 3)), "2x2 with a remainder": pool((4, 4)),
        "3x3 stride 2 padded": pool((3, 3), (2, 2), (1, 1)), "3x3 stride 1 padded": pool((3, 3), (1, 1), (1, 1)),
        "2x2 stride 1": pool((2, 2), (1, 1)), "3x2 stride 2x1": pool((3, 2), (2, 1)),
        "ceil": pool((4, 4), (4, 4), (0, 0), True), "ceil padded": pool((3, 3), (3, 3), (1, 1), True),
        "ceil overlapping": pool((3, 3), (2, 2), (0, 0), True), "stride beyond kernel": pool((2, 2), (3, 3)),
        "ceil, far": pool((2, 2), (3, 3), (1, 1), True),
    }
    for name, options in maxima.items():
        add(f"maxPool2d {name}", lambda b, x: b.node("maxPool2d", [x], {**options, "dilation": [1, 1]}))
        add(f"maxPool2d {name} with ties", lambda b, x: b.node("maxPool2d", [b.node("relu", [x])], {**options, "dilation": [1, 1]}), step=0.5)
    add("maxPool2d dilated", lambda b, x: b.node("maxPool2d", [x], {**pool((2, 2), (1, 1)), "dilation": [2, 2]}))
    add("maxPool2d dilated, padded, ceil, ties", lambda b, x: b.node("maxPool2d", [x], {**pool((3, 3), (2, 2), (1, 1), True), "dilation": [2, 2]}), step=0.5)

    averages = {
        "2x2": pool((2, 2)), "whole": pool((6, 6)), "with a remainder": pool((4, 4)), "3x3 same": pool((3, 3), (1, 1), (1, 1)),
        "3x3 stride 2 padded": pool((3, 3), (2, 2), (1, 1)), "2x2 stride 1": pool((2, 2), (1, 1)),
        "ceil": pool((4, 4), (4, 4), (0, 0), True), "ceil padded": pool((3, 3), (3, 3), (1, 1), True),
        "ceil overlapping": pool((3, 3), (2, 2), (0, 0), True), "ceil, far": pool((2, 2), (3, 3), (1, 1), True),
        "stride beyond kernel": pool((2, 2), (4, 4)), "3x2 stride 2x1": pool((3, 2), (2, 1), (1, 1)),
    }
    for name, options in averages.items():
        for count in (True, False):
            more = {"countIncludePad": count, "divisor": None}
            add(f"avgPool2d {name}{'' if count else ' without padding'}", lambda b, x: b.node("avgPool2d", [x], {**options, **more}))
    add("avgPool2d divisor", lambda b, x: b.node("avgPool2d", [x], {**pool((3, 3), (2, 2), (1, 1)), "countIncludePad": True, "divisor": 5}))

    for output in ((1, 1), (2, 3), (6, 6), (4, 5), (8, 7), (1, 4)):
        label = f"{output[0]}x{output[1]}"
        add(f"adaptiveAvgPool2d {label}", lambda b, x: b.node("adaptiveAvgPool2d", [x], {"output": list(output)}))
        add(f"adaptiveMaxPool2d {label}", lambda b, x: b.node("adaptiveMaxPool2d", [x], {"output": list(output)}))
        add(f"adaptiveMaxPool2d {label} with ties", lambda b, x: b.node("adaptiveMaxPool2d", [x], {"output": list(output)}), step=0.5)

    activations = {
        "relu": [{}], "leakyRelu": [{"negativeSlope": 0.01}, {"negativeSlope": 0.2}, {"negativeSlope": 1.5}, {"negativeSlope": -0.5}],
        "relu6": [{}], "elu": [{"alpha": 1}, {"alpha": 0.7}], "selu": [{}], "celu": [{"alpha": 1}, {"alpha": 0.6}],
        "gelu": [{"approximate": "none"}, {"approximate": "tanh"}], "silu": [{}], "mish": [{}], "hardswish": [{}], "hardsigmoid": [{}],
        "hardtanh": [{"min": -1, "max": 1}, {"min": 0.25, "max": 2}], "sigmoid": [{}], "tanh": [{}],
        "softplus": [{"beta": 1, "threshold": 20}, {"beta": 2, "threshold": 3}, {"beta": 0.5, "threshold": 20}],
    }
    for operator, variants in activations.items():
        for attributes in variants:
            label = f"{operator} {list(attributes.values())}" if attributes else operator
            add(label, lambda b, x: b.node(operator, [x], attributes), spread=5.0)
    for size in (1, 4):
        add(f"prelu [{size}]", lambda b, x: b.node("prelu", [x], {}, {"weight": b.parameter("prelu.weight", [size])}))
    add("prelu on features", lambda b, x: b.node("prelu", [b.linear(b.flatten(x), 144, 5, "inner")], {}, {"weight": b.parameter("prelu.weight", [5])}))
    for operator in ("softmax", "logSoftmax"):
        for axis in (1, 3, -2):
            add(f"{operator} axis {axis}", lambda b, x: b.node(operator, [x], {"axis": axis}), spread=3.0)

    add("reshape with the batch in front", lambda b, x: b.node("reshape", [x], {}, shape=[{"batch": 1}, 8, 18]))
    add("reshape moving images into the batch", lambda b, x: b.node("reshape", [b.linear(b.node("reshape", [x], {}, shape=[{"batch": 4}, 36]), 36, 5, "inner")], {}, shape=[{"batch": 1}, 20]))
    add("permute", lambda b, x: b.linear(b.node("permute", [x], {"order": [0, 2, 3, 1]}), 4, 5, "inner"))
    add("permute of the batch", lambda b, x: b.node("permute", [b.linear(b.node("permute", [x], {"order": [2, 3, 0, 1]}), 4, 5, "inner")], {"order": [2, 0, 3, 1]}))
    add("concat channels", lambda b, x: b.node("concat", [x, b.conv(x, 4, 2, (1, 1), "side"), 0], {"axis": 1}))
    add("concat of a value with itself", lambda b, x: b.node("concat", [x, x], {"axis": 2}))

    for operator in ("add", "subtract", "multiply"):
        add(operator, lambda b, x: b.node(operator, [x, b.conv(x, 4, 4, (1, 1), "side")]))
        add(f"{operator} broadcast over places", lambda b, x: b.node(operator, [x, b.node("mean", [b.conv(x, 4, 4, (1, 1), "side")], {"axes": [2, 3], "keep": True})]))
        add(f"{operator} broadcast from the left", lambda b, x: b.node(operator, [b.node("sum", [b.conv(x, 4, 1, (1, 1), "side")], {"axes": [2], "keep": True}), x]))
        add(f"{operator} of missing axes", lambda b, x: b.node(operator, [x, b.node("mean", [b.conv(x, 4, 4, (1, 1), "side")], {"axes": [0, 1], "keep": False})]))
        add(f"{operator} of a value with itself", lambda b, x: b.node(operator, [x, x]))
    positive = lambda b, x: b.node("affine", [b.node("sigmoid", [b.conv(x, 4, 4, (1, 1), "side")])], {"scale": 2, "shift": 0.5})
    add("divide", lambda b, x: b.node("divide", [x, positive(b, x)]))
    add("divide broadcast", lambda b, x: b.node("divide", [x, b.node("mean", [positive(b, x)], {"axes": [1, 3], "keep": True})]))
    add("affine", lambda b, x: b.node("affine", [x], {"scale": -1.5, "shift": 0.25}))
    add("affine scale 1", lambda b, x: b.node("affine", [x], {"scale": 1, "shift": 0.25}))
    for operator in ("mean", "sum", "max"):
        for axes, keep in (([2, 3], False), ([1], True), ([3], False), ([1, 2, 3], True)):
            add(f"{operator} {axes} {'kept' if keep else 'dropped'}", lambda b, x: b.node(operator, [x], {"axes": axes, "keep": keep}))
    add("max with ties", lambda b, x: b.node("max", [b.node("relu", [x])], {"axes": [2, 3], "keep": False}), step=0.5)

    operator_cases(add, lambda b, name, shape: b.node("parameter", [], {}, {"weight": b.parameter(name, shape)}, shape=list(shape)))
    result.extend(structures())
    return result


def structures():
    """Sharing, several uses, dead ends: what the reverse pass itself must get right."""
    def shared(b, x):
        first = b.conv(x, 4, 4, (3, 3), "conv", padding=(1, 1, 1, 1))
        again = dict(b.nodes[-1])
        b.nodes.append({**again, "inputs": [b.node("relu", [first])]})
        return len(b.nodes)

    def three_uses(b, x):
        y = b.conv(x, 4, 4, (3, 3), "conv", padding=(1, 1, 1, 1))
        r = b.node("tanh", [y])
        return b.node("add", [b.node("multiply", [r, y]), b.node("add", [y, x])])

    def unused(b, x):
        b.parameter("unused.weight", [3, 2])
        b.node("relu", [b.conv(x, 4, 2, (1, 1), "dead")])
        return b.node("relu", [x])

    def dead_norm(b, x):
        b.batch_norm(x, 4, "dead")
        return b.node("relu", [x])

    def norm_twice(b, x):
        first = b.batch_norm(x, 4, "bn")
        b.nodes.append({**b.nodes[-1], "inputs": [b.node("relu", [first])]})
        return len(b.nodes)

    def residual(b, x):
        y = b.node("relu", [b.batch_norm(b.conv(x, 4, 4, (3, 3), "conv1", padding=(1, 1, 1, 1), bias=False), 4, "bn1")])
        y = b.batch_norm(b.conv(y, 4, 4, (3, 3), "conv2", padding=(1, 1, 1, 1), bias=False), 4, "bn2")
        return b.node("maxPool2d", [b.node("relu", [b.node("add", [y, x])])], pool((2, 2), dilation=[1, 1]))

    def relu_pool_shared(b, x):
        r = b.node("relu", [x])
        p = b.node("maxPool2d", [r], pool((2, 2), dilation=[1, 1]))
        return b.node("concat", [b.node("avgPool2d", [r], pool((2, 2), countIncludePad=True, divisor=None)), p], {"axis": 1})

    result = [with_operator(name, make) for name, make in {
        "a module used twice": shared, "a value used three times": three_uses, "unused parameters": unused,
        "a dead batch norm": dead_norm, "a batch norm used twice": norm_twice, "a residual block": residual,
        "relu read by two pools": relu_pool_shared,
    }.items()]

    b = Builder((3, 32, 32))
    x = b.conv(0, 3, 1, (1, 1), "conv1")
    b.node("relu", [b.linear(b.flatten(x), 1024, 10, "fc1")])
    result.append(case("the paper's initial network", b.finish()))
    return result
