"""Checks an exported network with PyTorch and ONNX Runtime: prints a JSON object with what it measured.

Usage: check_export.py EXPORT_DIR IMAGES LABELS
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
folder = pathlib.Path(sys.argv[1])
manifest = json.loads((folder / "manifest.json").read_text())

spec = importlib.util.spec_from_file_location("net", folder / "net.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
classes = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, torch.nn.Module) and value.__module__ == "net"]
net = getattr(module, "Net", None) or classes[-1]
net = net()
net.load_state_dict(load_file(folder / "weights.safetensors"))
net.eval()

model = onnx.load(folder / "model.onnx")
onnx.checker.check_model(model, full_check=True)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(folder / "model.onnx", options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name

shape = manifest["input"]
difference = 0.0
generator = numpy.random.default_rng(1)
for batch in (1, 2, 7, 32):
    x = generator.standard_normal((batch, *shape)).astype(numpy.float32)
    with torch.no_grad():
        expected = net(torch.from_numpy(x)).numpy()
    (given,) = session.run(None, {name: x})
    assert given.shape == expected.shape == (batch, manifest["classes"]), (given.shape, expected.shape)
    difference = max(difference, float(numpy.abs(given - expected).max() / max(1.0, numpy.abs(expected).max())))

labels = numpy.frombuffer(pathlib.Path(sys.argv[3]).read_bytes(), numpy.uint8)
images = numpy.frombuffer(pathlib.Path(sys.argv[2]).read_bytes(), numpy.uint8).reshape(len(labels), *shape)
normalisation = manifest["normalisation"]
mean = numpy.array(normalisation["mean"], numpy.float32).reshape(1, -1, 1, 1)
deviation = numpy.array(normalisation["deviation"], numpy.float32).reshape(1, -1, 1, 1)
right = 0
with torch.no_grad():
    for start in range(0, len(labels), 250):
        x = (images[start : start + 250].astype(numpy.float32) / 255 - mean) / deviation
        right += int((net(torch.from_numpy(x)).argmax(1).numpy() == labels[start : start + 250]).sum())

parameters = sum(parameter.numel() for parameter in net.parameters())
print(json.dumps({"difference": difference, "accuracy": right / len(labels), "parameters": parameters}))
