"""What PyTorch makes of networks that people published, each in a process of its own: JSON lines of
{"key", "file" or "module", "factory", "input", "classes", "folders", "larger",
"logits", "gradients"} on stdin, of {"key", "verdict"} on stdout.
What is refused is asked once more as "larger" says, where it is there: another file and input. Without a factory it is
the class `Net`, else the last nn.Module of the file.

A network is accepted when, of two images, it gives scores [2, classes] in training (alone, or as the one such member of a
tuple, list or dict), they have a gradient to a parameter and a step leaves finite numbers, and when it gives them in evaluation too. Its
logits are those of one made-up image and of weights made from their names (test/golden/network/make_torchvision.py).

    python test/bench/networks/judge.py < requests.jsonl       (PyTorch 2.13, CPU; seconds a network)
"""
import base64
import contextlib
import importlib
import importlib.util
import json
import multiprocessing
import os
import resource
import sys
import traceback
import warnings
from pathlib import Path

# Nothing is downloaded, and nobody waits for it.
os.environ |= {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}

import numpy  # noqa: F401  What every network needs is loaded once, before there are children.
import torch
import torch._dynamo  # noqa: F401
import torch.utils.checkpoint  # noqa: F401

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "golden" / "autodiff"))
from formula import numbers, seed_of  # noqa: E402

# Of processor time; of the clock ten times as many, on a machine that does other things too.
SECONDS = 60
BYTES = 6 << 30
# Parameters of a network whose logits are made: weights are made number by number.
LARGEST = 20_000_000
# Of one whose gradients are written out.
LARGEST_GRADIENTS = 1_000_000
# As make_torchvision.py says: operators that torchvision only describes, so that its import works beside PyTorch 2.13.
operators = torch.library.Library("torchvision", "DEF")
for name in ("nms", "qnms"):
    operators.define(f"{name}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")


def scores(output, batch, classes):
    """The member of shape [batch, classes]: the first where several are."""
    if isinstance(output, torch.Tensor):
        members = [output]
    elif isinstance(output, dict):
        members = list(output.values())
    elif isinstance(output, (tuple, list)):
        members = list(output)
    else:
        raise TypeError(f"the output is a {type(output).__name__}")
    found = [each for each in members if isinstance(each, torch.Tensor) and tuple(each.shape) == (batch, classes)]
    if not found:
        shapes = [tuple(each.shape) if isinstance(each, torch.Tensor) else type(each).__name__ for each in members]
        raise ValueError(f"the output is {shapes}")
    return found[0]


def value_of(name, shape):
    if len(shape) > 1:
        fan = 1
        for size in shape[1:]:
            fan *= size
        return numbers(shape, seed_of(name), (4.5 / max(fan, 1)) ** 0.5)
    if name.endswith("running_var") or name.endswith("weight"):
        return numbers(shape, seed_of(name), 0.5, 1.0)
    return numbers(shape, seed_of(name), 0.2)


def once(model):
    """state_dict's tensors, one under several names by its first alone."""
    seen = set()
    for name, tensor in model.state_dict(keep_vars=True).items():
        if isinstance(tensor, torch.Tensor) and id(tensor) not in seen:
            seen.add(id(tensor))
            yield name, tensor


def fill(model):
    parameters = {name for name, _ in model.named_parameters()}
    with torch.no_grad():
        for name, tensor in once(model):
            if name in parameters or name.endswith(("running_mean", "running_var")):
                tensor.copy_(torch.from_numpy(value_of(name, tuple(tensor.shape))))


def network_class(module):
    """`Net`, else the last network that a file defines."""
    own = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, torch.nn.Module) and each.__module__ == module.__name__
    ]
    if not own:
        raise ValueError("no class of the file is an nn.Module")
    return next((each for each in own if each.__name__ == "Net"), own[-1])


def build(request):
    sys.path[:0] = request["folders"]
    if request.get("factory") is None:
        # As a module of its own, which dataclasses and annotations look up.
        spec = importlib.util.spec_from_file_location("network", request["file"])
        module = sys.modules["network"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return network_class(module)()
    if "module" in request:
        return getattr(importlib.import_module(request["module"]), request["factory"])()
    names = {"__name__": "network", "__file__": request["file"]}
    exec(compile(Path(request["file"]).read_text(), "network.py", "exec"), names)
    return names[request["factory"]]()


@contextlib.contextmanager
def exactly():
    """What a network makes in forward is float64 too."""
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(torch.float32)


def forget(model):
    """What networks keep from evaluation to evaluation, such as tables of attention biases, is of the weights before."""
    model.train()
    model.eval()


def logits_of(model, request):
    """Logits of one image in float64, and how far float32's are from them, over the largest."""
    fill(model)
    forget(model)
    image = torch.from_numpy(numbers((1, *request["input"]), seed_of("images")))
    with torch.no_grad():
        single = scores(model(image), 1, request["classes"])[0].double()
        forget(model.double())
        with exactly():
            exact = scores(model(image.double()), 1, request["classes"])[0]
    largest = float(exact.abs().max())
    return {
        "logits": base64.b64encode(exact[:10].float().numpy().astype("<f4").tobytes()).decode(),
        "largest": largest,
        "own": float((single - exact).abs().max()) / largest if largest else 0.0,
    }


def gradients_of(model, request):
    """Gradients of the loss of two images in training mode in float64, dropout as the identity; of float32's, how far
    each is from them, over their norm. What is far smaller than the largest is held to that: it is rounding alone."""
    for module in model.modules():
        if isinstance(module, torch.nn.modules.dropout._DropoutNd):
            module.p = 0.0
    state = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    images = torch.from_numpy(numbers((2, *request["input"]), seed_of("images")))

    def gradients(inputs):
        model.zero_grad()
        output = scores(model(inputs), 2, request["classes"])
        torch.nn.functional.cross_entropy(output, torch.arange(2)).backward()
        return {name: p.grad.double().clone() for name, p in model.named_parameters() if p.grad is not None}

    model.float().train()
    single = gradients(images)
    model.load_state_dict(state)
    with exactly():
        model.double()
        exact = gradients(images.double())
    largest = max(float(each.norm()) for each in exact.values())
    scale = {name: max(float(each.norm()), largest * 1e-3) or 1.0 for name, each in exact.items()}
    encode = lambda each: base64.b64encode(each.float().numpy().astype("<f4").tobytes()).decode()  # noqa: E731
    return {
        "gradients": {name: encode(each) for name, each in exact.items()},
        "ownGradients": max(float((single[name] - each).norm()) / scale[name] for name, each in exact.items()),
    }


def judge(request):
    torch.manual_seed(0)
    model = build(request)
    if not isinstance(model, torch.nn.Module):
        raise TypeError(f"the factory gives a {type(model).__name__}")
    model.train()
    images, classes = torch.randn(2, *request["input"]), request["classes"]
    output = scores(model(images), 2, classes)
    torch.nn.functional.cross_entropy(output, torch.arange(2)).backward()
    if not any(parameter.grad is not None for parameter in model.parameters()):
        raise ValueError("no parameter has a gradient")
    torch.optim.SGD(model.parameters(), lr=1e-6).step()
    if not all(parameter.isfinite().all() for parameter in model.parameters()):
        raise ValueError("a step leaves numbers that are not finite")
    model.eval()
    with torch.no_grad():
        scores(model(images), 2, classes)
    verdict = {
        "accepts": True,
        "params": sum(parameter.numel() for parameter in model.parameters()),
        "entries": sum(1 for _ in once(model)),
    }
    if not request["logits"] or verdict["params"] > LARGEST:
        return verdict
    try:
        verdict |= logits_of(model, request)
        if request.get("gradients") and verdict["params"] <= LARGEST_GRADIENTS:
            verdict |= gradients_of(model, request)
        return verdict
    except Exception as error:
        return verdict | {"unmeasured": f"{type(error).__name__}: {error}"[:200]}


def answer(request, pipe):
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    torch.set_num_threads(1)
    warnings.simplefilter("ignore")
    os.chdir("/tmp")
    with open(os.devnull, "w") as nothing, contextlib.redirect_stdout(nothing), contextlib.redirect_stderr(nothing):
        try:
            try:
                verdict = judge(request)
            except Exception:
                if not request.get("larger"):
                    raise
                verdict = judge(request | request["larger"]) | {"larger": True}
        except BaseException as error:
            lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == "network.py"]
            message = f"{type(error).__name__}: {error}".partition("\n")[0][:300]
            verdict = {"accepts": False, "error": message, "line": lines[-1] if lines else None}
    pipe.send(verdict)


def main():
    context = multiprocessing.get_context("fork")
    torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    for line in sys.stdin:
        request = json.loads(line)
        ours, theirs = context.Pipe(duplex=False)
        child = context.Process(target=answer, args=(request, theirs))
        child.start()
        theirs.close()
        try:
            verdict = ours.recv() if ours.poll(10 * SECONDS) else {"accepts": False, "error": "takes too long", "line": None}
        except EOFError:
            verdict = {"accepts": False, "error": "its process ended (too slow, or too large)", "line": None}
        child.kill()
        child.join()
        print(json.dumps({"key": request["key"], "verdict": verdict}), flush=True)


if __name__ == "__main__":
    main()
