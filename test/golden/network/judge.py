"""Whether PyTorch trains each program, and its parameters: a JSON list of sources on stdin, a list of verdicts on stdout.

    python test/golden/network/judge.py < sources.json
"""
import contextlib
import json
import sys

import torch
import torch.nn.functional as F
from make import BATCH, build

torch.set_num_threads(1)  # Small networks: a second thread only waits, and long on a busy machine.


def judge(source):
    torch.manual_seed(0)
    try:
        net = build(source)
        out = net(torch.randn(BATCH, 3, 32, 32))
        F.cross_entropy(out, torch.arange(BATCH) % 10).backward()
        if tuple(out.shape) != (BATCH, 10):
            raise RuntimeError(f"output is {tuple(out.shape)}")
    except Exception as error:
        return {"trainable": False, "error": type(error).__name__}
    return {"trainable": True, "params": sum(p.numel() for p in net.parameters())}


# Programs print too.
with contextlib.redirect_stdout(sys.stderr):
    verdicts = [judge(source) for source in json.load(sys.stdin)]
json.dump(verdicts, sys.stdout)
