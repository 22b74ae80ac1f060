"""Reads every *.onnx of a folder with the onnx package, checks it fully, and prints what it found as JSON."""
import json
import pathlib
import sys

import onnx
from onnx import numpy_helper

found = {}
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    model = onnx.load(file)
    onnx.checker.check_model(model, full_check=True)
    graph = model.graph
    found[file.stem] = {
        "irVersion": model.ir_version,
        "opset": {entry.domain: entry.version for entry in model.opset_import},
        "operators": sorted({node.op_type for node in graph.node}),
        "domains": sorted({node.domain for node in graph.node}),
        "inputs": {value.name: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim] for value in graph.input},
        "outputs": {value.name: [d.dim_param or d.dim_value for d in value.type.tensor_type.shape.dim] for value in graph.output},
        "initializers": {tensor.name: {"shape": list(tensor.dims), "first": numpy_helper.to_array(tensor).ravel()[:3].astype(float).tolist()}
                         for tensor in graph.initializer},
    }
print(json.dumps(found))
