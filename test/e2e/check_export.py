"""Checks exported networks with PyTorch and ONNX Runtime: prints a JSON list with what it measured of each.

Usage: check_export.py IMAGES LABELS EXPORT_DIR...
IMAGES: raw bytes [n, C, H, W], LABELS: raw bytes [n]; the test split on which the manifest states the accuracy.
"""

import importlib.util
import json
import pathlib
import sys

import numpy
import onnx
import onnxruntime
import torch
from safetensors.torch import load_file

torch.set_num_threads(1)


def judge(folder, images, labels):
    """Largest relative difference of logits, accuracy in PyTorch, number of parameters."""
    manifest = json.loads((folder / "manifest.json").read_text())
    shape = manifest["input"]

    spec = importlib.util.spec_from_file_location("net", folder / "net.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    is_module = lambda value: isinstance(value, type) and issubclass(value, torch.nn.Module) and value.__module__ == "net"
    classes = [value for value in vars(module).values() if is_module(value)]
    net = (getattr(module, "Net", None) or classes[-1])()
    net.load_state_dict(load_file(folder / "weights.safetensors"))
    net.eval()

    onnx.checker.check_model(onnx.load(folder / "model.onnx"), full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name

    difference = 0.0
    generator = numpy.random.default_rng(1)
    for batch in (1, 2, 7, 32):
        x = generator.standard_normal((batch, *shape)).astype(numpy.float32)
        with torch.no_grad():
            expected = net(torch.from_numpy(x)).numpy()
        (given,) = session.run(None, {name: x})
        assert given.shape == expected.shape == (batch, manifest["classes"]), (given.shape, expected.shape)
        difference = max(difference, float(numpy.abs(given - expected).max() / max(1.0, numpy.abs(expected).max())))

    images = images.reshape(len(labels), *shape)
    mean = numpy.array(manifest["normalisation"]["mean"], numpy.float32).reshape(1, -1, 1, 1)
    deviation = numpy.array(manifest["normalisation"]["deviation"], numpy.float32).reshape(1, -1, 1, 1)
    right = 0
    with torch.no_grad():
        for start in range(0, len(labels), 250):
            x = (images[start : start + 250].astype(numpy.float32) / 255 - mean) / deviation
            right += int((net(torch.from_numpy(x)).argmax(1).numpy() == labels[start : start + 250]).sum())
    parameters = sum(parameter.numel() for parameter in net.parameters())
    return {"difference": difference, "accuracy": right / len(labels), "parameters": parameters}


images, labels = (numpy.frombuffer(pathlib.Path(path).read_bytes(), numpy.uint8) for path in sys.argv[1:3])
print(json.dumps([judge(pathlib.Path(folder), images, labels) for folder in sys.argv[3:]]))
