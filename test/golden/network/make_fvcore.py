"""What fvcore counts for every trainable program of programs.txt, by operator, and what it does not know: fvcore.json.

    python test/golden/network/make_fvcore.py [OUTPUT.json]        (PyTorch 2.13, fvcore 0.1.5)
"""
import json
import sys
import warnings
from pathlib import Path

import torch
from fvcore.nn import FlopCountAnalysis
from make import HERE, build, programs


def count(source):
    """Multiply-accumulates of one image by operator; the average of four, as some programs fix the batch."""
    torch.manual_seed(0)
    net = build(source)
    net.train()
    net(torch.zeros(4, 3, 32, 32))
    analysis = FlopCountAnalysis(net.eval(), torch.zeros(4, 3, 32, 32))
    analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False)
    counted = {name: total / 4 for name, total in sorted(analysis.by_operator().items())}
    return {"counted": counted, "unknown": sorted(analysis.unsupported_ops())}


def main():
    warnings.filterwarnings("ignore")
    verdicts = json.loads((HERE / "verdicts.json").read_text())["programs"]
    result = {name: count(source) for name, source in programs() if verdicts[name]["trainable"]}
    output = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "fvcore.json"
    output.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
