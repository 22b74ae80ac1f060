"""A network IR (core/network/ir.ts) as JSON, and the same network run by PyTorch: the oracle's side of the goldens."""
import torch
import torch.nn.functional as F

from values import run as run_value


class Builder:
    """Adds nodes; shapes come from running PyTorch at two batch sizes."""

    def __init__(self, image):
        self.image = list(image)
        self.nodes = []
        self.parameters = []
        self.buffers = []

    def parameter(self, name, shape):
        self.parameters.append({"name": name, "shape": list(shape), "initializer": {"kind": "constant", "value": 0}})
        return name

    def buffer(self, name, shape, kind="float32", value=0):
        self.buffers.append({"name": name, "shape": list(shape), "type": kind, "value": value})
        return name

    def node(self, operator, inputs, attributes=None, parameters=None, shape=None, module=None):
        self.nodes.append({
            "operator": operator, "attributes": attributes or {}, "inputs": list(inputs),
            "parameters": parameters or {}, "shape": shape or [], "module": module, "place": None,
        })
        return len(self.nodes)

    def conv(self, x, cin, cout, kernel, name, stride=(1, 1), padding=(0, 0, 0, 0), dilation=(1, 1), groups=1, bias=True):
        parameters = {"weight": self.parameter(f"{name}.weight", [cout, cin // groups, *kernel])}
        if bias:
            parameters["bias"] = self.parameter(f"{name}.bias", [cout])
        attributes = {"kernel": list(kernel), "stride": list(stride), "padding": list(padding),
                      "dilation": list(dilation), "groups": groups}
        return self.node("conv2d", [x], attributes, parameters, module=name)

    def linear(self, x, fin, fout, name, bias=True):
        parameters = {"weight": self.parameter(f"{name}.weight", [fout, fin])}
        if bias:
            parameters["bias"] = self.parameter(f"{name}.bias", [fout])
        return self.node("linear", [x], {}, parameters, module=name)

    def batch_norm(self, x, channels, name, eps=1e-5, momentum=0.1, affine=True, track=True):
        parameters = {}
        if affine:
            parameters["weight"] = self.parameter(f"{name}.weight", [channels])
            parameters["bias"] = self.parameter(f"{name}.bias", [channels])
        if track:
            parameters["runningMean"] = self.buffer(f"{name}.running_mean", [channels])
            parameters["runningVar"] = self.buffer(f"{name}.running_var", [channels], value=1)
            parameters["batchesTracked"] = self.buffer(f"{name}.num_batches_tracked", [], "int64")
        return self.node("batchNorm", [x], {"eps": eps, "momentum": momentum}, parameters, module=name)

    def instance_norm(self, x, channels, name, momentum=0.1, affine=True):
        parameters = {"weight": self.parameter(f"{name}.weight", [channels]), "bias": self.parameter(f"{name}.bias", [channels])} if affine else {}
        parameters["runningMean"] = self.buffer(f"{name}.running_mean", [channels])
        parameters["runningVar"] = self.buffer(f"{name}.running_var", [channels], value=1)
        return self.node("instanceNorm", [x], {"eps": 1e-5, "momentum": momentum}, parameters, module=name)

    def flatten(self, x):
        return self.node("reshape", [x], {}, shape=["flatten"])

    def finish(self, output=None):
        network = {"version": 1, "input": self.image, "nodes": self.nodes, "output": output or len(self.nodes),
                   "parameters": self.parameters, "buffers": self.buffers, "modules": []}
        state = {p["name"]: torch.ones(p["shape"]) for p in self.parameters}
        state |= {b["name"]: torch.ones(b["shape"]) for b in self.buffers}
        first = run(network, state, torch.ones(2, *self.image), training=False, values=True)
        second = run(network, state, torch.ones(3, *self.image), training=False, values=True)
        for node, a, b in zip(self.nodes, first[1:], second[1:]):
            node["shape"] = [x if x == y else {"batch": y - x} for x, y in zip(a.shape, b.shape)]
        return network


def _reshape(node, x):
    shape = node["shape"]
    if shape == ["flatten"]:
        return x.flatten(1)
    batch = x.shape[0] if node.get("batch") is None else node["batch"]
    return x.reshape([s if isinstance(s, int) else s["batch"] * batch for s in shape])


def run(network, state, images, training, values=False, masks=None, updates=None):
    """The network's output; `masks`: multipliers by dropout node, numbers by noise node; `updates`: receives running statistics."""
    results = [images]
    for index, node in enumerate(network["nodes"]):
        a, p = node["attributes"], node["parameters"]
        x = [results[i] for i in node["inputs"]]
        weight = state[p["weight"]] if "weight" in p else None
        bias = state[p["bias"]] if "bias" in p else None
        operator = node["operator"]
        if operator == "conv2d":
            weight = x[1] if weight is None else weight
            weight = weight[:, :, None] if weight.dim() == 3 else weight
            top, left, bottom, right = a["padding"]
            y = F.conv2d(F.pad(x[0], (left, right, top, bottom)), weight, bias, a["stride"], 0, a["dilation"], a["groups"])
        elif operator == "linear":
            y = F.linear(x[0], weight, bias)
        elif operator == "batchNorm":
            tracks = "runningMean" in p
            mean = state[p["runningMean"]].clone() if tracks else None
            var = state[p["runningVar"]].clone() if tracks else None
            if updates is not None and tracks:
                mean, var = updates.get(p["runningMean"], mean), updates.get(p["runningVar"], var)
                tracked = updates.get(p["batchesTracked"], state[p["batchesTracked"]]) + 1
                updates.update({p["runningMean"]: mean, p["runningVar"]: var, p["batchesTracked"]: tracked})
                factor = a["momentum"] if a["momentum"] is not None else 1.0 / float(tracked)
            else:
                factor = 0.0
            y = F.batch_norm(x[0], mean, var, weight, bias, training or not tracks, factor, a["eps"])
        elif operator == "instanceNorm":
            mean, var = state[p["runningMean"]].clone(), state[p["runningVar"]].clone()
            if updates is not None:
                updates.update({p["runningMean"]: mean, p["runningVar"]: var})
            y = F.instance_norm(x[0], mean, var, weight, bias, training, a["momentum"] if updates is not None else 0.0, a["eps"])
        elif operator == "byMode":
            y = x[0] if training else x[1]
        elif operator == "noise":
            shape = [s if isinstance(s, int) else s["batch"] * images.shape[0] for s in node["shape"]]
            drawn, d = masks is not None and index in masks, a["distribution"]
            mean = d["mean"] if d["kind"] == "normal" else (d["low"] + d["high"]) / 2
            y = masks[index] if drawn else images.new_full(shape, mean)
        elif operator == "dropout" and a["kind"] != "alpha":
            y = x[0] * masks[index] if masks is not None else x[0]
        elif operator == "maxPool2d":
            y = F.max_pool2d(x[0], a["kernel"], a["stride"], a["padding"], a["dilation"], a["ceilMode"])
        elif operator == "avgPool2d":
            y = F.avg_pool2d(x[0], a["kernel"], a["stride"], a["padding"], a["ceilMode"], a["countIncludePad"], a["divisor"])
        elif operator == "adaptiveAvgPool2d":
            y = F.adaptive_avg_pool2d(x[0], a["output"])
        elif operator == "adaptiveMaxPool2d":
            y = F.adaptive_max_pool2d(x[0], a["output"])
        elif operator == "relu":
            y = F.relu(x[0])
        elif operator == "leakyRelu":
            y = F.leaky_relu(x[0], a["negativeSlope"])
        elif operator == "prelu":
            y = F.prelu(x[0], weight)
        elif operator == "relu6":
            y = F.relu6(x[0])
        elif operator == "elu":
            y = F.elu(x[0], a["alpha"])
        elif operator == "selu":
            y = F.selu(x[0])
        elif operator == "celu":
            y = F.celu(x[0], a["alpha"])
        elif operator == "gelu":
            y = F.gelu(x[0], approximate=a["approximate"])
        elif operator in ("silu", "mish", "hardswish", "hardsigmoid"):
            y = getattr(F, operator)(x[0])
        elif operator == "hardtanh":
            y = F.hardtanh(x[0], a["min"], a["max"])
        elif operator in ("sigmoid", "tanh"):
            y = getattr(torch, operator)(x[0])
        elif operator == "softplus":
            y = F.softplus(x[0], a["beta"], a["threshold"])
        elif operator == "softmax":
            y = F.softmax(x[0], a["axis"])
        elif operator == "logSoftmax":
            y = F.log_softmax(x[0], a["axis"])
        elif operator == "reshape":
            y = _reshape({**node, "batch": images.shape[0]}, x[0])
        elif operator == "permute":
            y = x[0].permute(a["order"])
        elif operator == "concat":
            y = torch.cat(x, a["axis"])
        elif operator == "add":
            y = x[0] + x[1]
        elif operator == "subtract":
            y = x[0] - x[1]
        elif operator == "multiply":
            y = x[0] * x[1]
        elif operator == "divide":
            y = x[0] / x[1]
        elif operator == "affine":
            y = a["scale"] * x[0] + a["shift"]
        elif operator == "mean":
            y = x[0].mean(a["axes"], a["keep"])
        elif operator == "sum":
            y = x[0].sum(a["axes"], a["keep"])
        elif operator == "max":
            y = torch.amax(x[0], a["axes"], a["keep"])
        else:
            y = run_value(operator, a, x, weight, bias, node, state, masks[index] if masks is not None and index in masks else None, images.shape[0])
        results.append(y)
    return results if values else results[network["output"]]
