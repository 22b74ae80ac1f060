"""Runs exported folders in PyTorch as a person would, and says what happened besides.

    python test/golden/export/run_exports.py REQUEST.json OUTPUT.json        (PyTorch 2.13, onnxruntime, CPU)

REQUEST.json: {"folders": [...], "original": true|false}. For each folder, in a process of its own whose working folder is
empty: net.py is run as a program (`python net.py`), then its class is loaded with the weights, strictly. Audit hooks of Python
note whatever is written, started, reached or removed meanwhile. `original`: text.py of the folder, the text that the network
was read from, is loaded with text.safetensors too. Only for texts that are trusted.
"""
import ast
import builtins
import contextlib
import io
import json
import os
import pathlib
import runpy
import sys
import tempfile
import traceback

import numpy
import onnx
import onnxruntime
import torch
from safetensors.torch import load_file

torch.set_num_threads(1)

WATCHED = ("os.system", "os.exec", "os.posix_spawn", "os.spawn", "os.fork", "os.forkpty", "subprocess.Popen", "socket.",
           "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.link", "os.symlink", "os.truncate", "os.chmod", "os.putenv",
           "shutil.", "ctypes.dlopen", "urllib.Request", "webbrowser.open", "pty.spawn", "signal.pthread_kill", "os.kill")


def watch(events):
    """Notes what leaves the program, from now on."""

    def hook(event, args):
        if event == "open":
            path, mode, flags = args
            writes = isinstance(mode, str) and any(letter in mode for letter in "wax+")
            if writes or (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)):
                events.append(f"open {path} {mode}")
        elif event.startswith(WATCHED):
            events.append(f"{event} {args!r}"[:200])

    sys.addaudithook(hook)


def kinds(path):
    """Which kinds of statement the file has, by Python's own parser."""
    tree = ast.parse(path.read_text())
    body = [type(node).__name__ for node in tree.body]
    inner = {type(node).__name__ for node in ast.walk(tree) if isinstance(node, ast.stmt)}
    return body + sorted(inner)


def images(shape):
    return torch.from_numpy(numpy.random.default_rng(1).standard_normal((3, *shape)).astype(numpy.float32))


def logits(path, weights, shape):
    net = runpy.run_path(str(path), run_name="net")["Net"]()
    net.load_state_dict(load_file(weights), strict=True)
    net.eval()
    with torch.no_grad():
        return net(images(shape)).numpy().tolist()


def run(folder, original):
    """What one folder does, in this process."""
    manifest = json.loads((folder / "manifest.json").read_text())
    events = []
    watch(events)
    said, complained = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(complained):
        runpy.run_path(str(folder / "net.py"), run_name="__main__")
        mine = logits(folder / "net.py", folder / "weights.safetensors", manifest["input"])
    noted = list(events)
    result = {"output": said.getvalue(), "errors": complained.getvalue(), "events": noted, "logits": mine,
              "left": sorted(os.listdir(".")), "nodes": kinds(folder / "net.py")}
    if original:
        with contextlib.redirect_stdout(io.StringIO()):
            result["original"] = logits(folder / "text.py", folder / "text.safetensors", manifest["input"])
    return result


def in_its_own_process(folder, original):
    with tempfile.TemporaryDirectory() as empty, tempfile.NamedTemporaryFile(mode="r") as answer:
        sys.stdout.flush()
        child = os.fork()
        if child == 0:
            os.chdir(empty)
            try:
                result = run(folder, original)
            except BaseException:
                result = {"error": traceback.format_exc()}
            with builtins.open(answer.name, "w") as file:
                json.dump(result, file)
            os._exit(0)
        os.waitpid(child, 0)
        text = pathlib.Path(answer.name).read_text()
    return json.loads(text) if text else {"error": "the process ended without an answer"}


def by_onnx(folder):
    """The same images through model.onnx."""
    path = folder / "model.onnx"
    onnx.checker.check_model(onnx.load(path), full_check=True)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    shape = json.loads((folder / "manifest.json").read_text())["input"]
    return session.run(None, {session.get_inputs()[0].name: images(shape).numpy()})[0].tolist()


def difference(a, b):
    a, b = numpy.asarray(a, numpy.float64), numpy.asarray(b, numpy.float64)
    return float(numpy.abs(a - b).max() / max(1.0, numpy.abs(b).max()))


def judged(folder, original):
    result = in_its_own_process(folder, original)
    if "error" in result:
        return result
    mine = result.pop("logits")
    result["onnx"] = difference(mine, by_onnx(folder))
    if original:
        result["original"] = difference(mine, result["original"])
    return result


def main():
    request = json.loads(pathlib.Path(sys.argv[1]).read_text())
    folders = [pathlib.Path(folder) for folder in request["folders"]]
    results = [judged(folder, request["original"]) for folder in folders]
    pathlib.Path(sys.argv[2]).write_text(json.dumps(results))


if __name__ == "__main__":
    main()
