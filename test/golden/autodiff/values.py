"""PyTorch's side of the operators beyond plain convolutional networks (see network.py)."""
import torch
import torch.nn.functional as F


def sizes(shape, batch):
    return [s if isinstance(s, int) else s["batch"] * batch for s in shape]


def alpha_dropout(x, mask, p):
    """SELU's dropout with given multipliers (0 or 1 / (1 - p)): Klambauer et al. 2017."""
    if mask is None:
        return x
    limit = -1.7580993408473766
    kept = mask * (1 - p)
    a = ((1 - p) * (1 + p * limit ** 2)) ** -0.5
    return a * (x * kept + limit * (1 - kept)) - a * p * limit


def recurrent(a, x):
    series, weights = x[0], x[1:5 if a["bias"] else 3]
    states = [s[None] for s in x[5 if a["bias"] else 3:]]
    kind = a["kind"]
    if not states:
        states = [series.new_zeros(1, series.shape[1], weights[1].shape[1])] * (2 if kind == "lstm" else 1)
    if a["reverse"]:
        series = series.flip(0)
    run = {"tanh": torch.rnn_tanh, "relu": torch.rnn_relu, "lstm": torch.lstm, "gru": torch.gru}[kind]
    output, *last = run(series, states if kind == "lstm" else states[0], weights, a["bias"], 1, 0.0, False, False, False)
    if a["yields"] == "cell":
        return last[1][0]
    return output.flip(0) if a["reverse"] else output


def run(operator, a, x, weight, bias, node, state, mask, batch):
    if operator == "convTranspose2d":
        return F.conv_transpose2d(x[0], weight, bias, a["stride"], a["padding"], a["outputPadding"], a["groups"], a["dilation"])
    if operator == "layerNorm":
        shape = [x[0].shape[i] for i in a["axes"]]
        return F.layer_norm(x[0], shape, weight, bias, a["eps"]) if a["centre"] else F.rms_norm(x[0], shape, weight, a["eps"])
    if operator == "groupNorm":
        return F.group_norm(x[0], a["groups"], weight, bias, a["eps"])
    if operator == "dropout":
        return alpha_dropout(x[0], mask, a["p"])
    if operator == "softsign":
        return F.softsign(x[0])
    if operator == "logSigmoid":
        return F.logsigmoid(x[0])
    if operator == "threshold":
        return F.threshold(x[0], a["threshold"], a["value"])
    if operator in ("hardshrink", "softshrink"):
        return getattr(F, operator)(x[0], a["lambda"])
    if operator in ("exp", "log", "sqrt", "abs", "sin", "cos", "erf"):
        return getattr(torch, operator)(x[0])
    if operator == "power":
        return x[0] ** a["exponent"]
    if operator == "clamp":
        return torch.clamp(x[0], a["min"], a["max"])
    if operator == "round":
        return {"floor": torch.floor, "ceil": torch.ceil, "nearest": torch.round, "zero": torch.trunc, "sign": torch.sign}[a["to"]](x[0])
    if operator in ("maximum", "minimum", "matmul", "where"):
        return torch.where(x[0] != 0, x[1], x[2]) if operator == "where" else getattr(torch, operator)(*x)
    if operator == "compare":
        relation = {"less": "lt", "lessOrEqual": "le", "greater": "gt", "greaterOrEqual": "ge", "equal": "eq", "notEqual": "ne"}
        return getattr(torch, relation[a["relation"]])(*x).to(x[0].dtype)
    if operator == "maxAlong":
        return x[0].max(a["axis"], a["keep"]).values
    if operator == "slice":
        return x[0][(slice(None),) * a["axis"] + (slice(a["start"], a["end"], a["step"]),)]
    if operator == "gather":
        return x[0].index_select(a["axis"], torch.tensor(a["indices"]))
    if operator == "pad":
        amounts = [n for pair in zip(reversed(a["before"]), reversed(a["after"])) for n in pair]
        return F.pad(x[0], amounts, value=a["value"])
    if operator == "expand":
        return x[0].expand(sizes(node["shape"], batch))
    if operator == "resize":
        corners = None if a["mode"] == "nearest" else a["alignCorners"]
        given = a["scale"][0] is not None
        size, scale = (None, tuple(a["scale"])) if given else (a["size"], None)
        return F.interpolate(x[0], size, scale, a["mode"], corners)
    if operator == "recurrent":
        return recurrent(a, x)
    if operator == "parameter":
        return weight
    if operator == "buffer":
        return state[node["parameters"]["buffer"]]
    if operator == "constant":
        dtype = next(iter(state.values())).dtype
        values = torch.tensor(a["values"], dtype=dtype)
        return values.reshape(node["shape"]) if len(a["values"]) > 1 else values.expand(node["shape"])
    if operator == "detach":
        return x[0].detach()
    raise ValueError(operator)
